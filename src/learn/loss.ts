/** What is learned by: the losses of numbers and of classes, as a person names them, and what a row costs by each. */

import { at } from '../core/at.ts'
import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { isObject, shown } from '../core/shown.ts'
import { suggest } from '../core/suggest.ts'

/** A loss of `learn`, by name or with its numbers. */
export type LearnLoss =
  | (typeof NAMES_OF_NUMBERS)[number]
  | (typeof NAMES_OF_CLASSES)[number]
  | { readonly name: 'huber'; readonly delta?: number | undefined }
  | { readonly name: 'quantile'; readonly quantile?: number | undefined }
  | { readonly name: 'crossentropy'; readonly labelSmoothing?: number | undefined }
  | { readonly name: 'focalCrossentropy'; readonly gamma?: number | undefined }

export const NAMES_OF_NUMBERS = ['meanSquaredError', 'meanAbsoluteError', 'huber', 'quantile', 'poisson', 'gaussianLikelihood'] as const
const NAMES_OF_CLASSES = ['crossentropy', 'focalCrossentropy'] as const

/** Of numbers, with y the truth and p what is said: see `costOf`. */
export interface NumberLoss {
  readonly name: (typeof NAMES_OF_NUMBERS)[number]
  /** Of `quantile`; 0.5 of `meanAbsoluteError`. */
  readonly quantile: number
  /** Of `huber`: from which distance on the loss is straight, in the target's units. */
  readonly delta: number
}

/** Of classes: what networks train by. Trees and lines learn by the cross-entropy, by which all are chosen and judged. */
interface ClassLoss {
  readonly name: (typeof NAMES_OF_CLASSES)[number]
  readonly labelSmoothing: number
  readonly gamma: number
}

/** What a problem is learned by. */
export interface Loss {
  readonly ofNumbers: NumberLoss
  readonly ofClasses: ClassLoss
  /** (classes), rows of all over the classes' number and a class's own rows: all classes count alike. Absent where rows do. */
  readonly classWeights?: Float64Array | undefined
}

export const SQUARED: NumberLoss = { name: 'meanSquaredError', quantile: 0.5, delta: 0 }
const CROSSENTROPY: ClassLoss = { name: 'crossentropy', labelSmoothing: 0, gamma: 0 }

export const isPlain = ({ name }: NumberLoss): boolean => name === SQUARED.name

/** Whether it is what numbers are learned by where nothing is said: a mean is predicted, and judged by its squared error. */
export const isSquared = ({ name }: NumberLoss): boolean => name === 'meanSquaredError' || name === 'gaussianLikelihood'

/**
 * The loss of a task.
 * @param truth (rows), the target in its own units, or the number of the class
 * @throws InvalidSpecError where it is none, or one of another task; InvalidDataError where the target does not suit it
 */
export function readLoss(
  { loss, classWeight }: { readonly loss?: LearnLoss | undefined; readonly classWeight?: 'balanced' | undefined },
  { target, classes, truth }: { readonly target: string; readonly classes: number; readonly truth: Float64Array },
): Loss {
  if (classWeight !== undefined && classWeight !== 'balanced')
    throw new InvalidSpecError(`classWeight is ${shown(classWeight)}; it must be "balanced", or left out`)
  if (classWeight !== undefined && classes === 0)
    throw new InvalidSpecError(
      `classWeight is balanced, and "${target}" is a number; it is for classes: leave it out, or say task: multiclass`,
    )
  const given = typeof loss === 'string' ? { name: loss } : (loss ?? {})
  if (!isObject(given)) throw new InvalidSpecError(`loss is ${shown(loss)}; it must be a name, such as "huber", or { name, … }`)
  const { name, ...numbers }: Readonly<Record<string, unknown>> = given
  const [own, others] = classes > 0 ? [NAMES_OF_CLASSES, NAMES_OF_NUMBERS] : [NAMES_OF_NUMBERS, NAMES_OF_CLASSES]
  if (others.some((one) => one === name))
    throw new InvalidSpecError(
      `loss is ${shown(name)}, which is for ${classes > 0 ? 'numbers' : 'classes'}, and "${target}" is ${classes > 0 ? `one of ${classes} classes` : 'a number'}; ` +
        `say one of ${own.join(', ')}, or task: ${classes > 0 ? 'regression' : 'multiclass'}`,
    )
  if (name !== undefined && !own.some((one) => one === name))
    throw new InvalidSpecError(`loss is ${shown(name)}${suggest(String(name), own)}; it must be one of ${own.join(', ')}`)
  const number = (field: string, initial: number, fits: (value: number) => boolean, must: string): number => {
    const value = numbers[field] ?? initial
    if (typeof value === 'number' && fits(value)) return value
    throw new InvalidSpecError(`loss.${field} is ${shown(value)}; it must be ${must}`)
  }
  const field = FIELD_OF_LOSS[String(name)]
  const strange = Object.keys(numbers).find((key) => key !== field)
  if (strange !== undefined)
    throw new InvalidSpecError(`loss has a field "${strange}"; ${String(name)} ${field === undefined ? 'has none' : `has ${field}`}`)
  if (classes > 0) {
    const isFocal = name === 'focalCrossentropy'
    const ofClasses: ClassLoss = {
      name: isFocal ? name : 'crossentropy',
      labelSmoothing: isFocal ? 0 : number('labelSmoothing', 0, (value) => value >= 0 && value < 1, 'from 0 to less than 1'),
      gamma: isFocal ? number('gamma', 2, (value) => value >= 0 && Number.isFinite(value), 'finite and 0 or more') : 0,
    }
    return { ofNumbers: SQUARED, ofClasses, ...(classWeight && { classWeights: balancedWeights(truth, classes) }) }
  }
  const ofNumbers: NumberLoss = {
    name: NAMES_OF_NUMBERS.find((one) => one === name) ?? 'meanSquaredError',
    quantile: name === 'quantile' ? number('quantile', 0.5, (value) => value > 0 && value < 1, 'above 0 and below 1') : 0.5,
    delta: name === 'huber' ? number('delta', deviationOf(truth), (value) => value > 0 && Number.isFinite(value), 'finite and above 0') : 0,
  }
  if (name === 'poisson') checkCounts(truth, target)
  return { ofNumbers, ofClasses: CROSSENTROPY }
}

