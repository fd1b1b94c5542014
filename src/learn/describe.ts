/** Puts an answer together: the ensemble with its models, what the judges say of it, what was seen of every column. */

import { at, missing } from '../core/at.ts'
import type { Steps } from '../core/steps.ts'
import type { Preparation } from '../prepare/preparation.ts'
import { answerColumns } from './answer/table.ts'
import { fingerprintSteps } from './fingerprint.ts'
import type { Judgement } from './judge.ts'
import type { Run } from './library.ts'
import { isPlain, lossText } from './loss.ts'
import type { Ensemble } from './model.ts'
import type { AnswerData, AnswerMetric, AnswerScore } from './predictor/data.ts'
import type { Problem } from './problem.ts'
import type { Repeats } from './repeats.ts'
import { guessOf } from './score/judged.ts'
import { metricsOf, scoreOf } from './score/score.ts'
import type { Bag } from './score/training.ts'
import { scoreAnswer } from './score/verdict.ts'

/** What is said of how it was learned. */
export interface Told {
  readonly steps: number
  readonly budget: AnswerData['learned']['budget']
  readonly seed: number
  readonly stopped: boolean
  readonly seconds: number
  readonly candidates: number
}

/** What is said of the table, the same in every answer to it. */
export interface Facts {
  readonly columns: AnswerData['columns']
  readonly fingerprint: string
}

/** @param preparations that together read all columns that are read */
export function* factsOf(problem: Problem, preparations: readonly Preparation[]): Steps<Facts> {
  const read = new Map(preparations.flatMap(({ columns }) => columns.map(({ name, kind }) => [name, { name, kind }] as const)))
  const columns: AnswerData['columns'][number][] = []
  for (const column of read.values()) {
    columns.push(...answerColumns(problem.table, problem.rows, [column]))
    yield
  }
  return { columns, fingerprint: yield* fingerprintSteps(problem) }
}

/** What is known of the bags of all folds' models: of the answer and of the linear model. */
export interface Bags {
  readonly own?: Bag | undefined
  readonly linear?: Bag | undefined
}

/** @param runs the search, and what was trained on the rows dealt anew */
export function* describeAnswer(
  runs: readonly Run[],
  told: Told,
  facts: Facts,
  judgement: Judgement,
  bags: Bags = {},
  repeats?: Repeats,
): Steps<AnswerData> {
  const { columns, fingerprint } = facts
  const { problem } = at(runs, 0)
  const isGuess = runs.every(({ chosen }) => chosen.entries.every(({ settings }) => settings.model === 'guess'))
  const scored = yield* scoreData(judgement, bags)
  const score = isGuess ? ofGuess(scored, told) : scored
  const loss = lossText(problem.loss, problem.task !== 'regression')
  return {
    version: 1,
    ensemble: ensembleOf(runs, judgement.temperature),
    columns,
    score,
    matters: { columns: [], settings: [], sentences: isGuess ? ['Nothing was learned from any column.'] : [] },
    intervals: judgement.intervals,
    ...(problem.task === 'regression' && !isPlain(problem.loss.ofNumbers) && { loss: problem.loss.ofNumbers }),
    data: { name: null, rows: problem.table.rows, columns: problem.table.columns.length, fingerprint },
    learned: {
      ...told,
      rows: problem.rows.length,
      folds: problem.folds.length,
      ...(loss !== undefined && { loss }),
      ...(problem.grouping && { by: { column: problem.grouping.by, groups: problem.grouping.count } }),
      ...(runs.length > 1 && { repeats: runs.length - 1 }),
    },
    limits: [...problem.said, ...widthSaid(score, runs.length - 1, repeats)],
  }
}

const short = (value: number): string => String(Number(value.toPrecision(3)))

/** A constant ranks no row before another: what an area shows of several folds' constants is how the folds were dealt. */
function ofGuess(score: AnswerScore, told: Told): AnswerScore {
  const metrics = score.metrics.map((own) =>
    own.name === 'auc' ? { ...own, value: own.guess, interval: [own.guess, own.guess] as const } : own,
  )
  return { ...score, metrics, verdict: 'noBetterThanGuessing', sentence: guessSaid(told) }
}

/** Why nothing but a guess answers. */
function guessSaid({ budget, stopped }: Told): string {
  if (stopped) return 'No better than guessing: it was stopped before anything was learned.'
  if ('seconds' in budget) return `No better than guessing: in ${short(budget.seconds)} seconds nothing else was learned; give it more.`
  return 'No better than guessing: all that was tried beside it failed on these numbers.'
}

/** Where the interval is wider than was asked for. */
function widthSaid({ interval: [low, high], metric }: AnswerScore, done: number, repeats: Repeats | undefined): string[] {
  if (typeof repeats !== 'object' || high - low <= repeats.width) return []
  return [
    `the interval of ${metric} is ${short(high - low)} wide, not the ${short(repeats.width)} that were asked for, after ${done} repeats of the folds: ` +
      'repeats take out what the folds add to it; the rest takes more rows',
  ]
}

/** Every fold's model of every entry that was chosen, of all runs: a row's answer is their mean. */
function ensembleOf(runs: readonly Run[], temperature: number): Ensemble {
  const preparations: Preparation[] = []
  const places = new Map<Preparation, number>()
  const models = runs.flatMap(({ problem: { folds }, chosen: { entries, weights } }, run) =>
    entries.flatMap((entry, i) => {
      const weight = weights[i] ?? missing(weights, i)
      if (weight === 0) return []
      return entry.models.map(({ preparation, model }, fold) => {
        const place = places.get(preparation) ?? preparations.push(preparation) - 1
        places.set(preparation, place)
        return { preparation: place, weight: weight / folds.length / runs.length, fold: run * folds.length + fold, model }
      })
    }),
  )
  return { preparations, models, temperature }
}

/** Every metric, beside guessing and a straight line. */
export function* scoreData({ judged, linear }: Pick<Judgement, 'judged' | 'linear'>, bags: Bags): Steps<AnswerScore> {
  const own = { judged, bag: bags.own }
  const line = linear && { judged: linear, bag: bags.linear }
  const metrics: AnswerMetric[] = []
  for (const name of metricsOf(judged)) {
    const { value, low, high } = scoreOf(own, name)
    yield
    // Where all rows that judge are of one class there is no area.
    if (Number.isNaN(value)) continue
    const guess = scoreOf({ judged: guessOf(judged) }, name).value
    yield
    metrics.push({ name, value, interval: [low, high], guess, linear: line === undefined ? null : scoreOf(line, name).value })
    yield
  }
  const score = scoreAnswer(own, { linear: line })
  const { guess, linear: straight } = score.baselines
  return {
    metric: score.metric,
    value: score.value,
    interval: [score.low, score.high],
    level: score.level,
    baselines: { guess: guess.score.value, linear: straight?.score.value ?? null },
    verdict:
      guess.standing !== 'better' ? 'noBetterThanGuessing' : straight?.standing === 'better' ? 'betterThanLinear' : 'betterThanGuessing',
    sentence: score.verdict,
    metrics,
  }
}
