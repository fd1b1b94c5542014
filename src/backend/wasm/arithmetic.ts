// Finds out how this processor and engine round a multiply-add.

import type { Simd } from './module.ts'

/**
 * How a * b + c is rounded: once ('fused'), or after the product and after the sum ('plain'). All of the kernels' other arithmetic is rounded in one way
 * everywhere, so two machines with the same word give the same bits.
 */
export type WasmArithmetic = 'fused' | 'plain'

/**
 * (func (export "f") (param f32 f32 f32) (result f32): lane 0 of f32x4.relaxed_madd of the three, splat). Its operands are parameters, so that no compiler
 * works it out beforehand.
 */
const RELAXED_MADD = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7d, 0x7d, 0x7d, 0x01, 0x7d], // its type
  ...[0x03, 0x02, 0x01, 0x00, 0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00], // a function of it, exported
  ...[0x0a, 0x16, 0x01, 0x14, 0x00, 0x20, 0x00, 0xfd, 0x13, 0x20, 0x01, 0xfd, 0x13, 0x20, 0x02, 0xfd, 0x13], // local.get and f32x4.splat, of each
  ...[0xfd, 0x85, 0x02, 0xfd, 0x1f, 0x00, 0x0b], // f32x4.relaxed_madd, f32x4.extract_lane 0, end
)

/**
 * What the build's multiply-adds do on this processor and in this engine. A relaxed one is fused on arm64 and on x86 with FMA in most engines; WebKit's, and
 * x86 without FMA, round twice, and then the relaxed build has the bits of the plain one.
 */
export async function arithmeticOf(build: Simd): Promise<WasmArithmetic> {
  if (build === 'plain') return 'plain'
  const { instance } = await WebAssembly.instantiate(RELAXED_MADD)
  const madd = instance.exports.f as (a: number, b: number, c: number) => number
  // The square of 1 + 2^-12 is 1 + 2^-11 + 2^-24, whose last term is lost where the product is rounded.
  return madd(1 + 2 ** -12, 1 + 2 ** -12, -1 - 2 ** -11) === 0 ? 'plain' : 'fused'
}
