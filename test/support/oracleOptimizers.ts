// Every optimizer in float64.

import type { Layout, TensorLayout } from '../../src/core/layout.ts'
import { isUndecayed, type Optimizer, type OptimizerName } from '../../src/core/optimizers.ts'
import { at } from './close.ts'

/** Updates parameters in place, one call a batch. */
export type Update = (parameters: Float64Array, gradient: Float64Array, rate: number) => void

/** Numbers of state of one parameter. */
interface Slots {
  a: number
  b: number
  c: number
}
/** The change of a parameter. */
type Rule = (slots: Slots, g: number, rate: number, step: number) => number

/** Nadam's c(t); the decaying momentum of Dozat 2016. */
const nadamMomentum = ({ beta1, scheduleDecay }: Optimizer, t: number): number => beta1 * (1 - 0.5 * 0.96 ** (scheduleDecay * t))

type ByTensor = 'lamb' | 'adafactor'

function moments({ beta1, beta2 }: Optimizer, s: Slots, g: number): void {
  s.a = beta1 * s.a + (1 - beta1) * g
  s.b = beta2 * s.b + (1 - beta2) * g * g
}

const root = (o: Optimizer, a: number): number => (o.epsilonInsideRoot ? Math.sqrt(a + o.epsilon) : Math.sqrt(a) + o.epsilon)

const adam =
  (o: Optimizer): Rule =>
  (s, g, rate, t) => {
    moments(o, s, g)
    s.c = o.amsgrad ? Math.max(s.c, s.b) : s.b
    return (((-rate * Math.sqrt(1 - o.beta2 ** t)) / (1 - o.beta1 ** t)) * s.a) / (Math.sqrt(s.c) + o.epsilon)
  }

/** The optimizers that look at one parameter at a time, as the docstring of src/core/optimizers.ts writes them. */
const RULES: { readonly [N in Exclude<OptimizerName, ByTensor>]: (o: Optimizer) => Rule } = {
  sgd: (o) => (s, g, rate) => {
    s.a = o.momentum * s.a - rate * g
    return o.nesterov ? o.momentum * s.a - rate * g : s.a
  },
  rmsprop: (o) => (s, g, rate) => {
    s.a = o.rho * s.a + (1 - o.rho) * g * g
    s.c = o.rho * s.c + (1 - o.rho) * g
    s.b = o.momentum * s.b + (rate * g) / root(o, o.centered ? s.a - s.c * s.c : s.a)
    return -s.b
  },
  adagrad: (o) => (s, g, rate) => {
    s.a += g * g
    return (-rate * g) / root(o, s.a)
  },
  adadelta: (o) => (s, g, rate) => {
    s.a = o.rho * s.a + (1 - o.rho) * g * g
    const u = (g * Math.sqrt(s.b + o.epsilon)) / Math.sqrt(s.a + o.epsilon)
    s.b = o.rho * s.b + (1 - o.rho) * u * u
    return -rate * u
  },
  adam,
  adamw: adam,
  adamax: (o) => (s, g, rate, t) => {
    s.a = o.beta1 * s.a + (1 - o.beta1) * g
    s.b = Math.max(o.beta2 * s.b, Math.abs(g))
    return ((-rate / (1 - o.beta1 ** t)) * s.a) / (s.b + o.epsilon)
  },
  nadam: (o) => (s, g, rate, t) => {
    moments(o, s, g)
    let product = 1
    for (let i = 1; i <= t; i++) product *= nadamMomentum(o, i)
    const now = nadamMomentum(o, t)
    const next = nadamMomentum(o, t + 1)
    const mean = ((1 - now) * g) / (1 - product) + (next * s.a) / (1 - product * next)
    return (-rate * mean) / (Math.sqrt(s.b / (1 - o.beta2 ** t)) + o.epsilon)
  },
  lion: (o) => (s, g, rate) => {
    const direction = o.beta1 * s.a + (1 - o.beta1) * g
    s.a = o.beta2 * s.a + (1 - o.beta2) * g
    return -rate * Math.sign(direction)
  },
}

const length = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0))

