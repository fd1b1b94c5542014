/** What the models of an ensemble say together, block by block: each row's numbers depend on that row alone. */

import { missing } from '../../core/at.ts'
import { type TargetUnit, toUnits } from '../../core/units.ts'
import type { Preparation } from '../../prepare/preparation.ts'
import type { Ensemble, Model } from '../model.ts'
import type { Cells } from './cells.ts'
import { BLOCK } from './dense.ts'
import { damaged } from './faults.ts'
import { featureCount, featuresOf } from './features.ts'
import { type Compiled, compileNetwork } from './network.ts'
import { compileLinear, compileTrees } from './trees.ts'

/** What is said of rows. */
interface Said {
  /** (rows x outputs), row-major: the target in its own units; of two classes the probability of the second; of more the probability of each. */
  readonly values: Float64Array
  /**
   * (rows) of a regression how far the models disagree, in the target's own units: the standard deviation among the models of a fold by their weights, and of
   * that the mean over the folds by theirs; with the variances that models say themselves. Of classes empty.
   */
  readonly spread: Float64Array
}

export interface CompiledEnsemble {
  readonly outputs: number
  readonly predict: (cells: ReadonlyMap<string, Cells>, rows: number) => Said
}

function compileModel(model: Model, inputs: number, isClasses: boolean): Compiled {
  switch (model.kind) {
    case 'network':
      return compileNetwork(model, inputs)
    case 'trees':
      return compileTrees(model, inputs, isClasses)
    case 'linear':
      return compileLinear(model, isClasses)
    default:
      model satisfies never
      throw damaged(`has a model of the kind "${String((model as Model).kind)}"`)
  }
}

/** The standard deviation of what the models of one fold say of the rows of a block, by their weights. */
class Spread {
  /** What the first said: distances are from it, or large numbers would lose theirs. */
  readonly #origin: Float64Array
  readonly #sum: Float64Array
  readonly #squares: Float64Array
  #weight = 0

  constructor(rows: number) {
    this.#origin = new Float64Array(rows)
    this.#sum = new Float64Array(rows)
    this.#squares = new Float64Array(rows)
  }

