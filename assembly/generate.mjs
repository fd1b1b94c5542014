// Writes assembly/generated/: names.ts, the numbers of names (src/core/abi.ts); tiles.ts, the two matrix kernels for every tile height; small.ts,
// those of small networks; and wide.ts, tiles of two panels. AssemblyScript has no macros, and a register tile must name each of its registers, so the heights are spelled out here once.
//
// Why 6 x 8: twelve accumulators, two panel vectors and one broadcast fill the sixteen vector registers of x86-64. Wider or taller tiles
// spill on V8 11; unrolling over k gains nothing. `while` rather than `do-while`, nothing else alive across the loop: V8 11 otherwise
// hoists loads and spills (36 in place of 54 GFLOP/s for the same source). In the functions of small.ts, which hold several tiles, it hoists
// anyway: 4 x 8 is what then still fits.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readAbi } from '../scripts/abi.mjs'

const HEIGHTS = [6, 5, 4, 3, 2, 1]
const SMALL_HEIGHTS = [4, 2, 1]
const rows = (height) => Array.from({ length: height }, (_, i) => i)
const lines = (items) => items.join('\n')

/** `dense` tiles read panels of 8 columns, whose rows follow each other; `small` ones matrices row by row, whose last columns may be 4. */
const DENSE = { prefix: 'dense', head: 'export function', width: 8, rowOf: 'contiguous', step: 32 }
const inlined = '// @ts-ignore: decorator\n@inline function'
const SMALL = [8, 4].map((width) => ({ prefix: 'tile', head: inlined, width, rowOf: 'row stride ldc bytes', step: 'ldc' }))

// The vectors of a tile's row: their names and offsets.
const vectors = (width) =>
  [
    ['l', 'low', ''],
    ['h', 'high', ', 16'],
  ].slice(0, width / 4)

// One broadcast at a time keeps a single register busy.
const multiplyAddFrom = (height, width, load) =>
  lines(
    rows(height).map((i) => lines([`    x = ${load(i)}`, ...vectors(width).map(([v, b]) => `    c${i}${v} = madd(x, ${b}, c${i}${v})`)])),
  )

const loadRow = (width, from) => lines(vectors(width).map(([, b, offset]) => `    ${b} = v128.load(${from}${offset})`))
const registers = (width) => [...vectors(width).map(([, b]) => b), 'x'].map((name) => `${name}: v128`).join(', ')

// Row i of a tile to c, and c to the next row. A known step goes into the address.
const storeRow = (i, height, width, step) => {
  const offset = (j) => (step === 32 ? step * i : 0) + 16 * j
  const stores = vectors(width).map(([v], j) => `  v128.store(c, c${i}${v}${offset(j) > 0 ? `, ${offset(j)}` : ''})`)
  return lines(step === 32 || i === height - 1 ? stores : [...stores, `  c += ${step}`])
}

const forward = ({ prefix, head, width, rowOf, step }, height) => `
/**
 * c (${height} x ${width}, row stride ldc bytes) = a (${height} x k, row stride lda bytes) * w (k x ${width}, ${rowOf}) + bias (${width}).
 * k >= 1. One accumulator per output, k in ascending order: a row's bits do not depend on the tile it fell into.
 */
${head} ${prefix}_forward_${height}x${width}(k: i32, a: usize, lda: usize, w: usize, bias: usize, c: usize, ldc: usize): void {
${lines(rows(height).map((i) => `  let p${i} = a + ${i} * lda`))}
${lines(vectors(width).map(([v, , offset]) => `  let c0${v} = v128.load(bias${offset})`))}
${lines(
  rows(height)
    .slice(1)
    .map((i) => lines(vectors(width).map(([v]) => `  let c${i}${v} = c0${v}`))),
)}
  let ${registers(width)}
  const end = p0 + (<usize>k << 2)
  while (p0 < end) {
${loadRow(width, 'w')}
${multiplyAddFrom(height, width, (i) => `v128.load_splat<f32>(p${i})`)}
    w += ${step}
${lines(rows(height).map((i) => `    p${i} += 4`))}
  }
${lines(rows(height).map((i) => storeRow(i, height, width, 'ldc')))}
}
`

