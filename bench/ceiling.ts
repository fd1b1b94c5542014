// Measures how many multiply-adds a second a thread can do.

import { mean } from 'simple-statistics'
import { compileWithRelaxedSimd } from '../src/backend/wasm/relaxedSimd.ts'

interface Exports {
  readonly OPERATIONS: WebAssembly.Global
  multiply_add(iterations: number, start: number): number
}

/** About 2 ms: many ticks of a browser's clock, which may be 0.1 ms apart, and short enough that most calls are not interrupted. */
const ITERATIONS = 1_000_000
const CALLS = 40
/** V8 recompiles a busy function in the background; until then it runs several times slower. */
const WARM_UP_MS = 300

/** The register-only multiply-add rate of one thread of this host: bench/assembly/ceiling.ts. */
export class Ceiling {
  readonly #exports: Exports

  private constructor(exports: Exports) {
    this.#exports = exports
  }

  static async compile(bytes: BufferSource): Promise<Ceiling> {
    const module = await compileWithRelaxedSimd(bytes)
    const { exports } = await WebAssembly.instantiate(module, { env: { abort: () => undefined } })
    const ceiling = new Ceiling(exports as unknown as Exports)
    const end = performance.now() + WARM_UP_MS
    while (performance.now() < end) {
      ceiling.#call()
      await new Promise((resolve) => setTimeout(resolve))
    }
    return ceiling
  }

  /**
   * Floating-point operations a second, from the middle half of 80 ms of calls: without those that were interrupted, and with the
   * steps of a browser's clock averaged out.
   */
  measure(): number {
    const seconds = Array.from({ length: CALLS }, () => this.#call()).sort((a, b) => a - b)
    return (ITERATIONS * this.#exports.OPERATIONS.value) / mean(seconds.slice(CALLS / 4, (CALLS * 3) / 4))
  }

  /** Answers the seconds it took. */
  #call(): number {
    const started = performance.now()
    this.#exports.multiply_add(ITERATIONS, 1)
    return (performance.now() - started) / 1000
  }
}
