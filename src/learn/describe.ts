/** Puts an answer together: the ensemble with its models, what the judges say of it, what was seen of every column. */

import { missing } from '../core/at.ts'
import type { Preparation } from '../prepare/preparation.ts'
import { answerColumns } from './answer/table.ts'
import { fingerprintOf } from './fingerprint.ts'
import { type Judgement, judge } from './judge.ts'
import type { Chosen } from './library.ts'
import type { Ensemble } from './model.ts'
import type { AnswerData, AnswerMetric, AnswerScore } from './predictor/data.ts'
import type { Problem } from './problem.ts'
import { guessOf } from './score/judged.ts'
import { SCORE_METRICS, scoreOf } from './score/score.ts'
import { scoreAnswer } from './score/verdict.ts'
import type { Track } from './track.ts'

/** What is said of how it was learned. */
export interface Told {
  readonly steps: number
  readonly budget: AnswerData['learned']['budget']
  readonly seed: number
  readonly stopped: boolean
  readonly seconds: number
  readonly candidates: number
}

export function describeAnswer({ problem, library }: Track, told: Told, chosen = library.choose()): AnswerData {
  const judgement = judge(problem, chosen, told.seed)
  const ensemble = ensembleOf(problem, chosen, judgement.temperature)
  const read = new Map(ensemble.preparations.flatMap(({ columns }) => columns.map(({ name, kind }) => [name, { name, kind }] as const)))
  return {
    version: 1,
    ensemble,
    columns: answerColumns(problem.table, problem.rows, [...read.values()]),
    score: scoreData(judgement),
    matters: { columns: [], settings: [], sentences: [] },
    intervals: judgement.intervals,
    data: { name: null, rows: problem.table.rows, columns: problem.table.columns.length, fingerprint: fingerprintOf(problem) },
    learned: { ...told, rows: problem.rows.length, folds: problem.folds.length },
    limits: problem.said,
  }
}

/** Every fold's model of every entry that was chosen: a row's answer is their mean. */
function ensembleOf(problem: Problem, { entries, weights }: Chosen, temperature: number): Ensemble {
  const folds = problem.folds.length
  const preparations: Preparation[] = []
  const places = new Map<Preparation, number>()
  const models = entries.flatMap((entry, i) => {
    const weight = weights[i] ?? missing(weights, i)
    if (weight === 0) return []
    return entry.models.map(({ preparation, model }, fold) => {
      const place = places.get(preparation) ?? preparations.push(preparation) - 1
      places.set(preparation, place)
      return { preparation: place, weight: weight / folds, fold, model }
    })
  })
  return { preparations, models, temperature }
}

function scoreData({ judged, linear }: Judgement): AnswerScore {
  const metrics = SCORE_METRICS[judged.task].map((name): AnswerMetric => {
    const { value, low, high } = scoreOf({ judged }, name)
    return {
      name,
      value,
      interval: [low, high],
      guess: scoreOf({ judged: guessOf(judged) }, name).value,
      linear: linear === undefined ? null : scoreOf({ judged: linear }, name).value,
    }
  })
  const score = scoreAnswer({ judged }, { linear: linear && { judged: linear } })
  const { guess, linear: line } = score.baselines
  return {
    metric: score.metric,
    value: score.value,
    interval: [score.low, score.high],
    level: score.level,
    baselines: { guess: guess.score.value, linear: line?.score.value ?? null },
    verdict: guess.standing !== 'better' ? 'noBetterThanGuessing' : line?.standing === 'better' ? 'betterThanLinear' : 'betterThanGuessing',
    sentence: score.verdict,
    metrics,
  }
}
