import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runWarm } from '../support/warm.ts'
import { run, runAlone, temporaryFolder } from './support.ts'

/** The process in which tests run programs one after the other (support/warm.ts) hides nothing that a process of its own would show. */

/** Runs a program of these lines. */
function program(code: string, patience?: number): ReturnType<typeof runWarm> {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'program.mjs'), code)
  return runWarm(join(folder, 'program.mjs'), ['--one'], folder, patience)
}

it.each(['--version', 'best none.journal', 'data describe pima', 'trian', 'schema study'])(
  '`espalier %s` ends as it does alone',
  async (line) => {
    expect(await run(line.split(' '))).toEqual(await runAlone(line.split(' ')))
  },
)

it('gives a program its arguments and its folder, and tells both of its streams', async () => {
  const finished = await program(`
    console.log(process.argv.slice(2).join(), (await import('node:fs')).existsSync('program.mjs'))
    console.error('beside')
    process.exitCode = 3`)
  expect(finished).toEqual({ code: 3, stdout: '--one true\n', stderr: 'beside\n' })
})

it('waits for what a program has begun', async () => {
  expect(await program("setTimeout(() => console.log('late'), 100)")).toEqual({ code: 0, stdout: 'late\n', stderr: '' })
})

it('says of one that leaves something open that it would not end', async () => {
  const { code, stderr } = await program("(await import('node:net')).createServer().listen(0)", 500)
  expect([code, stderr]).toEqual([null, 'it would not end: TCPServerWrap left open\n'])
})

it('tells what a program fails with, and of its death', async () => {
  expect(await program("throw new Error('at once')")).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Error: at once\n/) })
  expect(await program("console.log('last'); process.exit(5)")).toEqual({ code: 5, stdout: 'last\n', stderr: '' })
  const later = await program("setTimeout(() => { throw new Error('later') })")
  expect(later).toMatchObject({ code: 1, stderr: expect.stringContaining('Error: later') })
  expect(await program("console.log('as if nothing had been')")).toMatchObject({ code: 0, stdout: 'as if nothing had been\n' })
})
