// Minimises a differentiable function with L-BFGS.

import { at, missing } from '../../../core/at.ts'

/** A function of (n) numbers with its gradient (n). */
export type Differentiable = (x: Float64Array) => { readonly value: number; readonly gradient: Float64Array }

/** How many steps' curvature is remembered. */
const MEMORY = 8

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? missing(b, i)), 0)
const plus = (a: Float64Array, factor: number, b: Float64Array): Float64Array =>
  a.map((value, i) => value + factor * (b[i] ?? missing(b, i)))

/**
 * A local minimum by L-BFGS (Nocedal and Wright, "Numerical optimization", 2006, algorithms 7.4 and 7.5) with steps halved until they are
 * worth it (Armijo). Ends after `evaluations`, or where a step gains less than 1e-6.
 * @param reach no number moves farther in a step: by default 2, as hyperparameters in their logarithms, which would leave what the likelihood knows
 */
export function minimize(f: Differentiable, start: Float64Array, evaluations: number, reach = 2): { x: Float64Array; value: number } {
  const history: { step: Float64Array; change: Float64Array; curvature: number }[] = []
  let x = start
  let { value, gradient } = f(x)
  for (let used = 1; used < evaluations; ) {
    let direction = descent(gradient, history)
    let slope = dot(direction, gradient)
    if (slope >= 0) {
      direction = gradient.map((g) => -g)
      slope = -dot(gradient, gradient)
    }
    // The first direction has no scale yet.
    let rate = Math.min(1, (history.length === 0 ? reach / 2 : reach) / Math.max(...direction.map(Math.abs)))
    let next = x
    let there = { value, gradient }
    do {
      next = plus(x, rate, direction)
      there = f(next)
      rate /= 2
      used++
    } while (!(there.value <= value + 2e-4 * rate * slope) && used < evaluations)
    if (!(there.value < value)) break
    const gain = value - there.value
    const step = plus(next, -1, x)
    const change = plus(there.gradient, -1, gradient)
    const curvature = dot(step, change)
    if (curvature > 1e-12) history.push({ step, change, curvature })
    if (history.length > MEMORY) history.shift()
    x = next
    value = there.value
    gradient = there.gradient
    if (gain < 1e-6) break
  }
  return { x, value }
}

/** Minus the gradient times the inverse curvature that the history implies. */
function descent(
  gradient: Float64Array,
  history: readonly { step: Float64Array; change: Float64Array; curvature: number }[],
): Float64Array {
  let direction: Float64Array = gradient.map((g) => -g)
  const shares: number[] = []
  for (const { step, change, curvature } of [...history].reverse()) {
    const share = dot(step, direction) / curvature
    shares.unshift(share)
    direction = plus(direction, -share, change)
  }
  const last = history.at(-1)
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change)
    direction = direction.map((d) => d * scale)
  }
  for (const [i, { step, change, curvature }] of history.entries()) {
    direction = plus(direction, at(shares, i) - dot(change, direction) / curvature, step)
  }
  return direction
}
