// How good the networks of pictures are: each picture is judged by a network that neither saw it nor was chosen by it.

import { at } from '../../../core/at.ts'
import { finish } from '../../../core/steps.ts'
import { crossTempering, temperatureOf } from '../../../learn/calibration.ts'
import { scoreData } from '../../../learn/describe.ts'
import type { ClassSets, Intervals } from '../../../learn/intervals/intervals.ts'
import { learnIntervals } from '../../../learn/intervals/learn.ts'
import type { AnswerScore } from '../../../learn/predictor/data.ts'
import type { JudgedClasses } from '../../../learn/score/judged.ts'
import { differenceOf } from '../../../learn/score/score.ts'
import type { Parts } from './parts.ts'
import type { Option } from './race.ts'

export interface Judgement {
  /** What answers: chosen by all pictures. */
  readonly best: Option
  /** By which its probabilities mean what they say. */
  readonly temperature: number
  readonly judged: JudgedClasses
  readonly score: AnswerScore
  readonly sets: ClassSets | undefined
  /** Which kind of network does better, in a sentence; undefined until two were tried. */
  readonly kinds: string | undefined
}

/** @throws where nothing is trained yet */
export function judge(options: readonly Option[], parts: Parts): Judgement {
  const all = Uint32Array.from(parts.rows.keys())
  const best = leastOf(options, all)
  const judged = nested(options, parts)
  const linear = nested(
    options.filter(({ candidate }) => candidate.name === 'line'),
    parts,
  )
  if (best === undefined || judged === undefined) throw new Error('there is nothing to judge')
  const intervals: Intervals = learnIntervals(judged)
  return {
    best,
    temperature: temperatureOf({ actual: parts.actual, classes: judged.classes, probabilities: best.said }),
    judged,
    score: finish(scoreData({ judged, linear }, {})),
    sets: intervals.kind === 'classes' ? intervals : undefined,
    kinds: kindsSaid(options, parts),
  }
}

/** The option that costs least over these rows. */
function leastOf(options: readonly Option[], rows: Uint32Array): Option | undefined {
  const cost = ({ losses }: Option): number => rows.reduce((sum, row) => sum + at(losses, row), 0)
  const costs = options.map(cost)
  return options[costs.indexOf(Math.min(...costs))]
}

/** Every judge's rows by the option that the other judges' rows choose, tempered by these as well. */
function nested(options: readonly Option[], { judges, actual }: Parts): JudgedClasses | undefined {
  const [first] = options
  if (first === undefined) return undefined
  const classes = first.said.length / actual.length
  const chosen = new Map([...new Set(judges)].map((own) => [own, leastOf(options, indicesOf(judges, own))]))
  const probabilities = Float64Array.from(first.said, (_, i) => {
    const option = chosen.get(at(judges, Math.floor(i / classes))) ?? first
    return at(option.said, i)
  })
  const said = { actual, classes, probabilities }
  return { task: 'classes', ...said, probabilities: finish(crossTempering(said, judges)).probabilities }
}

/** Rows of all judges but one. */
const indicesOf = (judges: Int32Array, but: number): Uint32Array => Uint32Array.from(judges.keys()).filter((row) => judges[row] !== but)

function kindsSaid(options: readonly Option[], parts: Parts): string | undefined {
  const of = (names: readonly string[]) =>
    nested(
      options.filter(({ candidate }) => names.includes(candidate.name)),
      parts,
    )
  const [dense, convolutions] = [of(['dense']), of(['narrow', 'wide'])]
  if (dense === undefined || convolutions === undefined) return undefined
  const { low, high } = differenceOf({ judged: convolutions }, { judged: dense }, 'logLoss')
  if (high < 0) return 'Networks with convolutions do better than a dense one.'
  if (low > 0) return 'A dense network does better than those with convolutions.'
  return 'Networks with convolutions and a dense one cannot be told apart.'
}