/** Changes of all parameters of a tensor; the slots are its own. */
const BY_TENSOR: {
  readonly [N in ByTensor]: (
    o: Optimizer,
    w: number[],
    g: number[],
    slots: Slots[],
    rate: number,
    t: number,
    shape: readonly number[],
  ) => number[]
} = {
  lamb(o, w, g, slots, rate, t) {
    const direction = slots.map((s, i) => {
      moments(o, s, at(g, i))
      return s.a / (1 - o.beta1 ** t) / (Math.sqrt(s.b / (1 - o.beta2 ** t)) + o.epsilon)
    })
    const ratio = length(w) > 0 && length(direction) > 0 ? length(w) / length(direction) : 1
    return direction.map((u) => -rate * ratio * u)
  },
  adafactor(o, w, g, slots, rate, t, shape) {
    const kept = 1 - t ** o.beta2Decay
    const squares = g.map((x) => x * x + o.epsilon1)
    const columns = shape.at(-1) ?? 1
    const rows = w.length / columns
    // Of more than two axes the last two are a matrix, one below the other.
    const height = shape.at(-2) ?? 1
    const topOf = (i: number): number => i - (i % height)
    const rms = (values: readonly number[]) => length(values) / Math.sqrt(values.length)
    const cell = (i: number, j: number): Slots => slots[i * columns + j] ?? { a: 0, b: 0, c: 0 }
    if (shape.length > 1) {
      for (let i = 0; i < rows; i++) {
        const mean = squares.slice(i * columns, (i + 1) * columns).reduce((sum, x) => sum + x / columns, 0)
        cell(i, 0).a = kept * cell(i, 0).a + (1 - kept) * mean
      }
      for (let top = 0; top < rows; top += height)
        for (let j = 0; j < columns; j++) {
          const mean = Array.from({ length: height }, (_, i) => at(squares, (top + i) * columns + j)).reduce(
            (sum, x) => sum + x / height,
            0,
          )
          cell(top, j).b = kept * cell(top, j).b + (1 - kept) * mean
        }
    } else {
      slots.forEach((s, k) => {
        s.a = kept * s.a + (1 - kept) * at(squares, k)
      })
    }
    const meanOfRows = (top: number): number =>
      Array.from({ length: height }, (_, i) => cell(top + i, 0).a).reduce((sum, x) => sum + x / height, 0)
    const matrixCell = (i: number, j: number): number => (cell(i, 0).a / meanOfRows(topOf(i))) * cell(topOf(i), j).b
    const direction = g.map((x, k) => {
      const v = shape.length > 1 ? matrixCell(Math.floor(k / columns), k % columns) : (slots[k]?.a ?? 0)
      return x / Math.sqrt(v)
    })
    const step = Math.min(rate, 1 / Math.sqrt(t)) * Math.max(o.epsilon2, rms(w))
    return direction.map((u) => (-step * u) / Math.max(1, rms(direction) / o.clipThreshold))
  },
}

/** An optimizer with its own state, for the tensors of a network that are trained. */
export function optimizerOracle(optimizer: Optimizer, layout: Layout): Update {
  const { name, weightDecay, gradientAccumulationSteps: batches } = optimizer
  const tensors = layout.layers.flatMap(({ layer, tensors: own }) =>
    own.filter(({ trained }) => trained).map((tensor) => ({ tensor, decays: !isUndecayed(optimizer, layer.type, tensor.name) })),
  )
  const start = name === 'adagrad' ? optimizer.initialAccumulator : 0
  const slots = Array.from({ length: layout.parameters }, (): Slots => ({ a: start, b: 0, c: 0 }))
  const gathered = new Float64Array(layout.parameters)
  let pending = 0
  let step = 0
  const of = <T>(values: ArrayLike<T>, { offset, size }: TensorLayout): T[] =>
    Array.prototype.slice.call(values, offset, offset + size) as T[]
  return (values, gradient, rate) => {
    gradient.forEach((g, i) => {
      gathered[i] = at(gathered, i) + g / batches
    })
    pending += 1
    if (pending < batches) return
    pending = 0
    step += 1
    clip(
      optimizer,
      gathered,
      tensors.map(({ tensor }) => tensor),
    )
    for (const { tensor, decays } of tensors) {
      const { offset, shape } = tensor
      if (weightDecay > 0 && decays)
        for (let i = offset; i < offset + tensor.size; i++) values[i] = at(values, i) * (1 - rate * weightDecay)
      const g = of(gathered, tensor)
      const own = of(slots, tensor)
      const changes =
        name === 'lamb' || name === 'adafactor'
          ? BY_TENSOR[name](optimizer, of(values, tensor), g, own, rate, step, shape)
          : own.map((slot, i) => RULES[name](optimizer)(slot, at(g, i), rate, step))
      changes.forEach((change, i) => {
        values[offset + i] = at(values, offset + i) + change
      })
    }
    gathered.fill(0)
  }
}

function clip({ clipValue, clipNorm, globalClipNorm }: Optimizer, gradient: Float64Array, tensors: readonly TensorLayout[]): void {
  const norms = tensors.map(({ offset, size }) => length(Array.from(gradient.subarray(offset, offset + size))))
  const all = length(norms)
  tensors.forEach(({ offset, size }, t) => {
    const own = at(norms, t)
    const factor =
      clipNorm > 0 && own > clipNorm
        ? clipNorm / own
        : clipNorm === 0 && globalClipNorm > 0 && all > globalClipNorm
          ? globalClipNorm / all
          : 1
    for (let i = offset; i < offset + size; i++) {
      const g = at(gradient, i)
      gradient[i] = clipValue > 0 ? Math.min(Math.max(g, -clipValue), clipValue) : g * factor
    }
  })
}
