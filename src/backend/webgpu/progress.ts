import type { Optimizer } from '../../core/optimizers.ts'

/** A member's count of updates and running products, in float64, as src/backend/backend.ts's MemberState holds them. */
export interface Progress {
  steps: number
  products: [number, number, number]
}

/** Advances by a step, and writes the four numbers the optimizer kernel takes (shaders/lib/optimizer.wgsl) to `to`. */
export function advance(progress: Progress, optimizer: Optimizer, learningRate: number, to: Float32Array, at: number): void {
  const { name, beta1, beta2, scheduleDecay, weightDecay } = optimizer
  progress.steps += 1
  progress.products[0] *= beta1
  progress.products[1] *= beta2
  const [first, second] = progress.products
  const numbers = [learningRate, 1, 0, 0]
  if (name === 'adam' || name === 'adamw') {
    numbers[0] = (learningRate * Math.sqrt(1 - second)) / (1 - first)
    numbers[1] = 1 - learningRate * weightDecay
  } else if (name === 'adamax') {
    numbers[0] = learningRate / (1 - first)
  } else if (name === 'nadam') {
    const now = beta1 * (1 - 0.5 * 0.96 ** (progress.steps * scheduleDecay))
    const next = beta1 * (1 - 0.5 * 0.96 ** ((progress.steps + 1) * scheduleDecay))
    progress.products[2] *= now
    numbers[1] = (1 - now) / (1 - progress.products[2])
    numbers[2] = next / (1 - progress.products[2] * next)
    numbers[3] = 1 / (1 - second)
  }
  to.set(numbers, at)
}
