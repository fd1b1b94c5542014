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
export interface Said {
  /** (rows x outputs), row-major: the target in its own units; of two classes the probability of the second; of more the probability of each. */
  readonly values: Float64Array
  /** (rows) of a regression the standard deviation among the models by their weights, in the target's own units; of classes empty. */
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

interface Part {
  readonly preparation: Preparation
  readonly inputs: number
  readonly unit: TargetUnit | undefined
  readonly models: readonly { readonly weight: number; readonly model: Compiled }[]
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

function partsOf({ preparations, models }: Ensemble): Part[] {
  return preparations.map((preparation, p) => {
    const inputs = featureCount(preparation)
    const isClasses = preparation.target.task !== 'regression'
    const own = models.filter((one) => one.preparation === p)
    return {
      preparation,
      inputs,
      unit: preparation.target.units[0],
      models: own.map(({ weight, model }) => ({ weight, model: compileModel(model, inputs, isClasses) })),
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
      if (model.inputs !== inputs || model.outputs !== outputs)
        throw damaged(`has a model from ${model.inputs} to ${model.outputs} numbers where there are ${inputs} and ${outputs}`)
  const widest = Math.max(...parts.map(({ inputs }) => inputs))
  const features = new Float64Array(BLOCK * widest)
  const said = new Float64Array(BLOCK * outputs)
  return {
    outputs,
    predict(cells, rows) {
      const values = new Float64Array(rows * outputs)
      const squares = new Float64Array(isClasses ? 0 : rows)
      const readers = parts.map(({ preparation }) => featuresOf(preparation, cells))
      for (let from = 0; from < rows; from += BLOCK) {
        const count = Math.min(BLOCK, rows - from)
        // Of a regression the first answer of each row: squares are of distances from it, or large targets would lose their spread.
        const origin = new Float64Array(isClasses ? 0 : count)
        let begun = false
        for (const [p, { unit, models: own }] of parts.entries()) {
          if (own.length === 0) continue
          ;(readers[p] ?? missing(readers, p))(from, count, features)
          for (const { weight, model } of own) {
            model.forward(features, count, said)
            for (let i = 0; i < count * outputs; i++) {
              const one = said[i] ?? missing(said, i)
              const value = unit === undefined ? one : toUnits(one, unit)
              const at = from * outputs + i
              values[at] = (values[at] ?? missing(values, at)) + weight * value
              if (isClasses) continue
              if (!begun) origin[i] = value
              const distance = value - (origin[i] ?? missing(origin, i))
              squares[at] = (squares[at] ?? missing(squares, at)) + weight * distance * distance
            }
            begun = true
          }
        }
        for (let i = 0; i < origin.length; i++) {
          const distance = (values[from + i] ?? missing(values, from + i)) - (origin[i] ?? missing(origin, i))
          squares[from + i] = Math.sqrt(Math.max(0, (squares[from + i] ?? missing(squares, from + i)) - distance * distance))
        }
      }
      if (isClasses) temper(values, outputs, temperature)
      return { values, spread: squares }
    },
  }
}
