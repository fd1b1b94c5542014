import { spawnSync } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createStudy, float } from 'espalier'
import { FileJournal } from 'espalier/node'
import { describe, expect, it } from 'vitest'
import { pimaFile, root, run, temporaryFolder } from './support.ts'

const cli = join(root, 'dist/cli.js')
/** As a person types it, with pipes and redirections. */
const shell = (line: string, cwd: string) =>
  spawnSync('bash', ['-o', 'pipefail', '-c', line.replaceAll('espalier', `${process.execPath} ${cli}`)], { cwd, encoding: 'utf8' })

/** A folder with a training file, a network and a journal. */
async function prepared(): Promise<string> {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'spec.json'), JSON.stringify({ ...pimaFile, epochs: 2 }))
  const { code } = await run(['train', 'spec.json', '--out', 'out', '--workers', '0'], folder)
  expect(code).toBe(0)
  const journal = new FileJournal(join(folder, 'first.journal'))
  const study = await createStudy({ space: { x: float(0, 1) }, objective: 'minimize', sampler: 'random', journal })
  for await (const _ of study.optimize(({ x }) => Number(x), { budget: { trials: 3 } }));
  await journal.close()
  return folder
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe('every command', () => {
  it('puts new files in the place of old ones, and writes into none', async () => {
    const folder = await prepared()
    const model = 'out/weights.safetensors'
    const commands = [
      ['train', 'spec.json', '--out', 'out', '--save', 'saved.onnx', '--workers', '0'],
      ['convert', model, 'converted.onnx'],
      ['convert', model, 'web'],
      ['predict', model, join(root, 'data/pima.arff'), '--out', 'rows.csv'],
      ['report', 'first.journal', '--out', 'page.html'],
    ]
    for (const args of commands) expect(await run(args, folder)).toMatchObject({ code: 0 })
    const kept = temporaryFolder()
    const written = filesOf(folder).filter((path) => !/spec\.json|journal/.test(path))
    expect(written.length).toBeGreaterThan(10)
    const before = written.map((path, i) => {
      linkSync(path, join(kept, String(i)))
      return readFileSync(path)
    })
    for (const args of commands) expect(await run(args, folder)).toMatchObject({ code: 0 })
    written.forEach((path, i) => {
      expect(statSync(path).ino, path).not.toBe(statSync(join(kept, String(i))).ino)
      expect(readFileSync(join(kept, String(i))).equals(before[i] ?? Buffer.alloc(0))).toBe(true)
    })
    expect(filesOf(folder).filter((path) => path.endsWith('.tmp'))).toEqual([])
  })

  it('says in a sentence what cannot be written, and with which code', async () => {
    const folder = await prepared()
    mkdirSync(join(folder, 'taken.onnx'))
    const pima = join(root, 'data/pima.arff')
    const cases: readonly (readonly [args: string[], code: number, stderr: RegExp])[] = [
      [
        ['convert', 'out/weights.safetensors', 'taken.onnx'],
        2,
        /^error: taken\.onnx: cannot be written: this is a folder; a file is needed\n$/,
      ],
      [
        ['convert', 'out/weights.safetensors', 'spec.json/x.onnx'],
        2,
        /^error: spec\.json\S*: (a part of the path is a file|a file of that name)/,
      ],
      [
        ['predict', 'out/weights.safetensors', pima, '--out', 'none/rows.csv'],
        2,
        /^error: none\/rows\.csv: cannot be written: there is no such folder\n$/,
      ],
      [
        ['predict', 'out/weights.safetensors', pima, '--out', '/dev/full'],
        1,
        /^error: \/dev\/full: cannot be written: the disk is full\n$/,
      ],
      [['report', 'first.journal', '--out', 'none/page.html'], 0, /^$/],
      [['train', 'spec.json', '--out', 'spec.json'], 2, /^error: \S*spec\.json: a file of that name is in the way\n$/],
      [['train', 'spec.json', '--save', 'taken.onnx'], 2, /^error: taken\.onnx: cannot be written: this is a folder/],
    ]
    for (const [args, code, stderr] of cases) {
      const result = await run(args, folder)
      expect({ args, code: result.code }).toEqual({ args, code })
      expect(result.stderr).toMatch(stderr)
    }
  })
})

describe('standard output', () => {
  it('that is full is told in a sentence', async () => {
    const folder = await prepared()
    for (const line of ['espalier export first.journal', 'espalier data list', 'espalier --help']) {
      const { status, stderr } = shell(`${line} > /dev/full`, folder)
      expect({ line, status, stderr }).toEqual({ line, status: 1, stderr: 'error: standard output: cannot be written: the disk is full\n' })
    }
  })

  it('whose reader has seen enough is no fault, nor is a log that nobody reads', async () => {
    const folder = await prepared()
    const read = shell('espalier schema | head -1', folder)
    expect(read).toMatchObject({ status: 0, stdout: '{\n', stderr: '' })
    shell('espalier train spec.json --out unseen --workers 0 2>&1 | head -c 1', folder)
    expect(existsSync(join(folder, 'unseen/weights.safetensors'))).toBe(true)
    const { status } = shell('espalier train spec.json --out unlogged --workers 0 2>/dev/full', folder)
    expect(status).toBe(0)
    expect(existsSync(join(folder, 'unlogged/weights.safetensors'))).toBe(true)
  })

  it('takes a file that is named so, after what was redirected there before', async () => {
    const folder = await prepared()
    const pima = join(root, 'data/pima.arff')
    const { status } = shell(
      `(echo before; espalier predict out/weights.safetensors ${pima} --out /dev/stdout; echo after) > rows.csv`,
      folder,
    )
    expect(status).toBe(0)
    const lines = readFileSync(join(folder, 'rows.csv'), 'utf8').trimEnd().split('\n')
    expect(lines).toHaveLength(772)
    expect([lines[0], lines[1]?.slice(0, 4), lines.at(-2)?.slice(0, 9), lines.at(-1)]).toEqual(['before', 'row,', 'Predicted', 'after'])
  })
})
