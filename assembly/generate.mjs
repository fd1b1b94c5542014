// Writes assembly/generated/tiles.ts: the two matrix kernels for every tile height. AssemblyScript has no macros, and a register tile
// must name each of its registers, so the six heights are spelled out here once.
//
// Why 6 x 8: twelve accumulators, two panel vectors and one broadcast fill the sixteen vector registers of x86-64. Wider or taller tiles
// spill on V8 11; unrolling over k gains nothing. `while` rather than `do-while`, nothing else alive across the loop: V8 11 otherwise
// hoists loads and spills (36 in place of 54 GFLOP/s for the same source).

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const HEIGHTS = [6, 5, 4, 3, 2, 1]
const rows = (height) => Array.from({ length: height }, (_, i) => i)
const lines = (items) => items.join('\n')

// One broadcast at a time keeps a single register busy.
const multiplyAddFrom = (height, load) =>
  lines(rows(height).map((i) => `    x = ${load(i)}\n    c${i}l = madd(x, low, c${i}l)\n    c${i}h = madd(x, high, c${i}h)`))

const forward = (height) => `
/**
 * c (${height} x 8, row stride ldc bytes) = a (${height} x k, row stride lda bytes) * panel (k x 8, contiguous) + bias (8).
 * k >= 1. One accumulator per output, k in ascending order: a row's bits do not depend on the tile it fell into.
 */
export function dense_forward_${height}x8(k: i32, a: usize, lda: usize, panel: usize, bias: usize, c: usize, ldc: usize): void {
${lines(rows(height).map((i) => `  let p${i} = a + ${i} * lda`))}
  let c0l = v128.load(bias)
  let c0h = v128.load(bias, 16)
${lines(
  rows(height)
    .slice(1)
    .map((i) => `  let c${i}l = c0l\n  let c${i}h = c0h`),
)}
  let low: v128, high: v128, x: v128
  const end = p0 + (<usize>k << 2)
  while (p0 < end) {
    low = v128.load(panel)
    high = v128.load(panel, 16)
${multiplyAddFrom(height, (i) => `v128.load_splat<f32>(p${i})`)}
    panel += 32
${lines(rows(height).map((i) => `    p${i} += 4`))}
  }
${lines(rows(height).map((i) => `  v128.store(c, c${i}l)\n  v128.store(c, c${i}h, 16)${i < height - 1 ? '\n  c += ldc' : ''}`))}
}
`

const gradient = (height) => `
/**
 * c (${height} x 8, contiguous) = transpose of a (k x ${height}, row stride lda bytes) * b (k x 8, contiguous). k >= 1, ascending.
 */
export function dense_weight_gradient_${height}x8(k: i32, a: usize, lda: usize, b: usize, c: usize): void {
${lines(rows(height).map((i) => `  let c${i}l = f32x4.splat(0)\n  let c${i}h = f32x4.splat(0)`))}
  let low: v128, high: v128, x: v128
  const end = b + (<usize>k << 5)
  while (b < end) {
    low = v128.load(b)
    high = v128.load(b, 16)
${multiplyAddFrom(height, (i) => `v128.load_splat<f32>(a, ${4 * i})`)}
    a += lda
    b += 32
  }
${lines(rows(height).map((i) => `  v128.store(c, c${i}l, ${32 * i})\n  v128.store(c, c${i}h, ${32 * i + 16})`))}
}
`

const select = (name, parameters, args) => `
/** ${name}_{height}x8 of the height that is left. */
export function ${name}_tail(height: i32, ${parameters}): void {
${lines(HEIGHTS.slice(1).map((h, i) => `  ${i === 0 ? '' : 'else '}if (height == ${h}) ${name}_${h}x8(${args})`))}
}
`

const source = `// Written by assembly/generate.mjs. Do not edit.
import { madd } from '../vector'
${HEIGHTS.map(forward).join('')}${select('dense_forward', 'k: i32, a: usize, lda: usize, panel: usize, bias: usize, c: usize, ldc: usize', 'k, a, lda, panel, bias, c, ldc')}${HEIGHTS.map(gradient).join('')}${select('dense_weight_gradient', 'k: i32, a: usize, lda: usize, b: usize, c: usize', 'k, a, lda, b, c')}`

const folder = join(import.meta.dirname, 'generated')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'tiles.ts'), source)