  /** @param variances of models that say one, else 0 */
  add(said: Float64Array, weight: number, variances: Float64Array): void {
    if (this.#weight === 0) this.#origin.set(said.subarray(0, this.#origin.length))
    this.#weight += weight
    for (const [i, origin] of this.#origin.entries()) {
      const distance = (said[i] ?? missing(said, i)) - origin
      this.#sum[i] = (this.#sum[i] ?? missing(this.#sum, i)) + weight * distance
      this.#squares[i] =
        (this.#squares[i] ?? missing(this.#squares, i)) + weight * (distance * distance + (variances[i] ?? missing(variances, i)))
    }
  }

  /** Adds the deviations times the weight of all its models. */
  addTo(spread: Float64Array, from: number): void {
    for (const [i, sum] of this.#sum.entries()) {
      const mean = sum / this.#weight
      const variance = (this.#squares[i] ?? missing(this.#squares, i)) / this.#weight - mean * mean
      spread[from + i] = (spread[from + i] ?? missing(spread, from + i)) + this.#weight * Math.sqrt(Math.max(0, variance))
    }
  }
}

interface Part {
  readonly preparation: Preparation
  readonly inputs: number
  readonly unit: TargetUnit | undefined
  readonly models: readonly { readonly fold: number; readonly weight: number; readonly model: Compiled }[]
}

/** Probabilities p as softmax(log p / temperature), (rows x outputs), in place; one output is the second of two. */
function temper(values: Float64Array, outputs: number, temperature: number): void {
  if (temperature === 1) return
  const raised = (p: number, largest: number): number => Math.exp((Math.log(p) - Math.log(largest)) / temperature)
  for (let at = 0; at < values.length; at += outputs) {
    const row = values.subarray(at, at + outputs)
    const others = outputs === 1 ? 1 - (row[0] ?? missing(row, 0)) : 0
    const largest = row.reduce((a, b) => Math.max(a, b), others)
    const powers = row.map((p) => raised(p, largest))
    const sum = powers.reduce((a, b) => a + b, outputs === 1 ? raised(others, largest) : 0)
    for (let o = 0; o < outputs; o++) row[o] = (powers[o] ?? missing(powers, o)) / sum
  }
}

/** Means of a row each to the front of `said`, and variances in units of the target, squared. */
function splitVariances(said: Float64Array, rows: number, variances: Float64Array, unit: TargetUnit | undefined): void {
  const scale = unit?.scale ?? 1
  for (let i = 0; i < rows; i++) {
    variances[i] = Math.exp(said[2 * i + 1] ?? missing(said, 2 * i + 1)) * scale * scale
    said[i] = said[2 * i] ?? missing(said, 2 * i)
  }
}

function partsOf({ preparations, models }: Ensemble): Part[] {
  return preparations.map((preparation, p) => {
    const inputs = featureCount(preparation)
    const isClasses = preparation.target.task !== 'regression'
    const own = models.filter((one) => one.preparation === p)
    return {
      preparation,
      inputs,
      unit: preparation.target.units[0],
      models: own.map(({ fold = p, weight, model }) => ({ fold, weight, model: compileModel(model, inputs, isClasses) })),
    }
  })
}

/** @throws InvalidDataError where its parts do not fit */
export function compileEnsemble(ensemble: Ensemble): CompiledEnsemble {
  const { preparations, models, temperature } = ensemble
  const [first] = preparations
  if (first === undefined || models.length === 0) throw damaged('has no model')
  const { task, classNames } = first.target
  const isClasses = task !== 'regression'
  const outputs = task === 'multiclass' ? classNames.length : 1
  if (models.some(({ preparation, weight }) => preparations[preparation] === undefined || !(weight > 0 && Number.isFinite(weight))))
    throw damaged('has a model without a weight, or without a preparation')
  if (!(temperature > 0 && Number.isFinite(temperature))) throw damaged(`has the temperature ${temperature}`)
  const parts = partsOf(ensemble)
  for (const { inputs, models: own } of parts)
    for (const { model } of own)
      if (model.inputs !== inputs || !(model.outputs === outputs || (!isClasses && model.outputs === 2)))
        throw damaged(`has a model from ${model.inputs} to ${model.outputs} numbers where there are ${inputs} and ${outputs}`)
  const widest = Math.max(...parts.map(({ inputs }) => inputs))
  const features = new Float64Array(BLOCK * widest)
  // Of a number a model may say a mean and the logarithm of a variance.
  const said = new Float64Array(BLOCK * (isClasses ? outputs : 2))
  const variances = new Float64Array(BLOCK)
  const folds = new Set(parts.flatMap(({ models: own }) => own.map(({ fold }) => fold)))
  return {
    outputs,
    predict(cells, rows) {
      const values = new Float64Array(rows * outputs)
      const spread = new Float64Array(isClasses ? 0 : rows)
      const readers = parts.map(({ preparation }) => featuresOf(preparation, cells))
      for (let from = 0; from < rows; from += BLOCK) {
        const count = Math.min(BLOCK, rows - from)
        const spreads = new Map(Array.from(folds, (fold) => [fold, new Spread(isClasses ? 0 : count)]))
        for (const [p, { unit, models: own }] of parts.entries()) {
          if (own.length === 0) continue
          const read = readers[p] ?? missing(readers, p)
          read(from, count, features)
          for (const { fold, weight, model } of own) {
            model.forward(features, count, said)
            variances.fill(0)
            if (!isClasses && model.outputs === 2) splitVariances(said, count, variances, unit)
            if (unit !== undefined) for (let i = 0; i < count; i++) said[i] = toUnits(said[i] ?? missing(said, i), unit)
            for (let i = 0; i < count * outputs; i++)
              values[from * outputs + i] =
                (values[from * outputs + i] ?? missing(values, from * outputs + i)) + weight * (said[i] ?? missing(said, i))
            spreads.get(fold)?.add(said, weight, variances)
          }
        }
        for (const one of spreads.values()) one.addTo(spread, from)
      }
      if (isClasses) temper(values, outputs, temperature)
      return { values, spread }
    },
  }
}
