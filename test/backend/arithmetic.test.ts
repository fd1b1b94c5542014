import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleProgram, temporaryFolder } from '../support/bundle.ts'
import { fingerprints } from '../support/fingerprint.ts'

/** What `backend.arithmetic` says, and that it is what decides bits. */

const node = promisify(execFile)

interface Outcome {
  readonly arithmetic: string
  readonly description: string
  readonly prints: Readonly<Record<string, string>>
}

async function outcomeOf(simd: 'relaxed' | 'plain'): Promise<Outcome> {
  const backend = await openBackend({ prefer: 'wasm', simd, workers: 0 })
  try {
    const { arithmetic, description } = backend
    return { arithmetic, description, prints: await fingerprints(backend, { fit, fitPopulation }) }
  } finally {
    await backend.dispose()
  }
}

describe('the arithmetic of a WASM backend', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let program: string
  let plain: Outcome
  let relaxed: Outcome
  beforeAll(async () => {
    folder = await temporaryFolder()
    program = await bundleProgram(new URL('programs/arithmetic.ts', import.meta.url), folder.path)
    plain = await outcomeOf('plain')
    relaxed = await outcomeOf('relaxed')
  })
  afterAll(() => folder?.remove())

  it('is plain in the plain build', () => {
    expect(plain.arithmetic).toBe('plain')
    expect(plain.description).toBe('WASM SIMD, on the calling thread, plain arithmetic')
  })

  it('of the relaxed build is said, and plain exactly where its bits are the plain ones', () => {
    expect(['fused', 'plain']).toContain(relaxed.arithmetic)
    expect(relaxed.description).toBe(`WASM relaxed-SIMD, on the calling thread, ${relaxed.arithmetic} arithmetic`)
    // The others learn nothing, and some of them have losses that are the same in both.
    const trained = Object.keys(plain.prints).filter((name) => !name.startsWith('initialWeights'))
    const others = trained.filter((name) => relaxed.prints[name] !== plain.prints[name])
    expect(others).toEqual(relaxed.arithmetic === 'plain' ? [] : trained)
  })

  // V8 has a switch for it on x86.
  it.runIf(process.arch === 'x64')('of the relaxed build is plain on a processor without FMA, to the bits of the plain build', async () => {
    const { stdout } = await node(process.execPath, ['--no-enable-fma3', program])
    const without: Outcome = JSON.parse(stdout)
    expect(without.arithmetic).toBe('plain')
    expect(without.description).toBe('WASM relaxed-SIMD, on the calling thread, plain arithmetic')
    expect(without.prints).toEqual(plain.prints)
  })
})
