// A member's steps: how many it has made, and the numbers of the next.

import type { Optimizer } from '../../core/optimizers.ts'

/** A member's count of updates and running products, in float64, as src/backend/backend.ts's MemberState holds them. */
export interface Progress {
  steps: number
  products: [number, number, number]
}

/** The next running product; 0 once it is below 1e-300, where nothing notices it: denormal numbers are slow. */
function multiplied(product: number, factor: number): number {
  const next = product * factor
  return next < 1e-300 ? 0 : next
}

/** Advances by a step, as `start_update` of assembly/update.ts does (a test compares the two), and writes the four numbers the optimizer kernel takes (shaders/lib/optimizer.wgsl) to `to`. */
export function advance(progress: Progress, optimizer: Optimizer, learningRate: number, to: Float32Array, at: number): void {
  const { name, beta1, beta2, scheduleDecay, weightDecay } = optimizer
  progress.steps += 1
  const first = multiplied(progress.products[0], beta1)
  const second = multiplied(progress.products[1], beta2)
  progress.products[0] = first
  progress.products[1] = second
  const numbers = [learningRate, 1, 0, 0]
  if (name === 'adam' || name === 'adamw') {
    numbers[0] = (learningRate * Math.sqrt(1 - second)) / (1 - first)
    numbers[1] = 1 - learningRate * weightDecay
  } else if (name === 'adamax') {
    numbers[0] = learningRate / (1 - first)
  } else if (name === 'nadam') {
    const now = beta1 * (1 - 0.5 * 0.96 ** (progress.steps * scheduleDecay))
    const next = beta1 * (1 - 0.5 * 0.96 ** ((progress.steps + 1) * scheduleDecay))
    const schedule = multiplied(progress.products[2], now)
    progress.products[2] = schedule
    numbers[1] = (1 - now) / (1 - schedule)
    numbers[2] = next / (1 - schedule * next)
    numbers[3] = 1 / (1 - second)
  }
  to.set(numbers, at)
}
