// The steps that prepare a graph's inputs: rescaling, normalising, filling in.

import { at } from '../core/at.ts'
import type { TransformNumbers } from '../data/transform.ts'
import type { ModelData } from './model.ts'

/** What a graph does to its inputs before the first layer: what `data` says, in steps that every format has words for. */
export type InputStep =
  /** x factor + offset, all columns alike. */
  | { readonly kind: 'rescale'; readonly factor: number; readonly offset: number }
  /** (x - shift) / scale, a column each. */
  | { readonly kind: 'normalize'; readonly shift: readonly number[]; readonly scale: readonly number[] }
  /** x, or the value where x is NaN. */
  | { readonly kind: 'impute'; readonly value: readonly number[] }

export function inputSteps({ scale, transforms }: Pick<ModelData, 'scale' | 'transforms'>): InputStep[] {
  const steps = transforms.map((given): InputStep => {
    if (given.kind === 'impute') return { kind: 'impute', value: given.value }
    return { kind: 'normalize', shift: given.kind === 'standardize' ? given.mean : given.min, scale: given.scale }
  })
  return scale === undefined ? steps : [{ kind: 'rescale', factor: scale, offset: 0 }, ...steps]
}

/**
 * A float64 shift as two float32 steps. Where a column's values lie far from 0 beside their spread (years, say), a shift that was rounded to
 * float32 is off by a noticeable part of the spread: x - high is exact for x near it, and then `low` is taken off.
 * `low` is undefined where it is less than 2^-22 of every column's scale.
 */
export function splitShift(shift: readonly number[], scale: readonly number[]): { high: number[]; low: number[] | undefined } {
  const high = shift.map(Math.fround)
  const low = shift.map((value, i) => value - at(high, i))
  const matters = low.some((value, i) => Math.abs(value) > 2 ** -22 * Math.abs(at(scale, i)))
  return { high, low: matters ? low : undefined }
}

type Combined =
  | { readonly kind: 'affine'; readonly shift: number[]; readonly scale: number[] }
  | { readonly kind: 'impute'; readonly value: readonly number[] }

/** Neighbouring steps as one, for `width` columns: however a program divided them, the same function is the same list. */
function combine(steps: readonly InputStep[], width: number): Combined[] {
  const combined: Combined[] = []
  const affine = () => {
    const last = combined.at(-1)
    if (last?.kind === 'affine') return last
    const first: Combined = { kind: 'affine', shift: Array(width).fill(0), scale: Array(width).fill(1) }
    combined.push(first)
    return first
  }
  for (const step of steps) {
    if (step.kind === 'impute') {
      combined.push(step)
      continue
    }
    const { shift, scale } = affine()
    for (let i = 0; i < width; i++) {
      const before = at(scale, i)
      const own = step.kind === 'normalize' ? at(step.shift, i) : -step.offset / step.factor
      shift[i] = at(shift, i) + own * before
      scale[i] = step.kind === 'normalize' ? before * at(step.scale, i) : before / step.factor
    }
  }
  return combined
}

/** The steps of a foreign file as a model's: a factor that is the same for all columns, or transforms. */
export function dataOfSteps(steps: readonly InputStep[], width: number): Pick<ModelData, 'scale' | 'transforms'> {
  const [first] = steps
  if (steps.length === 1 && first?.kind === 'rescale' && first.offset === 0) return { scale: first.factor, transforms: [] }
  const transforms = combine(steps, width).map(
    (step): TransformNumbers => (step.kind === 'impute' ? step : { kind: 'standardize', mean: step.shift, scale: step.scale }),
  )
  return { transforms }
}

const near = (a: readonly number[], b: readonly number[], room: readonly number[]): boolean =>
  a.every((value, i) => Math.abs(value - (b[i] ?? Number.NaN)) <= 1e-5 * at(room, i))

/** A step that changes nothing: a reader leaves one out, and what is almost one, rounded to float32, may be it. */
const NOTHING: InputStep = { kind: 'rescale', factor: 1, offset: 0 }
const spelledOut = (steps: readonly InputStep[]): InputStep[] => [
  ...steps.flatMap((step): InputStep[] => (step.kind === 'impute' ? [NOTHING, step] : [step])),
  NOTHING,
]

/** Whether two lists of steps are the same function, but for float32 rounding. */
export function sameSteps(a: readonly InputStep[], b: readonly InputStep[], width: number): boolean {
  const [left, right] = [combine(spelledOut(a), width), combine(spelledOut(b), width)]
  if (left.length !== right.length) return false
  return left.every((step, i) => {
    const other = right[i]
    if (step.kind === 'impute')
      return (
        other?.kind === 'impute' &&
        near(
          step.value,
          other.value,
          step.value.map((v) => Math.abs(v) + 1e-30),
        )
      )
    if (other?.kind !== 'affine') return false
    const { shift, scale } = step
    const room = scale.map((value, column) => Math.abs(value) + Math.abs(at(shift, column)))
    return near(scale, other.scale, scale.map(Math.abs)) && near(shift, other.shift, room)
  })
}