// The registers of transpose of a * b, and the loop that sums them up.
const sums = (
  { width, step },
  height,
) => `${lines(rows(height).map((i) => lines(vectors(width).map(([v]) => `  let c${i}${v} = f32x4.splat(0)`))))}
  let ${registers(width)}
  const end = b + ${step === 32 ? '(<usize>k << 5)' : `<usize>k * ${step}`}
  while (b < end) {
${loadRow(width, 'b')}
${multiplyAddFrom(height, width, (i) => `v128.load_splat<f32>(a, ${4 * i})`)}
    a += lda
    b += ${step}
  }`

const gradient = (its, height) => {
  const { prefix, head, width, rowOf, step } = its
  return `
/**
 * c (${height} x ${width}, ${rowOf}) = transpose of a (k x ${height}, row stride lda bytes) * b (k x ${width}, ${rowOf}). k >= 1, ascending.
 */
${head} ${prefix}_weight_gradient_${height}x${width}(k: i32, a: usize, lda: usize, b: usize, c: usize${step === 32 ? '' : ', ldc: usize'}): void {
${sums(its, height)}
${lines(rows(height).map((i) => storeRow(i, height, width, step)))}
}
`
}

// The last row first: in the order of the sums V8 11 spills. The rate comes by its address, or a register would hold it all through the loop.
const descent = (height) => `
/**
 * w (${height} x 8, contiguous) less *rate times the transpose of a (k x ${height}, row stride lda bytes) * b (k x 8, contiguous): the weight gradient and
 * plain gradient descent in one. k >= 1, ascending.
 */
export function dense_descent_${height}x8(k: i32, a: usize, lda: usize, b: usize, w: usize, rate: usize): void {
${sums(DENSE, height)}
  const step = f32x4.neg(v128.load_splat<f32>(rate))
${lines(
  rows(height)
    .reverse()
    .flatMap((i) => [32 * i + 16, 32 * i].map((at, j) => `  v128.store(w, madd(step, c${i}${'hl'[j]}, v128.load(w, ${at})), ${at})`)),
)}
}
`

// Two panels side by side. V8's revectorizer merges neighbours: loads of both halves first and stores of both after them, or it does not.
const HALVES = [0, 1, 2, 3]
const pairMadd = (height, load) =>
  lines(rows(height).map((i) => lines([`    x = ${load(i)}`, ...HALVES.map((v) => `    c${i}_${v} = madd(x, b${v}, c${i}_${v})`)])))
const pairRow = (first, second) =>
  lines([
    `    b0 = v128.load(${first})`,
    `    b1 = v128.load(${first}, 16)`,
    `    b2 = v128.load(${second})`,
    `    b3 = v128.load(${second}, 16)`,
  ])
const pairRegisters = 'b0: v128, b1: v128, b2: v128, b3: v128, x: v128'
const pairSums = (height) => `${lines(rows(height).map((i) => lines(HALVES.map((v) => `  let c${i}_${v} = f32x4.splat(0)`))))}
  let ${pairRegisters}
  const end = b + (<usize>k << 5)
  while (b < end) {
${pairRow('b', 'b + nextB')}
${pairMadd(height, (i) => `v128.load_splat<f32>(a, ${4 * i})`)}
    a += lda
    b += 32
  }`

