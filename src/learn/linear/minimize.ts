/** The minimum of a smooth convex function: L-BFGS (Nocedal and Wright, "Numerical Optimization", algorithm 7.5) from a diagonal that is nearly the curvature. */

import { missing } from '../../core/at.ts'
import type { Steps } from '../../core/steps.ts'

/** A function to minimise: its value at a point, its gradient written to `gradient`. */
export type Smooth = (point: Float64Array, gradient: Float64Array) => Steps<number>

/** Steps whose curvature is remembered. */
const MEMORY = 10

/** The share of the expected fall that a step must bring. */
const FALL = 1e-4

const get = (array: Float64Array, i: number): number => array[i] ?? missing(array, i)

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += get(a, i) * get(b, i)
  return sum
}

function add(to: Float64Array, factor: number, other: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = get(to, i) + factor * get(other, i)
}

/** A step that was made: by how much the point and the gradient changed. */
interface Made {
  readonly point: Float64Array
  readonly gradient: Float64Array
  readonly product: number
}

/**
 * Moves `point` to the minimum. Ends where half of gradient x inverse curvature x gradient, about what is left to fall, is at most `tolerance`, or where
 * rounding lets no step fall any more.
 * @param curvature about the diagonal of the second derivatives, above 0
 */
export function* minimize(smooth: Smooth, point: Float64Array, curvature: Float64Array, tolerance: number, most = 500): Steps<void> {
  const size = point.length
  let gradient = new Float64Array(size)
  let value = yield* smooth(point, gradient)
  const made: Made[] = []
  const next = new Float64Array(size)
  for (let step = 0; step < most; step++) {
    const direction = descent(gradient, made, curvature)
    const slope = dot(gradient, direction)
    if (!(-slope > 2 * tolerance)) return
    let length = 1
    let nextGradient = new Float64Array(size)
    let nextValue = Number.NaN
    for (;;) {
      next.set(point)
      add(next, length, direction)
      nextValue = yield* smooth(next, nextGradient)
      if (nextValue <= value + FALL * length * slope) break
      // The lowest point of the parabola through both values and the slope, within bounds.
      const lowest = (-slope * length * length) / (2 * (nextValue - value - slope * length))
      length = Math.min(length / 2, Math.max(length / 10, Number.isFinite(lowest) ? lowest : 0))
      if (length < 1e-10) return
      nextGradient = new Float64Array(size)
    }
    const moved = Float64Array.from(next, (x, i) => x - get(point, i))
    const turned = Float64Array.from(nextGradient, (x, i) => x - get(gradient, i))
    const product = dot(moved, turned)
    if (product > Number.EPSILON * dot(turned, turned)) {
      made.push({ point: moved, gradient: turned, product })
      if (made.length > MEMORY) made.shift()
    }
    point.set(next)
    gradient = nextGradient
    value = nextValue
  }
}

/** Minus the inverse curvature times the gradient, the curvature that of the steps made and the diagonal. */
function descent(gradient: Float64Array, made: readonly Made[], curvature: Float64Array): Float64Array {
  const direction = gradient.map((x) => -x)
  const shares: number[] = []
  for (const step of made.toReversed()) {
    const share = dot(step.point, direction) / step.product
    shares.push(share)
    add(direction, -share, step.gradient)
  }
  for (let i = 0; i < direction.length; i++) direction[i] = get(direction, i) / get(curvature, i)
  for (const step of made) {
    const share = shares.pop() ?? 0
    add(direction, share - dot(step.gradient, direction) / step.product, step.point)
  }
  return direction
}
