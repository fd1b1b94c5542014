// What an answer comes to, in sentences that are true at the moment they are said.

import type { AnswerMetric, Matter } from '../../../learn/predictor/data.ts'
import type { Prediction } from '../../../learn/predictor/predictor.ts'
import type { AnswerNews, Found } from '../../answers.ts'
import type { DataDescription } from '../../description.ts'
import { parameterTitle } from '../../parameterWords.ts'
import { formatNumber, plural } from '../format.ts'

/** The short answer, and what it rests on. */
export interface Said {
  readonly short: string
  readonly long: string
}

const percent = (part: number): string => `${Math.round(100 * part)} %`
/** A chance is never certain. */
export const chanceText = (chance: number): string => (chance > 0.995 ? 'over 99 %' : chance < 0.005 ? 'under 1 %' : percent(chance))
const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

const metricOf = ({ score }: Found, name: string): AnswerMetric | undefined => score.metrics.find((metric) => metric.name === name)

/** Does a network help? Before anything is learned it is said what there is to beat. */
export function helpSaid({ found, problem, state }: AnswerNews, data: DataDescription): Said {
  if (found === undefined)
    return problem === undefined ? toBeat(data, state) : { short: 'That cannot be said.', long: sentence(problem.message) }
  const short = shortOf(found)
  const soFar = state === 'learning' ? `So far: ${short.charAt(0).toLowerCase()}${short.slice(1)}` : short
  return { short: soFar, long: `${numbersOf(found, data)} ${verdictOf(found)}` }
}

function toBeat(data: DataDescription, state: AnswerNews['state']): Said {
  const short = state === 'learning' ? 'Being found out …' : 'Nothing was learned.'
  const column = data.columns.find(({ name }) => name === data.target)
  const counts = column?.counts ?? []
  const usual = usualOf(counts)
  if (usual !== undefined && column?.tasks[0] !== 'regression') {
    const all = counts.reduce((sum, { rows }) => sum + rows, 0)
    return { short, long: `To beat: always guessing “${usual.value}” is right in ${percent(usual.rows / all)} of ${plural(all, 'row')}.` }
  }
  const mean = column?.range === undefined ? '' : `, ${formatNumber(column.range.mean)},`
  return { short, long: `To beat: always saying the mean${mean} of ${plural(data.rows, 'row')}.` }
}

/** The most frequent value. */
const usualOf = (counts: readonly { readonly value: string; readonly rows: number }[]) =>
  counts.reduce<{ readonly value: string; readonly rows: number } | undefined>(
    (most, one) => (most === undefined || one.rows > most.rows ? one : most),
    undefined,
  )

const isWorseThanLine = ({ score }: Found): boolean =>
  score.verdict === 'betterThanGuessing' && score.sentence.includes('worse than a straight line')
const partOf = ({ models }: Found, kind: string): number => models.find((one) => one.kind === kind)?.weight ?? 0

function shortOf(found: Found): string {
  const { score, learned } = found
  if (score.verdict === 'noBetterThanGuessing') return `No: nothing beats guessing that ${plural(learned.rows, 'row')} could show.`
  if (partOf(found, 'linear') > 0.999) return 'No: a straight line answers alone.'
  if (isWorseThanLine(found)) return 'No: a straight line does better.'
  if (score.verdict === 'betterThanGuessing') return `No gain over a straight line that ${plural(learned.rows, 'row')} could show.`
  const right = metricOf(found, 'accuracy')
  const isOftener = right === undefined || right.value > (right.linear ?? 0)
  if (partOf(found, 'network') < 0.001)
    return isOftener
      ? 'A straight line is beaten, but by trees: no network has a say.'
      : 'Trees are surer of what comes true than a straight line, but no more often right: no network has a say.'
  if (!isOftener) return 'Yes: no more often right than a straight line, but surer of what comes true.'
  return partOf(found, 'trees') > 0.001 ? 'Yes: together with trees it beats a straight line.' : 'Yes: it beats a straight line.'
}

/** The numbers beside guessing and a straight line. */
function numbersOf(found: Found, data: DataDescription): string {
  const isClasses = found.task !== 'regression'
  const metric = metricOf(found, isClasses ? 'accuracy' : 'meanAbsoluteError')
  if (metric === undefined) return ''
  const [low, high] = metric.interval
  if (isClasses) {
    const usual = usualOf(data.columns.find(({ name }) => name === found.target)?.counts ?? [])
    const guessing = usual === undefined ? 'always guessing the most frequent class' : `always guessing “${usual.value}”`
    const line = metric.linear === null ? '' : `; a straight line: ${percent(metric.linear)}`
    return `${percent(metric.value)} right on rows it never saw (${percentRange(low, high)}); ${guessing}: ${percent(metric.guess)}${line}.`
  }
  const line = metric.linear === null ? '' : `; a straight line: ${formatNumber(metric.linear)}`
  const r2 = metricOf(found, 'r2')
  const explained =
    r2 === undefined ? '' : ` R²: ${formatNumber(r2.value)} (${formatNumber(r2.interval[0])} to ${formatNumber(r2.interval[1])}).`
  return `Off by ${formatNumber(metric.value)} of “${found.target}” on average, on rows it never saw (${formatNumber(low)} to ${formatNumber(high)}); always saying the mean: ${formatNumber(metric.guess)}${line}.${explained}`
}

