/** Trains groups of candidates on the folds of a problem, and puts what they come to into the library. */

import type { Backend } from '../backend/backend.ts'
import { at, missing } from '../core/at.ts'
import type { NetworkGroup, TreesCandidate } from './candidates.ts'
import type { Clock } from './clock.ts'
import { type Encoding, Inputs } from './inputs.ts'
import type { FoldModel, Library } from './library.ts'
import { trainFold } from './networks.ts'
import type { Problem } from './problem.ts'
import { choosingOf } from './library.ts'
import { meanLoss } from './select.ts'
import type { LinearModel } from './model.ts'
import { linearSteps } from './linear/fit.ts'
import { linearOutputs } from './linear/outputs.ts'
import type { Steps } from './steps.ts'
import { Booster } from './trees/booster.ts'
import { type Bins, binFeatures } from './trees/bins.ts'
import { inOwnUnits } from './problem.ts'

/** Where and when training happens. */
export interface Track {
  readonly backend: Backend
  readonly problem: Problem
  readonly inputs: Inputs
  readonly library: Library
  readonly seed: number
  readonly signal: AbortSignal
  /** Lets others have their turn, every few milliseconds of work on this thread. */
  readonly pause: () => Promise<void>
  readonly clock: Clock
}

/** Points of a network's training at which it may answer: it stops early where that is better for rows that judge it not. */
const POINTS = [0.12, 0.25, 0.5, 0.75, 1]
/** Points of a candidate that are kept. */
const KEPT_POINTS = 2

/** The numbers of a candidate at a point, fold by fold. */
class Collected {
  readonly predicted: Float64Array
  readonly models: FoldModel[] = []
  readonly problem: Problem
  #isWhole = true

  constructor(problem: Problem) {
    this.problem = problem
    this.predicted = new Float64Array(problem.rows.length * problem.outputs).fill(Number.NaN)
  }

  get isWhole(): boolean {
    return this.#isWhole && this.models.length === this.problem.folds.length
  }

  add(fold: number, predicted: Float64Array | undefined, model: FoldModel): void {
    const { folds, outputs } = this.problem
    if (predicted === undefined) this.#isWhole = false
    else
      at(folds, fold).held.forEach((row, i) => {
        for (let o = 0; o < outputs; o++) this.predicted[row * outputs + o] = predicted[i * outputs + o] ?? missing(predicted, i * outputs + o)
      })
    this.models[fold] = model
  }
}

/**
 * A group of networks. All are trained on one fold, the heat; the better half goes on to the others. The rows of the heat then judge none of them.
 * @param turn which fold the heat is
 */
export async function trainNetworks(track: Track, group: NetworkGroup, turn: number, firstCandidate: number): Promise<void> {
  const { problem, inputs, library, backend, signal } = track
  const folds = problem.folds.length
  const heat = folds > 2 ? turn % folds : undefined
  const collected = group.settings.map(() => POINTS.map(() => new Collected(problem)))
  let racing = group.settings.map((_, i) => i)
  const order = heat === undefined ? [...problem.folds.keys()] : [heat, ...[...problem.folds.keys()].filter((fold) => fold !== heat)]
  for (const fold of order) {
    const snapshots = await trainFold(
      backend,
      problem,
      inputs.of(group.shape.encoding, fold),
      group.shape,
      racing.map((i) => at(group.settings, i)),
      racing.map((i) => seedOf(track.seed, firstCandidate + i, fold)),
      POINTS,
      signal,
    )
    await track.pause()
    const { preparation } = inputs.of(group.shape.encoding, fold)
    for (const { member, point, predicted, model } of snapshots) at(at(collected, at(racing, member)), point).add(fold, predicted, { preparation, model })
    if (fold === heat) racing = winners(problem, heat, collected, racing, Math.ceil(group.settings.length / 2))
  }
  for (const i of racing) {
    const points = at(collected, i)
      .map((own, point) => ({ own, point }))
      .filter(({ own }) => own.isWhole)
      .map(({ own, point }) => ({ own, point, loss: library.lossOf(own.predicted) }))
      .sort((a, b) => a.loss - b.loss)
      .slice(0, KEPT_POINTS)
    library.tried.push({ settings: { ...group.described, ...at(group.settings, i) }, loss: points[0]?.loss })
    for (const { own, point } of points)
      library.add({
        kind: 'network',
        candidate: firstCandidate + i,
        settings: { ...group.described, ...at(group.settings, i), epochs: Math.round(group.shape.epochs * at(POINTS, point)) },
        predicted: own.predicted,
        models: own.models,
        unfit: heat,
      })
  }
}

/** The candidates whose best point is best on the heat's rows. */
function winners(problem: Problem, heat: number, collected: readonly (readonly Collected[])[], racing: readonly number[], count: number): number[] {
  const rows = choosingOf(problem, (judge) => judge === heat)
  const losses = racing.map((i) => Math.min(...at(collected, i).map(({ predicted }) => orInfinite(meanLoss(rows, predicted)))))
  return [...racing.keys()]
    .sort((a, b) => at(losses, a) - at(losses, b))
    .slice(0, count)
    .map((k) => at(racing, k))
    .sort((a, b) => a - b)
}

const orInfinite = (loss: number): number => (Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY)

const seedOf = (seed: number, candidate: number, fold: number): number => (seed + candidate * 1009 + fold * 100_003) >>> 0

