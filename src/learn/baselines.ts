/** The two simplest answers, which every other is compared to: a straight line, and a guess that knows no column. */

import { at } from '../core/at.ts'
import type { Preparation } from '../prepare/preparation.ts'
import type { Encoding, FoldInputs } from './inputs.ts'
import { inUnitsOf, learnedLoss } from './learned.ts'
import { linearSteps } from './linear/fit.ts'
import { linearOutputs } from './linear/outputs.ts'
import { constantOf } from './loss.ts'
import type { LinearModel } from './model.ts'
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
 * ruled out; where nothing can be learned it is the answer.
 */
export async function trainGuess(track: Track, number: number): Promise<void> {
  const { problem, inputs } = track
  const { folds, outputs, task, truth, classNames } = problem
  const collected = new Collected(problem)
  for (const [fold, { train: rows, held }] of folds.entries()) {
    const { train, preparation } = await inPieces(inputs.steps(LINEAR_ENCODING, fold), track)
    // One row more of every class, by Laplace's rule of succession, spread over them.
    const shares = new Float64Array(classNames.length).fill(1 / Math.max(1, classNames.length))
    const weights = problem.loss.classWeights
    if (task !== 'regression')
      for (const row of rows)
        shares[at(truth, row)] = at(shares, at(truth, row)) + (weights === undefined ? 1 : at(weights, at(truth, row)))
    const intercepts =
      task === 'regression'
        ? Float64Array.of(constantOfLearned(problem, train, preparation))
        : outputs === 1
          ? Float64Array.of(Math.log(at(shares, 1) / at(shares, 0)))
          : shares.map((share) => Math.log(share / shares.reduce((sum, own) => sum + own, 0)))
    const model: LinearModel = { kind: 'linear', outputs, coefficients: new Float64Array(train.inputSize * outputs), intercepts }
    const one = linearOutputs(model, new Float32Array(train.inputSize), 1, task)
    const said = inUnitsOf(one, preparation.target.units[0])
    const predicted = new Float64Array(held.length * outputs)
    for (let i = 0; i < held.length; i++) predicted.set(said, i * outputs)
    collected.add(fold, predicted, () => ({ preparation, model }))
  }
  keepBest(track, [{ collected, settings: { model: 'guess' }, again: { of: 'guess' } }], { kind: 'linear', candidate: number })
}

/** The constant that costs least, as it is learned. */
function constantOfLearned({ loss }: Track['problem'], train: FoldInputs['train'], { target }: Preparation): number {
  const constant = constantOf(learnedLoss(loss.ofNumbers, target.units[0]), train.targets)
  return loss.ofNumbers.name === 'poisson' ? Math.log(constant) : constant
}

const LINEAR_ENCODING: Encoding = { numbers: 'standard', targets: 'standard' }