const percentRange = (low: number, high: number): string => `${Math.round(100 * low)} to ${percent(high)}`

/** By what that was judged, and who has the say. */
function verdictOf(found: Found): string {
  const by = found.task === 'regression' ? 'Judged by its squared errors' : 'Judged by how likely it thought what came true'
  const verdict = found.score.sentence
  return `${by}: ${verdict.charAt(0).toLowerCase()}${verdict.slice(1)} ${sayOf(found)}`
}

const KINDS: readonly (readonly [kind: string, word: string])[] = [
  ['network', 'networks'],
  ['trees', 'boosted trees'],
  ['linear', 'a straight line'],
  ['guess', 'guessing'],
]

/** Who answers, and how much each has to say. */
export function sayOf(found: Found): string {
  const parts = KINDS.flatMap(([kind, word]) => (partOf(found, kind) > 0.001 ? [{ word, part: partOf(found, kind) }] : []))
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return `What answers: ${only.word} alone.`
  return `What answers: ${list(parts.map(({ word, part }) => `${word} (${percent(part)})`))}.`
}

/** Of which class a curve shows the chance: of two the second, of more the first; of a number none. */
export function classOf({ found }: AnswerNews): string | undefined {
  if (found === undefined || found.task === 'regression') return undefined
  return found.classNames.length === 2 ? found.classNames[1] : found.classNames[0]
}

const isSure = ({ interval: [low] }: Matter): boolean => low > 0

/** When what matters was found, where that was not of the answer that is shown. */
export const earlierSaid = (state: AnswerNews['state']): string =>
  state === 'learning'
    ? 'Found in the first look; it is looked at again at the end.'
    : 'Found in the first look; there was no time to look at it again.'

/** As answers are where a column holds the target itself, in other words or other units: their intervals lie above these. */
const PERFECT: Readonly<Record<string, number>> = { accuracy: 0.97, r2: 0.995 }
const isPerfect = ({ score }: Found): boolean =>
  score.metrics.some(({ name, interval: [low] }) => low > (PERFECT[name] ?? Number.POSITIVE_INFINITY))

/** What matters of the columns? */
export function columnsSaid({ found, state, problem }: AnswerNews): Said {
  if (found === undefined)
    return problem === undefined
      ? { short: state === 'learning' ? 'Being found out …' : 'Nothing was learned.', long: '' }
      : { short: 'That cannot be said: nothing was learned.', long: '' }
  const { columns, sentences } = found.matters
  if (columns.length === 0)
    return { short: state === 'learning' ? 'Told as soon as this round ends …' : 'That was not found out before the end.', long: '' }
  const sure = columns.filter(isSure).map(({ name }) => name)
  const none = columns.filter((column) => !isSure(column)).map(({ name }) => name)
  const by = found.task === 'regression' ? 'the error that is added' : 'the certainty that is lost'
  const others = sure.slice(1)
  const long = [
    ...(found.isEarlier ? [earlierSaid(state)] : []),
    ...(sure.length === 0 ? [] : [`Measured by ${by} when a column’s values are those of other rows.`]),
    ...(others.length > 0 ? [`Sure as well, each by itself: ${list(others)}.`] : []),
    ...(none.length > 0 && sure.length > 0 ? [`Of ${list(none)} these rows show no effect.`] : []),
    ...(sure.length > 0 && isPerfect(found)
      ? [`Is “${sure[0]}” known before “${found.target}” is? So good an answer may read it there.`]
      : []),
  ]
  return { short: sentences[0] ?? '', long: long.join(' ') }
}

/** What matters of the settings? */
export function settingsSaid({ found }: AnswerNews): string | undefined {
  const said = found?.matters.sentences[1]
  if (found === undefined || said === undefined) return undefined
  // The sentence has the settings' names as programs write them.
  const plain = found.matters.settings.reduce(
    (text, { name }) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), parameterTitle(name).toLowerCase()),
    said,
  )
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`
}

/** What is said of one row. */
export function predictionSaid(said: Prediction, found: Found): Said {
  if ('probabilities' in said) {
    const chance = said.probabilities[said.value] ?? Number.NaN
    const set = said.set ?? []
    const others = set.filter((name) => name !== said.value)
    const long =
      set.length === 0
        ? ''
        : others.length === 0
          ? 'In 95 of 100 such rows the truth is among what it holds possible: here that alone.'
          : `In 95 of 100 such rows the truth is among what it holds possible: here ${list(set)}.`
    return { short: `${said.value}, with a chance of ${chanceText(chance)}`, long }
  }
  const { value, interval } = said
  const long =
    interval === undefined
      ? ''
      : Number.isFinite(interval.low) && Number.isFinite(interval.high)
        ? `In 95 of 100 such rows the truth lies within: ${formatNumber(interval.low)} to ${formatNumber(interval.high)}.`
        : 'There are too few rows to say between what the truth lies.'
  return { short: `${found.target}: ${formatNumber(value)}`, long }
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
