// Finds out how this processor and engine round a multiply-add.

import type { Simd } from './module.ts'
import { compileWithRelaxedSimd, RELAXED_MADD } from './relaxedSimd.ts'

/**
 * How a * b + c is rounded: once ('fused'), or after the product and after the sum ('plain'). All of the kernels' other arithmetic is rounded in one way
 * everywhere, so two machines with the same word give the same bits.
 */
export type WasmArithmetic = 'fused' | 'plain'

/**
 * What the build's multiply-adds do on this processor and in this engine. A relaxed one is fused on arm64 and on x86 with FMA in most engines; WebKit's, and
 * x86 without FMA, round twice, and then the relaxed build has the bits of the plain one.
 */
export async function arithmeticOf(build: Simd): Promise<WasmArithmetic> {
  if (build === 'plain') return 'plain'
  const { exports } = await WebAssembly.instantiate(await compileWithRelaxedSimd(RELAXED_MADD))
  const madd = exports.f as (a: number, b: number, c: number) => number
  // The square of 1 + 2^-12 is 1 + 2^-11 + 2^-24, whose last term is lost where the product is rounded.
  return madd(1 + 2 ** -12, 1 + 2 ** -12, -1 - 2 ** -11) === 0 ? 'plain' : 'fused'
}
