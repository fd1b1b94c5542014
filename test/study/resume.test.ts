import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../cli/support.ts'
import { drawFrom } from '../support/random.ts'

/** A study's journal is a function of the study: not of workers, and not of how often its process was killed. */

const program = fileURLToPath(new URL('programs/study.mjs', import.meta.url))

interface Arguments {
  readonly journal: string
  readonly workers: number
  readonly sampler: string
  readonly pruner: string
}

/**
 * Runs the study until its end, or kills it some milliseconds after it has come to some rungs.
 * @returns what it printed last; undefined when it was killed
 */
function run(
  { journal, workers, sampler, pruner }: Arguments,
  kill?: { readonly rungs: number; readonly after: number },
): Promise<string | undefined> {
  const child = spawn(process.execPath, [program, journal, String(workers), sampler, pruner], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
    if (kill !== undefined && stdout.split('rung').length > kill.rungs) setTimeout(() => child.kill('SIGKILL'), kill.after)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(undefined)
      else if (code === 0) resolve(stdout.trimEnd().split('\n').at(-1))
      else reject(new Error(stderr))
    })
  })
}

/** The entries of a journal without their time stamps. */
function content(journal: string): string[] {
  const lines = readFileSync(journal, 'utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.stringify(JSON.parse(line), (key, value: unknown) => (key.startsWith('datetime') ? undefined : value)))
}

describe.each([
  ['random', 'none'],
  ['tpe', 'none'],
  ['gaussianProcess', 'none'],
  ['random', 'hyperband'],
])('60 trials on Pima by %s, pruner %s', (sampler, pruner) => {
  it('have the same journal with one worker, with two, and after the process was killed five times', async () => {
    const folder = temporaryFolder()
    const of = (name: string, workers: number): Arguments => ({ journal: join(folder, name), workers, sampler, pruner })
    const undisturbed = await run(of('one', 1))
    expect(JSON.parse(undisturbed ?? '')).toMatchObject({ trials: 60 })
    expect(await run(of('two', 2))).toBe(undisturbed)
    expect(content(join(folder, 'two'))).toEqual(content(join(folder, 'one')))

    const draw = drawFrom(17)
    let killed = 0
    for (; killed < 5; killed++) {
      if ((await run(of('killed', 2), { rungs: draw.index(3), after: draw.uniform() * 80 })) !== undefined) break
    }
    // A study with few rungs may be over before it was killed so often.
    expect(killed).toBeGreaterThan(pruner === 'none' ? 1 : 4)
    expect(await run(of('killed', 1))).toBe(undisturbed)
    expect(content(join(folder, 'killed'))).toEqual(content(join(folder, 'one')))
  })
})
