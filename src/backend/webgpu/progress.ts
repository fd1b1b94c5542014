// A member's steps: how many it has made, and the numbers of the next.

import { needsWholeGradient, type Optimizer } from '../../core/optimizers.ts'
import type { MemberState } from '../backend.ts'

/** A member's count of updates and running products, in float64, as src/backend/backend.ts's MemberState holds them. */
export interface Progress {
  steps: number
  products: [number, number, number]
  /** Batches since the last update whose gradients are gathered. */
  pending: number
}

export const progressOf = ({ steps, products, pending = 0 }: MemberState): Progress => ({ steps, products: [...products], pending })

/** The numbers of a step that the kernels take, and those of updates that need the whole gradient: shaders/lib/optimizer.wgsl, whole.wgsl. */
export interface StepNumbers {
  readonly numbers: readonly [number, number, number, number]
  readonly more: readonly [number, number, number, number]
}

/** The next running product; 0 once it is below 1e-300, where nothing notices it: denormal numbers are slow. */
function multiplied(product: number, factor: number): number {
  const next = product * factor
  return next < 1e-300 ? 0 : next
}

/** Advances by a batch; a step is as `start_update` of assembly/update.ts has it (a test compares the two). */
export function advance(progress: Progress, optimizer: Optimizer, learningRate: number): StepNumbers {
  const { gradientAccumulationSteps: batches, weightDecay } = optimizer
  progress.pending = (progress.pending + 1) % batches
  if (progress.pending > 0) return { numbers: [0, 0, 0, 0], more: [0, 1, 0, 0] }
  const decayed = 1 - learningRate * weightDecay
  if (needsWholeGradient(optimizer)) return { numbers: numbersOf(progress, optimizer, learningRate, 1), more: [1, decayed, 0, 0] }
  return { numbers: numbersOf(progress, optimizer, learningRate, decayed), more: [1, 1, 0, 0] }
}

/** @param decayed what weight decay leaves where the optimizer's own kernel takes it */
function numbersOf(progress: Progress, optimizer: Optimizer, rate: number, decayed: number): [number, number, number, number] {
  const { name, beta1, beta2, scheduleDecay, beta2Decay } = optimizer
  progress.steps += 1
  const first = multiplied(progress.products[0], beta1)
  const second = multiplied(progress.products[1], beta2)
  progress.products[0] = first
  progress.products[1] = second
  switch (name) {
    case 'adam':
    case 'adamw':
      return [(rate * Math.sqrt(1 - second)) / (1 - first), decayed, 0, 0]
    case 'adamax':
      return [rate / (1 - first), 1, 0, 0]
    case 'nadam': {
      const now = beta1 * (1 - 0.5 * 0.96 ** (progress.steps * scheduleDecay))
      const next = beta1 * (1 - 0.5 * 0.96 ** ((progress.steps + 1) * scheduleDecay))
      const schedule = multiplied(progress.products[2], now)
      progress.products[2] = schedule
      return [rate, (1 - now) / (1 - schedule), next / (1 - schedule * next), 1 / (1 - second)]
    }
    case 'lamb':
      return [rate, 1 / (1 - first), 1 / (1 - second), 0]
    case 'adafactor': {
      const kept = 1 - progress.steps ** beta2Decay
      return [Math.min(rate, 1 / Math.sqrt(progress.steps)), kept, 1 - kept, 0]
    }
    case 'sgd':
    case 'rmsprop':
    case 'adagrad':
    case 'adadelta':
    case 'lion':
      return [rate, 1, 0, 0]
    default:
      return name satisfies never
  }
}
