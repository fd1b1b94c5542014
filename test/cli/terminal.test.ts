import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { categorical, createStudy, float } from 'espalier'
import { FileJournal } from 'espalier/node'
import { describe, expect, it } from 'vitest'
import { visible } from '../../src/core/visible.ts'
import { root, run, temporaryFolder } from './support.ts'

/** What stands in files of others does not act on a terminal. */

const pima = join(root, 'data/pima.arff')

describe('characters that act on a terminal', () => {
  const evil = '\u001b]0;owned\u0007\u001b[31m\u009b2J\u202e\r'

  it('are told, in every command that reads a journal and in the files it writes for people', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'j.journal')
    const journal = new FileJournal(path)
    const space = { x_evil: float(0, 1), c: categorical([`a${evil}`, 'b']), unit: float(0, 1) }
    const study = await createStudy({ name: 'study_evil', space, objective: 'minimize', sampler: 'random', seed: 1, journal })
    for await (const _ of study.optimize(
      ({ unit }, { number }) => {
        if (number === 1) throw new Error('why_evil')
        return Number(unit)
      },
      { budget: { trials: 14 } },
    ));
    await journal.close()
    appendFileSync(path, `${JSON.stringify({ op_code: 8, worker_id: 'w', trial_id: 0, user_attr: { key_evil: 'value_evil' } })}\n`)
    // As another program may have written it.
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('_evil', JSON.stringify(evil).slice(1, -1)))
    const commands = [
      ['best'],
      ['best', '--json'],
      ['importance'],
      ['importance', '--pairs'],
      ['export'],
      ['report', '--out', 'page.html'],
      ['compare'],
      ['resume'],
      ['best', '--name', evil],
    ]
    for (const [command = '', ...options] of commands) {
      const { stdout, stderr } = await run([command, path, ...options], folder)
      expect({ command, acting: `${stdout}${stderr}`.match(/(?!\r\n)[^\P{C}\n\t]/gu) }).toEqual({ command, acting: null })
    }
    // What was told means the same.
    expect(JSON.parse((await run(['best', path, '--json'])).stdout).params).toHaveProperty([`x${evil}`])
    for (const name of ['page.md', ...readdirSync(join(folder, 'page-data')).map((file) => `page-data/${file}`)])
      expect({ name, acting: readFileSync(join(folder, name), 'utf8').match(/(?!\r\n)[^\P{C}\n\t]/gu) }).toEqual({ name, acting: null })
  })

  it('are told in names of files and in what is typed', async () => {
    for (const args of [
      ['train', `${evil}.yaml`],
      ['predict', evil, pima],
      ['best', evil],
      [evil],
      ['train', 'x.yaml', `--${evil}`],
      ['data', 'describe', evil],
      ['data', 'fetch', evil],
    ]) {
      const { code, stdout, stderr } = await run(args)
      expect(code).toBe(2)
      expect(`${stdout}${stderr}`.match(/(?!\r\n)[^\P{C}\n\t]/gu)).toBeNull()
    }
  })

  it('are those that do something, and no others', () => {
    const text = 'größer 日本語 😀 a\tb\nc\r\nd \u00a0é'
    expect(visible(text)).toBe(text)
    expect(visible('\u0000\u001b\u007f\u0085\u009b\u200e\u2028\u2066\ufeff\r')).toBe(
      '\\u0000\\u001b\\u007f\\u0085\\u009b\\u200e\\u2028\\u2066\\ufeff\\u000d',
    )
  })
})
