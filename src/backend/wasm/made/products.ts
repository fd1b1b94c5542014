/** The three products of a layer, in tiles whose sizes are known: one sum an output, in ascending order, as assembly/generate.mjs has them. */

import { type Code, I32, i32, type Local, type Value, v } from './code.ts'
import type { Madd } from './functions.ts'

/** Vectors that a tile's sums may take, of sixteen registers. */
const SUMS = 9
/** Vectors of columns in a tile at most. */
const COLUMNS = 3
/** Where a matrix begins, and bytes between its rows. */
export interface Matrix {
  readonly base: Value
  readonly offset: number
  readonly stride: number
}

interface Shape {
  readonly rows: number
  /** In vectors. */
  readonly width: number
  readonly depth: number
}

/** Widths of the groups of columns, each a tile wide. */
function groups(width: number): number[] {
  const count = Math.ceil(width / COLUMNS)
  return Array.from({ length: count }, (_, i) => Math.floor((width + i) / count)).reverse()
}

/** What goes on by a step every turn. */
interface Pointer {
  readonly local: Local
  readonly step: number
}

/** A loop whose pointers go on by their steps. */
export function repeat(to: Code, turns: number, pointers: readonly [Pointer, ...Pointer[]], body: () => void): void {
  const [first] = pointers
  if (turns === 1) {
    body()
    return
  }
  const end = to.keep(i32.add(first.local.get, i32.of(turns * first.step)), I32)
  to.loop(
    () => {
      body()
      for (const { local, step } of pointers) to.set(local, i32.add(local.get, i32.of(step)))
    },
    i32.lessThan(first.local.get, end.get),
  )
}

interface Tile extends Shape {
  readonly madd: Madd
  /** What the sums begin with, a vector of columns each. */
  readonly start: (column: number) => Value
  /** Number (row, k) of the left matrix is at row x `rowStep` + k x `depthStep`. */
  readonly left: { readonly base: Value; readonly offset: number; readonly rowStep: number; readonly depthStep: number }
  readonly right: Matrix
  readonly finish: (sum: Value, row: number, column: number) => void
}

function tile(to: Code, { rows, width, depth, madd, start, left, right, finish }: Tile): void {
  const a = to.keep(i32.add(left.base, i32.of(left.offset)), I32)
  const b = to.keep(i32.add(right.base, i32.of(right.offset)), I32)
  const first = Array.from({ length: width }, (_, c) => to.keep(start(c)))
  const sums = Array.from({ length: rows }, (_, r) => (r === 0 ? first : first.map((sum) => to.keep(sum.get))))
  const pointers = [
    { local: a, step: left.depthStep },
    { local: b, step: right.stride },
  ] as const
  repeat(to, depth, pointers, () => {
    const columns = Array.from({ length: width }, (_, c) => to.keep(v.load(b.get, 16 * c)))
    sums.forEach((row, r) => {
      const x = to.keep(v.loadSplat(a.get, r * left.rowStep))
      row.forEach((sum, c) => {
        to.set(sum, madd(x.get, columns[c]?.get ?? x.get, sum.get))
      })
    })
  })
  sums.forEach((row, r) => {
    row.forEach((sum, c) => {
      finish(sum.get, r, c)
    })
  })
}

export interface Product extends Shape {
  readonly madd: Madd
  readonly start: (column: number) => Value
  readonly left: { readonly base: Value; readonly offset: number; readonly rowStep: number; readonly depthStep: number }
  readonly right: Matrix
  readonly out: Matrix
  /** What becomes of a sum, whose place is `offset` bytes after the beginning of a row's first tile at `moved`. */
  readonly finish?: ((sum: Value, moved: Value, offset: number) => Value) | undefined
}

/** All rows and columns of a product, stored. */
export function product(to: Code, { rows, width, depth, madd, start, left, right, out, finish = (sum) => sum }: Product): void {
  let column = 0
  for (const wide of groups(width)) {
    const from = column
    const high = Math.min(rows, Math.floor(SUMS / wide))
    const count = Math.floor(rows / high)
    const rest = rows - count * high
    const one = (height: number, lefts: Value, moved: Value, row: number): void => {
      tile(to, {
        rows: height,
        width: wide,
        depth,
        madd,
        start: (c) => start(from + c),
        left: { ...left, base: lefts, offset: left.offset + row * left.rowStep },
        right: { ...right, offset: right.offset + 16 * from },
        finish: (sum, r, c) => {
          const offset = out.offset + (row + r) * out.stride + 16 * (from + c)
          to.store(moved, finish(sum, moved, (row + r) * out.stride + 16 * (from + c)), offset)
        },
      })
    }
    if (count <= 2) for (let i = 0; i < count; i++) one(high, left.base, out.base, i * high)
    else {
      const lefts = to.keep(left.base, I32)
      const moved = to.keep(out.base, I32)
      repeat(
        to,
        count,
        [
          { local: lefts, step: high * left.rowStep },
          { local: moved, step: high * out.stride },
        ],
        () => one(high, lefts.get, moved.get, 0),
      )
    }
    if (rest > 0) one(rest, left.base, out.base, count * high)
    column += wide
  }
}

/** Sums of columns: those of the first row, then the others'. -0 in the beginning leaves the first as it is. */
export function columnSums(to: Code, rows: number, width: number, from: Matrix, out: Value, outOffset: number): void {
  for (let first = 0; first < width; first += SUMS) {
    const at = to.keep(i32.add(from.base, i32.of(from.offset)), I32)
    const sums = Array.from({ length: Math.min(SUMS, width - first) }, () => to.keep(v.of(-0)))
    repeat(to, rows, [{ local: at, step: from.stride }], () => {
      sums.forEach((sum, c) => {
        to.set(sum, v.add(sum.get, v.load(at.get, 16 * (first + c))))
      })
    })
    sums.forEach((sum, c) => {
      to.store(out, sum.get, outOffset + 16 * (first + c))
    })
  }
}

/** A vector of four numbers that lie `step` bytes apart, as many as there are. */
export function gathered(at: Value, offset: number, step: number, count: number): Value {
  let value = v.loadFirst(at, offset)
  for (let lane = 1; lane < Math.min(4, count); lane++) value = v.loadLane(at, offset + lane * step, value, lane)
  return value
}

/** The transpose of four vectors. */
export function transposed(to: Code, rows: readonly [Value, Value, Value, Value]): [Local, Local, Local, Local] {
  const [a, b, c, d] = rows.map((row) => to.keep(row)) as [Local, Local, Local, Local]
  const low = (x: Local, y: Local) => to.keep(v.shuffle(x.get, y.get, 0, 4, 1, 5))
  const high = (x: Local, y: Local) => to.keep(v.shuffle(x.get, y.get, 2, 6, 3, 7))
  const [ab0, ab1, cd0, cd1] = [low(a, b), high(a, b), low(c, d), high(c, d)]
  const halves = (x: Local, y: Local, ...lanes: number[]) => to.keep(v.shuffle(x.get, y.get, ...lanes))
  return [halves(ab0, cd0, 0, 1, 4, 5), halves(ab0, cd0, 2, 3, 6, 7), halves(ab1, cd1, 0, 1, 4, 5), halves(ab1, cd1, 2, 3, 6, 7)]
}