/** The straight line that all else is compared to: standardised numbers, one-hot categories, the target as it is. */
export async function trainLinear(track: Track, number: number): Promise<void> {
  const { problem, inputs, library } = track
  const { folds, outputs, task } = problem
  const collected = new Collected(problem)
  for (const fold of folds.keys()) {
    const { train, held, preparation } = inputs.of(LINEAR_ENCODING, fold)
    const data = { features: train.features, rows: train.rows, inputs: train.inputSize, targets: train.targets, outputs, task }
    const { model } = await inPieces(linearSteps(data, { seed: seedOf(track.seed, number, fold) }), track)
    const said = linearOutputs(model, held, held.length / train.inputSize, task)
    const unit = preparation.target.units[0]
    const predicted = task === 'regression' ? said.map((z) => inOwnUnits(z, unit)) : said
    collected.add(fold, predicted.every(Number.isFinite) ? predicted : undefined, { preparation, model })
  }
  if (collected.isWhole)
    library.add({ kind: 'linear', candidate: number, settings: { model: 'linear' }, predicted: collected.predicted, models: collected.models })
}

/**
 * What knows no column: the mean, or the shares of the classes. In an ensemble it draws probabilities towards those, so that a class of few rows is never
 * ruled out; where nothing can be learned it is the answer.
 */
export function trainGuess(track: Track, number: number): void {
  const { problem, inputs, library } = track
  const { folds, outputs, task, truth, classNames } = problem
  const collected = new Collected(problem)
  for (const [fold, { train: rows, held }] of folds.entries()) {
    const { train, preparation } = inputs.of(LINEAR_ENCODING, fold)
    // One row more of every class, by Laplace's rule of succession, spread over them.
    const shares = new Float64Array(classNames.length).fill(1 / Math.max(1, classNames.length))
    if (task !== 'regression') for (const row of rows) shares[at(truth, row)] = at(shares, at(truth, row)) + 1
    const intercepts =
      task === 'regression'
        ? new Float64Array(outputs)
        : outputs === 1
          ? Float64Array.of(Math.log(at(shares, 1) / at(shares, 0)))
          : shares.map((share) => Math.log(share / (rows.length + 1)))
    const model: LinearModel = { kind: 'linear', outputs, coefficients: new Float64Array(train.inputSize * outputs), intercepts }
    const one = linearOutputs(model, new Float32Array(train.inputSize), 1, task)
    const unit = preparation.target.units[0]
    const said = task === 'regression' ? one.map((z) => inOwnUnits(z, unit)) : one
    const predicted = new Float64Array(held.length * outputs)
    for (let i = 0; i < held.length; i++) predicted.set(said, i * outputs)
    collected.add(fold, predicted, { preparation, model })
  }
  library.add({ kind: 'linear', candidate: number, settings: { model: 'guess' }, predicted: collected.predicted, models: collected.models })
}

const LINEAR_ENCODING: Encoding = { numbers: 'standard', targets: 'standard' }

async function inPieces<T>(steps: Steps<T>, { pause }: Track): Promise<T> {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    await pause()
  }
}

/** Boosted trees: rounds until a while after the best, on every fold; all folds then answer with the same number of rounds. */
export async function trainTrees(track: Track, candidate: TreesCandidate, number: number): Promise<void> {
  const { problem, inputs, library } = track
  const { folds, outputs, task } = problem
  const { rounds, encoding, settings } = candidate
  let points = [...new Set(POINTS_OF_TREES.map((part) => Math.max(1, Math.round(part * rounds))))]
  const { clock } = track
  const late = clock.seconds + ((clock.left ?? Number.POSITIVE_INFINITY) * PART_OF_TREES) / folds.length
  const collected = points.map(() => new Collected(problem))
  for (const fold of folds.keys()) {
    const { train, held, preparation } = inputs.of(encoding, fold)
    const unit = preparation.target.units[0]
    const bins = binsOf(inputs, encoding, fold)
    const booster = new Booster(
      { features: train.features, rows: train.rows, inputs: train.inputSize, targets: train.targets, outputs, task },
      { ...settings, seed: seedOf(track.seed, number, fold) },
      bins,
    )
    const evaluator = booster.evaluator(held, held.length / train.inputSize)
    for (const [k, until] of points.entries()) {
      while (booster.rounds < until && !(fold === 0 && k > 0 && clock.seconds > late)) {
        await inPieces(booster.steps(), track)
        await track.pause()
      }
      if (booster.rounds < until) {
        // All folds must come to as many rounds: what the first had time for.
        points = points.slice(0, k)
        break
      }
      await inPieces(evaluator.steps(), track)
      const predicted = evaluator.outputs()
      const inUnits = task === 'regression' ? predicted.map((z) => inOwnUnits(z, unit)) : predicted
      at(collected, k).add(fold, inUnits.every(Number.isFinite) ? inUnits : undefined, { preparation, model: booster.model() })
    }
  }
  const best = collected
    .map((own, k) => ({ own, k, loss: library.lossOf(own.predicted) }))
    .filter(({ own }) => own.isWhole)
    .sort((a, b) => a.loss - b.loss)
    .slice(0, KEPT_POINTS)
  for (const { own, k } of best)
    library.add({
      kind: 'trees',
      candidate: number,
      settings: { ...candidate.described, rounds: at(points, k) },
      predicted: own.predicted,
      models: own.models,
    })
}

/** Of the time that is left, what trees may take. */
const PART_OF_TREES = 0.5

/** Parts of the rounds at which trees may answer. */
const POINTS_OF_TREES = [0.08, 0.15, 0.25, 0.4, 0.6, 0.8, 1]

const binsOf = (inputs: Inputs, encoding: Encoding, fold: number): Bins => {
  const { train } = inputs.of(encoding, fold)
  return binFeatures(train.features, train.rows, train.inputSize)
}
