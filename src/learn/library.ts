/** All that was trained: what each model predicted for rows it never saw, and the models of every fold. */

import { at, missing } from '../core/at.ts'
import type { Steps } from '../core/steps.ts'
import type { Preparation } from '../prepare/preparation.ts'
import type { Again } from './again.ts'
import type { Model } from './model.ts'
import { type Problem, UNJUDGED } from './problem.ts'
import { type Choosing, combine, type HeldOut, meanLoss, selectionSteps } from './select.ts'

/** One way to learn, trained on every fold, at one point of its training. */
export interface Entry {
  readonly kind: Model['kind']
  /** Which candidate it is of: its points are alike, and count as one. */
  readonly candidate: number
  /** What it was trained by, for a person and for what matters: plain names and values. */
  readonly settings: Readonly<Record<string, string | number>>
  readonly predicted: HeldOut
  /** (rows), of models that say one: the variance, in the target's own units, squared. */
  readonly variances?: Float64Array | undefined
  /** One a fold. */
  readonly models: readonly FoldModel[]
  /** The judge that may not judge it, for its rows chose it in a heat. */
  readonly unfit?: number | undefined
  /** Over all rows held out. */
  readonly loss: number
  /** How it is trained on other folds of the same rows. */
  readonly again: Again
}

/** A model and how its rows become features. */
export interface FoldModel {
  readonly preparation: Preparation
  readonly model: Model
}

/** A candidate as it was tried, and the loss it came to; undefined where it failed. */
export interface Tried {
  readonly settings: Readonly<Record<string, string | number>>
  readonly loss: number | undefined
}

/** What the library comes to. */
export interface Chosen {
  readonly entries: readonly Entry[]
  /** Of the final ensemble, by entry; they sum to 1. */
  readonly weights: Float64Array
  /** (rows x outputs): every row's prediction by an ensemble that was chosen by the rows of other judges, of models that never saw it. NaN for rows not held out. */
  readonly judged: Float64Array
  /** The linear model, whatever its place; undefined where none was trained. */
  readonly linear: Entry | undefined
  /** Of each judge's rows: the weights, by entry, of the ensemble that was chosen for them. */
  readonly judgedBy: readonly Float64Array[]
}

/** Some folds of a problem's rows, and what answers together by what was trained on them. The first run is the search itself; later ones deal the rows anew. */
export interface Run {
  readonly problem: Problem
  readonly chosen: Chosen
}

/** Entries that are chosen from: more would cost time and choose by chance. */
const MOST_CHOSEN_FROM = 40
/** Entries that are kept, with all their models. */
const MOST_KEPT = 60

/** The trained, best first. */
export class Library {
  readonly #problem: Problem
  readonly #all: Choosing
  #entries: Entry[] = []

  constructor(problem: Problem) {
    this.#problem = problem
    this.#all = choosingOf(problem, () => true)
  }

  get entries(): readonly Entry[] {
    return this.#entries
  }

  /** Whether nothing was learned but what knows no column. */
  get isGuess(): boolean {
    return this.#entries.every(({ settings }) => settings.model === 'guess')
  }

  /** The mean loss of predictions over all rows held out, or some of them. */
  lossOf(predicted: HeldOut, rows?: Uint32Array): number {
    return meanLoss(rows === undefined ? this.#all : { ...this.#all, rows }, predicted)
  }

  /** The least loss of a kind, and how many candidates of it there are. */
  bestOf(kind: Entry['kind']): { loss: number; candidates: number } {
    const own = this.#entries.filter((entry) => entry.kind === kind)
    return { loss: Math.min(...own.map(({ loss }) => loss)), candidates: new Set(own.map(({ candidate }) => candidate)).size }
  }

  /** Every network that was trained on all folds, in order, its best point; undefined where it failed. */
  readonly tried: Tried[] = []

  add(entry: Omit<Entry, 'loss'>): void {
    const loss = this.lossOf(entry.predicted)
    if (!Number.isFinite(loss)) return
    this.#entries.push({ ...entry, loss })
    // Where classes are told apart without a fault many are equal: not the one that was first goes before, for networks and trees come when they are done.
    // Array.sort is stable: of a candidate's points the better one, which was first, stays first.
    this.#entries.sort((a, b) => a.loss - b.loss || a.candidate - b.candidate)
    // The linear model stays: it is what every answer is compared to.
    this.#entries = this.#entries.filter(({ kind }, place) => place < MOST_KEPT || kind === 'linear')
  }

  /** Chooses an ensemble by all rows, and for the rows of every judge another by the rows of the other judges; from what is there as it begins. */
  *choose(): Steps<Chosen> {
    const { judges, judgeCount, outputs, rows } = this.#problem
    const entries = this.#entries.filter(({ kind }, place) => place < MOST_CHOSEN_FROM || kind === 'linear')
    const linear = this.#entries.find(({ settings }) => settings.model === 'linear')
    const predictions = entries.map(({ predicted }) => predicted)
    const judged = new Float64Array(rows.length * outputs).fill(Number.NaN)
    const judgedBy: Float64Array[] = []
    for (let judge = 0; judge < judgeCount; judge++) {
      const fit = entries.flatMap(({ unfit }, i) => (unfit === judge ? [] : [i]))
      const others = someOf(choosingOf(this.#problem, (own) => own !== judge))
      const chosen = yield* selectionSteps(
        others,
        fit.map((i) => at(predictions, i)),
      )
      const weights = new Float64Array(entries.length)
      fit.forEach((i, k) => {
        weights[i] = chosen[k] ?? missing(chosen, k)
      })
      const combined = combine(predictions, weights)
      judges.forEach((own, row) => {
        if (own === judge) judged.set(combined.subarray(row * outputs, (row + 1) * outputs), row * outputs)
      })
      judgedBy.push(weights)
    }
    return { entries, weights: yield* selectionSteps(someOf(this.#all), predictions), judged, judgedBy, linear }
  }
}

/** More rows choose no better, and take their time. */
const MOST_CHOOSING = 4000

function someOf(choosing: Choosing): Choosing {
  const every = Math.ceil(choosing.rows.length / MOST_CHOOSING)
  return every === 1 ? choosing : { ...choosing, rows: choosing.rows.filter((_, i) => i % every === 0) }
}

/** The rows of some judges, to choose by. */
export function choosingOf({ task, outputs, truth, judges, loss }: Problem, isIncluded: (judge: number) => boolean): Choosing {
  const rows: number[] = []
  judges.forEach((judge, row) => {
    if (judge !== UNJUDGED && isIncluded(judge)) rows.push(row)
  })
  return { task, outputs, truth, loss, rows: Uint32Array.from(rows) }
}
