import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasNode, nodeProgram, RELEASES } from '../../scripts/find-nodes.mjs'
import { bundleProgram, temporaryFolder } from '../support/bundle.ts'
import { committedPrints, printsFile } from '../support/committedPrints.ts'
import { denoProgram } from '../support/deno.ts'

/** The bits of every release of Node that the package supports, of this one, and of Deno, with multiply-adds that are fused and without. */

const run = promisify(execFile)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let program: string
beforeAll(async () => {
  folder = await temporaryFolder()
  program = await bundleProgram(new URL('../backend/programs/arithmetic.ts', import.meta.url), folder.path)
})
afterAll(() => folder?.remove())

interface Outcome {
  readonly arithmetic: 'fused' | 'plain'
  readonly prints: Readonly<Record<string, string>>
}

async function outcomeOf(node: string, ...switches: string[]): Promise<Outcome> {
  const { stdout } = await run(node, [...switches, program])
  return JSON.parse(stdout)
}

const json = (prints: object): string => `${JSON.stringify(prints, null, 2)}\n`

it('computes the committed bits in this Node', async () => {
  const { arithmetic, prints } = await outcomeOf(process.execPath)
  // `vitest -u` writes them anew, where bits change on purpose.
  await expect(json(prints)).toMatchFileSnapshot(fileURLToPath(printsFile(arithmetic)))
})

// V8 has the switch on x86 alone.
describe.runIf(process.arch === 'x64')('without fused multiply-adds', () => {
  it('computes the committed bits in this Node', async () => {
    const { arithmetic, prints } = await outcomeOf(process.execPath, '--no-enable-fma3')
    expect(arithmetic).toBe('plain')
    await expect(json(prints)).toMatchFileSnapshot(fileURLToPath(printsFile(arithmetic)))
  })
})

describe.each(RELEASES)('Node %s', (release) => {
  const isHere = hasNode(release)
  const name = isHere ? 'computes the committed bits' : `computes the committed bits (NODE ${release} NOT RUN: \`npm test\` fetches it)`
  it.skipIf(!isHere && process.env.CI !== 'true')(name, async () => {
    const node = nodeProgram(release)
    expect((await run(node, ['--version'])).stdout).toMatch(new RegExp(`^v${release}\\.`))
    const switches = process.arch === 'x64' ? [[], ['--no-enable-fma3']] : [[]]
    for (const own of switches) {
      const { arithmetic, prints } = await outcomeOf(node, ...own)
      expect(prints).toEqual(committedPrints(arithmetic))
      if (own.length > 0) expect(arithmetic).toBe('plain')
    }
  })
})

describe('Deno', () => {
  const outcome = (...switches: string[]): Promise<Outcome> =>
    outcomeOf(denoProgram(), 'run', '--quiet', '--no-config', '--no-lock', '--allow-all', ...switches)

  it('computes the committed bits', async () => {
    const { arithmetic, prints } = await outcome()
    expect(prints).toEqual(committedPrints(arithmetic))
  })

  it.runIf(process.arch === 'x64')('computes the committed bits without fused multiply-adds', async () => {
    const { arithmetic, prints } = await outcome('--v8-flags=--no-enable-fma3')
    expect(arithmetic).toBe('plain')
    expect(prints).toEqual(committedPrints(arithmetic))
  })
})