const pair = (height) => `
/** As dense_forward_${height}x8, of the panel at w and the one \`next\` bytes further, whose bias is \`nextBias\` further. */
export function wide_forward_${height}x16(k: i32, a: usize, lda: usize, w: usize, next: usize, bias: usize, nextBias: usize, c: usize, ldc: usize): void {
${lines(rows(height).map((i) => `  let p${i} = a + ${i} * lda`))}
  let c0_0 = v128.load(bias)
  let c0_1 = v128.load(bias, 16)
  let c0_2 = v128.load(bias + nextBias)
  let c0_3 = v128.load(bias + nextBias, 16)
${lines(
  rows(height)
    .slice(1)
    .map((i) => lines(HALVES.map((v) => `  let c${i}_${v} = c0_${v}`))),
)}
  let ${pairRegisters}
  const end = p0 + (<usize>k << 2)
  while (p0 < end) {
${pairRow('w', 'w + next')}
${pairMadd(height, (i) => `v128.load_splat<f32>(p${i})`)}
    w += 32
${lines(rows(height).map((i) => `    p${i} += 4`))}
  }
${lines(rows(height).map((i) => lines([...HALVES.map((v) => `  v128.store(c, c${i}_${v}, ${16 * v})`), ...(i < height - 1 ? ['  c += ldc'] : [])])))}
}

/** As dense_weight_gradient_${height}x8, of the panels of b and c and those \`nextB\` and \`nextC\` bytes further. */
export function wide_weight_gradient_${height}x16(k: i32, a: usize, lda: usize, b: usize, nextB: usize, c: usize, nextC: usize): void {
${pairSums(height)}
${lines(rows(height).map((i) => lines(HALVES.map((v) => `  v128.store(${v < 2 ? 'c' : 'c + nextC'}, c${i}_${v}, ${32 * i + 16 * (v % 2)})`))))}
}
`

const pairDescent = (height) => `
/** As dense_descent_${height}x8, of the panels of b and w and those \`nextB\` and \`nextW\` bytes further; *rate is negative. */
export function wide_descent_${height}x16(k: i32, a: usize, lda: usize, b: usize, nextB: usize, w: usize, nextW: usize, rate: usize): void {
${pairSums(height)}
  x = v128.load_splat<f32>(rate)
${lines(
  rows(height).map((i) => {
    const at = (v) => `${v < 2 ? 'w' : 'w + nextW'}, ${32 * i + 16 * (v % 2)}`
    const store = (v) => `  v128.store(${v < 2 ? 'w' : 'w + nextW'}, madd(x, c${i}_${v}, b${v}), ${32 * i + 16 * (v % 2)})`
    return lines([...HALVES.map((v) => `  b${v} = v128.load(${at(v)})`), ...HALVES.map(store)])
  }),
)}
}
`

const choosePair = (kernel, parameters, args) => `
/** wide_${kernel}_{height}x16. */
export function wide_${kernel}(height: i32, ${parameters}): void {
${lines(HEIGHTS.map((h, i) => `  ${i === 0 ? '' : 'else '}if (height == ${h}) wide_${kernel}_${h}x16(${args})`))}
}
`

const choose = (heights, { prefix, width }, kernel, args) =>
  lines(heights.map((h, i) => `  ${i === 0 ? '' : 'else '}if (height == ${h}) ${prefix}_${kernel}_${h}x${width}(${args})`))

const select = (kernel, parameters, args) => `
/** dense_${kernel}_{height}x8 of the height that is left. */
export function dense_${kernel}_tail(height: i32, ${parameters}): void {
${choose(HEIGHTS.slice(1), DENSE, kernel, args)}
}
`

// All tiles in one function: in a small network calls cost as much as what they do. Heights by comparing: a division would be waited for.
const cutIntoTiles = (rowCount, kernel, args, next) => `    let left = ${rowCount}
    let from = a
    let to = c
    while (left > 0) {
      const height = left >= 4 ? 4 : left >= 2 ? 2 : 1
      if (wide) {
${choose(SMALL_HEIGHTS, SMALL[0], kernel, args)}
      } else {
${choose(SMALL_HEIGHTS, SMALL[1], kernel, args)}
      }
      from += ${next}
      to += <usize>height * ldc
      left -= height
    }`

