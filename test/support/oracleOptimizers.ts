import type { Optimizer } from '../../src/core/optimizers.ts'
import { at } from './close.ts'

/** Updates parameters in place, one call a step. */
export type Update = (parameters: Float64Array, gradient: Float64Array, rate: number) => void

/** One parameter's update: `a` and `b` are its two numbers of state. */
interface Slots {
  a: number
  b: number
}
type Rule = (slots: Slots, g: number, rate: number, step: number) => number

/** Nadam's c(t); the decaying momentum of Dozat 2016. */
const nadamMomentum = ({ beta1, scheduleDecay }: Optimizer, t: number): number => beta1 * (1 - 0.5 * 0.96 ** (scheduleDecay * t))

/** The change of a parameter, as the docstring of src/core/optimizers.ts writes it. */
function rule(o: Optimizer): Rule {
  const root = (a: number) => (o.epsilonInsideRoot ? Math.sqrt(a + o.epsilon) : Math.sqrt(a) + o.epsilon)
  const moments = (s: Slots, g: number) => {
    s.a = o.beta1 * s.a + (1 - o.beta1) * g
    s.b = o.beta2 * s.b + (1 - o.beta2) * g * g
  }
  switch (o.name) {
    case 'sgd':
      return (s, g, rate) => {
        s.a = o.momentum * s.a - rate * g
        return o.nesterov ? o.momentum * s.a - rate * g : s.a
      }
    case 'rmsprop':
      return (s, g, rate) => {
        s.a = o.rho * s.a + (1 - o.rho) * g * g
        return (-rate * g) / root(s.a)
      }
    case 'adagrad':
      return (s, g, rate) => {
        s.a += g * g
        return (-rate * g) / root(s.a)
      }
    case 'adadelta':
      return (s, g, rate) => {
        s.a = o.rho * s.a + (1 - o.rho) * g * g
        const u = (g * Math.sqrt(s.b + o.epsilon)) / Math.sqrt(s.a + o.epsilon)
        s.b = o.rho * s.b + (1 - o.rho) * u * u
        return -rate * u
      }
    case 'adam':
    case 'adamw':
      return (s, g, rate, t) => {
        moments(s, g)
        return (((-rate * Math.sqrt(1 - o.beta2 ** t)) / (1 - o.beta1 ** t)) * s.a) / (Math.sqrt(s.b) + o.epsilon)
      }
    case 'adamax':
      return (s, g, rate, t) => {
        s.a = o.beta1 * s.a + (1 - o.beta1) * g
        s.b = Math.max(o.beta2 * s.b, Math.abs(g))
        return ((-rate / (1 - o.beta1 ** t)) * s.a) / (s.b + o.epsilon)
      }
    case 'nadam':
      return (s, g, rate, t) => {
        moments(s, g)
        let product = 1
        for (let i = 1; i <= t; i++) product *= nadamMomentum(o, i)
        const now = nadamMomentum(o, t)
        const next = nadamMomentum(o, t + 1)
        const mean = ((1 - now) * g) / (1 - product) + (next * s.a) / (1 - product * next)
        return (-rate * mean) / (Math.sqrt(s.b / (1 - o.beta2 ** t)) + o.epsilon)
      }
  }
}

/** An optimizer with its own state. */
export function optimizerOracle(optimizer: Optimizer, parameters: number): Update {
  const change = rule(optimizer)
  const start = optimizer.name === 'adagrad' ? optimizer.initialAccumulator : 0
  const slots = Array.from({ length: parameters }, (): Slots => ({ a: start, b: 0 }))
  let step = 0
  return (values, gradient, rate) => {
    step += 1
    for (const [i, slot] of slots.entries()) {
      const decayed = optimizer.name === 'adamw' ? at(values, i) * (1 - rate * optimizer.weightDecay) : at(values, i)
      values[i] = decayed + change(slot, at(gradient, i), rate, step)
    }
  }
}
