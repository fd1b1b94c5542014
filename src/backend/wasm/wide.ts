// Tries the wide tiles (assembly/wide.ts), which are twice as fast where the engine merges neighbouring vectors of 128 bits, and slower where it does not.

import { InvalidSpecError } from '../../core/errors.ts'
import { type Chosen, compileModule, type Simd } from './module.ts'

/** What of the wide build is tried: a tile of one panel, and a tile of two. Addresses and distances are bytes. */
interface Tiles {
  readonly memory: WebAssembly.Memory
  allocate(bytes: number): number
  dense_forward_6x8(k: number, a: number, lda: number, w: number, bias: number, c: number, ldc: number): void
  wide_forward_6x16(
    k: number,
    a: number,
    lda: number,
    w: number,
    next: number,
    bias: number,
    nextBias: number,
    c: number,
    ldc: number,
  ): void
}

const ROWS = 6
const DEPTH = 512
const PANEL_BYTES = DEPTH * 32
const ROW_BYTES = DEPTH * 4
/** Of a row of results. */
const RESULT_BYTES = 64
/** A try is this many tiles, some tens of µs. */
const TILES = 16
/** Engines compile by halves at first; the tiles are at their best after some tens of ms. */
const TRIAL_MS = 150
/** How much faster wide tiles must be. */
const GAIN = 1.2

/** Of openBackend's options. */
interface Asked {
  readonly simd?: Simd | undefined
  readonly wasmUrl?: string | URL | undefined
  readonly threads?: 'auto' | number | undefined
}

/** The wide build where it pays, and otherwise the usual one. @throws InvalidSpecError for several threads a network */
export async function chooseWide({ simd: wanted, wasmUrl, threads = 'auto' }: Asked): Promise<Chosen> {
  if (threads !== 'auto' && threads > 1)
    throw new InvalidSpecError(`threads is ${threads}; wide kernels train a network on one thread: leave out threads, or wide`)
  const { module, simd } = await compileModule(wanted, wasmUrl, { wide: true })
  const why = simd === 'plain' ? 'they need relaxed SIMD' : await whyNotWide(module)
  if (why === undefined) return { module, simd, isWide: true, tried: ', wide kernels' }
  return { ...(await compileModule(wanted, wasmUrl)), isWide: false, tried: ` (no wide kernels: ${why})` }
}

/** @returns why the build's wide tiles are of no use here; undefined where they are */
async function whyNotWide(module: WebAssembly.Module): Promise<string | undefined> {
  const { exports } = await WebAssembly.instantiate(module, { env: { abort: () => undefined } })
  const tiles = exports as unknown as Tiles
  const a = tiles.allocate(ROWS * ROW_BYTES)
  const panels = tiles.allocate(2 * PANEL_BYTES)
  const bias = tiles.allocate(RESULT_BYTES)
  const usual = tiles.allocate(ROWS * RESULT_BYTES)
  const wide = tiles.allocate(ROWS * RESULT_BYTES)
  const numbers = new Float32Array(tiles.memory.buffer)
  for (let at = a / 4; at < (bias + RESULT_BYTES) / 4; at++) numbers[at] = Math.sin(at)
  const runUsual = () => {
    for (const half of [0, 1])
      tiles.dense_forward_6x8(DEPTH, a, ROW_BYTES, panels + half * PANEL_BYTES, bias + half * 32, usual + half * 32, RESULT_BYTES)
  }
  const runWide = () => tiles.wide_forward_6x16(DEPTH, a, ROW_BYTES, panels, PANEL_BYTES, bias, 32, wide, RESULT_BYTES)
  const [usualMs, wideMs] = bestOf([runUsual, runWide])
  const bits = (at: number) => new Uint32Array(tiles.memory.buffer, at, (ROWS * RESULT_BYTES) / 4)
  if (bits(usual).some((word, i) => word !== bits(wide)[i])) return 'they give other bits here'
  if (wideMs * GAIN <= usualMs) return undefined
  const times = (usualMs / wideMs).toFixed(2)
  return `they are ${times} times as fast as the usual ones: the engine does not merge vectors. Node 24 does with --experimental-wasm-revectorize`
}

/** The least time of each, tried in turn. */
function bestOf(works: readonly [() => void, () => void]): [number, number] {
  const best: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const end = performance.now() + TRIAL_MS; performance.now() < end; ) {
    for (const which of [0, 1] as const) {
      const started = performance.now()
      for (let i = 0; i < TILES; i++) works[which]()
      best[which] = Math.min(best[which], performance.now() - started)
    }
  }
  return best
}
