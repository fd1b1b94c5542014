/** Worlds with a known truth, from which rows can be drawn without end. */

import { at } from '../../src/core/at.ts'
import type { Draw } from './draw.ts'

/** Rows of `width` numbers, row by row, and what is true of each: the number of a class, or a number. */
export interface Rows {
  readonly rows: number
  readonly width: number
  readonly features: Float64Array
  readonly targets: Float64Array
}

export interface World {
  readonly name: string
  /** 0 for numbers. */
  readonly classes: number
  readonly rows: number
  draw(rows: number, random: Draw): Rows
}

const SIZES = [60, 100, 160, 250, 400, 700, 1200, 2000] as const

const WIDTH = 5

function rowsOf(count: number, random: Draw, target: (row: Float64Array) => number): Rows {
  const features = Float64Array.from({ length: count * WIDTH }, () => random.normal())
  const targets = Float64Array.from({ length: count }, (_, row) => target(features.subarray(row * WIDTH, (row + 1) * WIDTH)))
  return { rows: count, width: WIDTH, features, targets }
}

/** What the classes or numbers hang on: a plane, a bend, a product, a step; weights by the world. */
function surfaceOf(random: Draw): (row: Float64Array) => number {
  const plane = Float64Array.from({ length: WIDTH }, () => random.normal() * 0.7)
  const [bend, product, step] = [random.normal() * 0.5, random.normal() * 0.5, random.normal() * 0.5]
  return (row) => {
    const [a = 0, b = 0, c = 0] = row
    return row.reduce((sum, x, i) => sum + x * at(plane, i), 0) + bend * (a * a - 1) + product * a * b + step * Math.sign(c)
  }
}

const NOISES = {
  normal: (random: Draw) => random.normal(),
  laplace: (random: Draw) => (random.uniform() < 0.5 ? 1 : -1) * Math.log(1 - random.uniform()),
  student5: (random: Draw) =>
    random.normal() / Math.sqrt(Array.from({ length: 5 }, () => random.normal() ** 2).reduce((a, b) => a + b, 0) / 5),
  lognormal: (random: Draw) => Math.exp(0.7 * random.normal()),
} as const

/** `number` decides size, classes, imbalance, tail and strength by turns; `noise` worlds have targets that hang on nothing. */
export function worldOf(number: number, task: 'classes' | 'numbers', noise: boolean, random: Draw): World {
  const rows = at(SIZES, number % SIZES.length)
  if (task === 'numbers') {
    const kinds = ['normal', 'laplace', 'student5', 'lognormal'] as const
    const tail = at(kinds, Math.floor(number / SIZES.length) % kinds.length)
    const surface = surfaceOf(random)
    const strength = noise ? 0 : at([0.3, 1, 3], number % 3)
    // Every second world scatters more where the fourth number is large.
    const uneven = number % 2 === 1 ? 0.5 : 0
    return {
      name: `numbers ${tail} ${strength}`,
      classes: 0,
      rows,
      draw: (count, draw) =>
        rowsOf(count, draw, (row) => strength * surface(row) + NOISES[tail](draw) * Math.exp(uneven * at(row, 3) * (noise ? 0 : 1))),
    }
  }
  const classes = 2 + (Math.floor(number / SIZES.length) % 4)
  const surfaces = Array.from({ length: classes }, () => surfaceOf(random))
  const imbalance = at([0, 1, 2], number % 3)
  const strength = noise ? 0 : at([0.5, 1.5, 4], Math.floor(number / 3) % 3)
  return {
    name: `${classes} classes ${imbalance} ${strength}`,
    classes,
    rows,
    draw: (count, draw) =>
      rowsOf(count, draw, (row) => {
        // The class of the largest score with Gumbel noise: softmax chances (McFadden 1974).
        const scores = surfaces.map(
          (surface, index) => strength * surface(row) - (imbalance * index) / (classes - 1) - Math.log(-Math.log(1 - draw.uniform())),
        )
        return scores.indexOf(Math.max(...scores))
      }),
  }
}
