/** The two simplest answers, which every other is compared to: a straight line, and a guess that knows no column. */

import { at } from '../core/at.ts'
import { type TargetUnit, toLearned } from '../core/units.ts'
import { fittingSteps } from '../prepare/fit.ts'
import type { Preparation } from '../prepare/preparation.ts'
import type { Encoding } from './inputs.ts'
import { inUnitsOf } from './learned.ts'
import { linearSteps } from './linear/fit.ts'
import { linearOutputs } from './linear/outputs.ts'
import { constantOf, LEAST_RATE } from './loss.ts'
import type { LinearModel } from './model.ts'
import { featureCount } from './predictor/features.ts'
import type { Problem } from './problem.ts'
import { Collected, inPieces, keepBest, learningRowsOf, seedOf, type Track } from './track.ts'

/** The straight line that all else is compared to: standardised numbers, one-hot categories, the target as it is. */
export async function trainLinear(track: Track, number: number): Promise<void> {
  const { problem, inputs } = track
  const { folds, task } = problem
  const collected = new Collected(problem)
  for (const fold of folds.keys()) {
    const { train, held, preparation } = await inPieces(inputs.steps(LINEAR_ENCODING, fold), track)
    const data = learningRowsOf(problem, train, preparation)
    const { model } = await inPieces(
      linearSteps(data, { ...LINE, ...(task !== 'regression' && { strengths: STRENGTHS }), seed: seedOf(track.seed, number, fold) }),
      track,
    )
    const said = linearOutputs(model, held, held.length / train.inputSize, task)
    collected.add(fold, inUnitsOf(said, preparation.target.units[0]), () => ({ preparation, model }))
  }
  keepBest(track, [{ collected, settings: { model: 'linear' }, again: { of: 'linear' } }], { kind: 'linear', candidate: number })
}

/** As a baseline it takes a moment, not what the last digit of a strength is worth. */
const LINE = { rowsOfChoice: 600, mostNumbers: 2 ** 20, tolerance: 1e-4 } as const

const STRENGTHS = [100, 30, 10, 3, 1, 0.3, 0.1]

/**
 * What knows no column: the mean, or the shares of the classes. In an ensemble it draws probabilities towards those, so that a class of few rows is never
 * ruled out; where nothing can be learned, or there is no time to, it is the answer. So it takes one look at the columns, not one a fold: what is learned of
 * them is only how they are read, and its coefficients are 0.
 */
export async function trainGuess(track: Track, number: number): Promise<void> {
  const { problem } = track
  const { table, options, rows, folds, outputs, task, truth } = problem
  const collected = new Collected(problem)
  const read = await inPieces(
    fittingSteps(table, rows, { ...options, ...GUESS_ENCODING, ...(task === 'regression' && { targets: 'standard' as const }) }),
    track,
  )
  const unit = unitOf(problem, read)
  const preparation = unit === undefined ? read : { ...read, target: { ...read.target, units: [unit] } }
  const coefficients = new Float64Array(featureCount(preparation) * outputs)
  for (const [fold, { train, held }] of folds.entries()) {
    const own = Float64Array.from(train, (row) => at(truth, row))
    const intercepts = task === 'regression' ? Float64Array.of(constantLearned(problem, own, unit)) : logitsOf(problem, own)
    const model: LinearModel = { kind: 'linear', outputs, coefficients, intercepts }
    const said = inUnitsOf(linearOutputs({ ...model, coefficients: new Float64Array(0) }, new Float32Array(0), 1, task), unit)
    const predicted = new Float64Array(held.length * outputs)
    for (let i = 0; i < held.length; i++) predicted.set(said, i * outputs)
    collected.add(fold, predicted, () => ({ preparation, model }))
    await track.pause()
  }
  keepBest(track, [{ collected, settings: { model: 'guess' }, again: { of: 'guess' } }], { kind: 'linear', candidate: number })
}

/** How a regression's constant is kept: of counts its logarithm, as all models of them do. */
function unitOf({ task, loss, truth }: Problem, { target }: Preparation): TargetUnit | undefined {
  if (task !== 'regression' || loss.ofNumbers.name !== 'poisson') return target.units[0]
  return { log: true, mean: Math.log(constantOf(loss.ofNumbers, truth)), scale: 1 }
}

/** The constant that costs least. @param own (rows), the targets of a fold's training rows */
function constantLearned({ loss }: Problem, own: Float64Array, unit: TargetUnit | undefined): number {
  const constant = constantOf(loss.ofNumbers, own)
  if (unit === undefined) return constant
  return toLearned(unit.log ? Math.max(constant, LEAST_RATE) : constant, unit)
}

/** Scores of the classes' shares, with one row more of every class by Laplace's rule of succession, spread over them. */
function logitsOf({ outputs, classNames, loss }: Problem, own: Float64Array): Float64Array {
  const shares = new Float64Array(classNames.length).fill(1 / Math.max(1, classNames.length))
  const weights = loss.classWeights
  for (const label of own) shares[label] = at(shares, label) + (weights === undefined ? 1 : at(weights, label))
  if (outputs === 1) return Float64Array.of(Math.log(at(shares, 1) / at(shares, 0)))
  const sum = shares.reduce((total, share) => total + share, 0)
  return shares.map((share) => Math.log(share / sum))
}

const LINEAR_ENCODING: Encoding = { numbers: 'standard', targets: 'standard' }
const GUESS_ENCODING: Encoding = { numbers: 'standard' }