/** The number that a loss takes. */
export const FIELD_OF_LOSS: Readonly<Record<string, string>> = {
  huber: 'delta',
  quantile: 'quantile',
  crossentropy: 'labelSmoothing',
  focalCrossentropy: 'gamma',
}

function checkCounts(truth: Float64Array, target: string): void {
  const below = truth.findIndex((value) => value < 0)
  if (below >= 0)
    throw new InvalidDataError(
      `column "${target}" holds ${at(truth, below)}; poisson is for counts and rates, 0 or more: say another loss, such as huber`,
    )
  if (truth.every((value) => value === 0))
    throw new InvalidDataError(`column "${target}" is 0 in all rows, of which poisson learns nothing`)
}

/** The standard deviation; 1 where all are alike. */
function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1
}

/** scikit-learn's: n / (classes x rows of the class); of a class without rows 0. */
function balancedWeights(truth: Float64Array, classes: number): Float64Array {
  const counts = new Float64Array(classes)
  for (const own of truth) counts[own] = at(counts, own) + 1
  const there = counts.filter((count) => count > 0).length
  return counts.map((count) => (count > 0 ? truth.length / (there * count) : 0))
}

/** Predictions of counts are above 0; less than this counts as this. */
export const LEAST_RATE = 1e-30

/**
 * What a row costs, e = y - p: e² of the squared error and the Gaussian likelihood; |e|; of huber e² / 2 up to delta and delta |e| - delta² / 2 beyond
 * (Huber, "Robust estimation of a location parameter", 1964); of a quantile q max(q e, (q - 1) e) (Koenker and Bassett, "Regression quantiles", 1978);
 * of poisson the deviance 2 (y log(y / p) - y + p), as scikit-learn's mean_poisson_deviance.
 */
export function costOf({ name, quantile, delta }: NumberLoss, truth: number, said: number): number {
  const error = truth - said
  switch (name) {
    case 'meanAbsoluteError':
      return Math.abs(error)
    case 'quantile':
      return Math.max(quantile * error, (quantile - 1) * error)
    case 'huber':
      return Math.abs(error) <= delta ? (error * error) / 2 : delta * Math.abs(error) - (delta * delta) / 2
    case 'poisson': {
      const rate = Math.max(said, LEAST_RATE)
      return 2 * ((truth > 0 ? truth * Math.log(truth / rate) : 0) - truth + rate)
    }
    default:
      return error * error
  }
}

/** The derivative of a row's cost by what is said. */
export function slopeOf({ name, quantile, delta }: NumberLoss, truth: number, said: number): number {
  const over = said - truth
  switch (name) {
    case 'meanAbsoluteError':
      return Math.sign(over)
    case 'quantile':
      return over > 0 ? 1 - quantile : over < 0 ? -quantile : 0
    case 'huber':
      return Math.max(-delta, Math.min(delta, over))
    case 'poisson':
      return 2 * (1 - truth / Math.max(said, LEAST_RATE))
    default:
      return 2 * over
  }
}

/** The constant that costs least: the mean, a quantile, or between mean and median. @param values not empty */
export function constantOf(loss: NumberLoss, values: ArrayLike<number>): number {
  const own = Float64Array.from(values)
  const mean = own.reduce((sum, value) => sum + value, 0) / own.length
  if (loss.name === 'meanAbsoluteError' || loss.name === 'quantile') return quantileOf(own, loss.quantile)
  if (loss.name !== 'huber') return mean
  let [low, high] = [own.reduce((a, b) => Math.min(a, b)), own.reduce((a, b) => Math.max(a, b))]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (own.reduce((sum, value) => sum + slopeOf(loss, value, middle), 0) > 0) high = middle
    else low = middle
  }
  return (low + high) / 2
}

/** The quantile, between the two values beside it where it falls between them (Hyndman and Fan's seventh, numpy's default). */
export function quantileOf(values: Float64Array, quantile: number): number {
  const rising = values.slice().sort()
  const place = quantile * (rising.length - 1)
  const [low, part] = [Math.floor(place), place % 1]
  return at(rising, low) + (part === 0 ? 0 : part * (at(rising, low + 1) - at(rising, low)))
}

/** For a person: `quantile 0.9`. */
export function lossText({ ofNumbers, ofClasses, classWeights }: Loss, isClasses: boolean): string | undefined {
  const short = (value: number): string => String(Number(value.toPrecision(4)))
  if (!isClasses) {
    const { name, quantile, delta } = ofNumbers
    if (name === 'meanSquaredError') return undefined
    return name === 'quantile' ? `quantile ${short(quantile)}` : name === 'huber' ? `huber, delta ${short(delta)}` : name
  }
  const { name, labelSmoothing, gamma } = ofClasses
  const said = [
    ...(name === 'focalCrossentropy' ? [`${name}, gamma ${short(gamma)}`] : []),
    ...(labelSmoothing > 0 ? [`crossentropy, labels smoothed by ${short(labelSmoothing)}`] : []),
    ...(classWeights === undefined ? [] : ['classes balanced']),
  ]
  return said.length === 0 ? undefined : said.join('; ')
}