const small = `${SMALL.flatMap((its) => SMALL_HEIGHTS.flatMap((height) => [forward(its, height), gradient(its, height)])).join('')}
/**
 * c (rows, width) = a (rows, k; row stride lda bytes) * w (k, width) + bias (width), in tiles of at most 4 x 8. rows and k >= 1, width a multiple
 * of 4, ldc its bytes. One accumulator per output, k in ascending order.
 */
export function small_forward_4x8(rows: i32, k: i32, a: usize, lda: usize, w: usize, bias: usize, c: usize, ldc: usize): void {
  const end = w + ldc
  while (w < end) {
    const wide = w + 16 < end
${cutIntoTiles('rows', 'forward', 'k, from, lda, w, bias, to, ldc', '<usize>height * lda')}
    w += 32
    bias += 32
    c += 32
  }
}

/**
 * c (1 + n, width) = the sums of b's columns, then the transpose of a (rows, n; row stride lda bytes) * b (rows, width), in tiles of at most
 * 4 x 8. rows and n >= 1, width a multiple of 4, ldc its bytes. One accumulator per output, rows in ascending order.
 */
export function small_weight_gradient_4x8(n: i32, rows: i32, a: usize, lda: usize, b: usize, c: usize, ldc: usize): void {
  const end = b + ldc
  for (let at = b; at < end; at += 16) {
    let sums = v128.load(at)
    const last = at + <usize>rows * ldc
    for (let row = at + ldc; row < last; row += ldc) sums = f32x4.add(sums, v128.load(row))
    v128.store(c + at - b, sums)
  }
  c += ldc
  while (b < end) {
    const wide = b + 16 < end
${cutIntoTiles('n', 'weight_gradient', 'rows, from, lda, b, to, ldc', '<usize>height * 4')}
    b += 32
    c += 32
  }
}
`

const header = `// Written by assembly/generate.mjs. Do not edit.
import { madd } from '../vector'
`

const dense = `${HEIGHTS.map((height) => forward(DENSE, height)).join('')}${select('forward', 'k: i32, a: usize, lda: usize, panel: usize, bias: usize, c: usize, ldc: usize', 'k, a, lda, panel, bias, c, ldc')}${HEIGHTS.map((height) => gradient(DENSE, height)).join('')}${select('weight_gradient', 'k: i32, a: usize, lda: usize, b: usize, c: usize', 'k, a, lda, b, c')}${[6, 5].map(descent).join('')}`

const wide = `${HEIGHTS.map(pair).join('')}${[6, 5].map(pairDescent).join('')}${choosePair(
  'forward',
  'k: i32, a: usize, lda: usize, w: usize, next: usize, bias: usize, nextBias: usize, c: usize, ldc: usize',
  'k, a, lda, w, next, bias, nextBias, c, ldc',
)}${choosePair('weight_gradient', 'k: i32, a: usize, lda: usize, b: usize, nextB: usize, c: usize, nextC: usize', 'k, a, lda, b, nextB, c, nextC')}`

/** @returns {Promise<string>} a namespace for each group of src/core/abi.ts */
async function names() {
  const { ABI, upperCase } = await readAbi('kernels')
  const constants = (codes) => lines(Object.entries(codes).map(([name, code]) => `  export const ${upperCase(name)}: i32 = ${code}`))
  return Object.entries(ABI)
    .map(([group, codes]) => `\nexport namespace ${group} {\n${constants(codes)}\n}\n`)
    .join('')
}

const folder = join(import.meta.dirname, 'generated')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'names.ts'), `// Written by assembly/generate.mjs from src/core/abi.ts. Do not edit.\n${await names()}`)
writeFileSync(join(folder, 'tiles.ts'), header + dense)
writeFileSync(join(folder, 'small.ts'), header + small)
writeFileSync(join(folder, 'wide.ts'), header + wide)
