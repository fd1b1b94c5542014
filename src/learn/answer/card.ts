/** An answer's model card: what it is of, how it was judged, its numbers, what it must not be relied on for (after Mitchell et al. 2019: "Model Cards for Model Reporting"). */

import { dateText } from '../../core/figures.ts'
import { visible } from '../../core/visible.ts'
import { describePreparation, preparationFromJSON } from '../../prepare/index.ts'
import type { AnswerData, AnswerMetric } from '../predictor/data.ts'
import type { AnswerColumn } from '../predictor/outside.ts'
import { groupsText } from './groupsText.ts'

/** A model card as plain data. */
export interface AnswerCard {
  readonly target: { readonly name: string; readonly task: 'binary' | 'multiclass' | 'regression'; readonly classNames: readonly string[] }
  readonly data: AnswerData['data']
  readonly columns: readonly AnswerColumn[]
  /** What is done to the columns, a sentence each, and what was left out and why; of the first fold. */
  readonly preparation: readonly string[]
  /** How many models of each kind answer together, and their part of the whole. */
  readonly models: readonly { readonly kind: string; readonly count: number; readonly weight: number }[]
  readonly temperature: number
  readonly learned: AnswerData['learned']
  readonly score: AnswerData['score']
  /** Of single rows. `rows` are those that they were found on. */
  readonly intervals: { readonly level: number; readonly rows: number; readonly what: string } | null
  readonly matters: AnswerData['matters']
  readonly limits: readonly string[]
}

/** Of intervals where no other is asked for. */
const LEVEL = 0.95

function modelsOf({ ensemble }: AnswerData): AnswerCard['models'] {
  const kinds = [...new Set(ensemble.models.map(({ model }) => model.kind))]
  return kinds.map((kind) => {
    const own = ensemble.models.filter(({ model }) => model.kind === kind)
    return { kind, count: own.length, weight: own.reduce((sum, { weight }) => sum + weight, 0) }
  })
}

export function cardOf(answer: AnswerData): AnswerCard {
  const { columns, data, ensemble, intervals, learned, limits, matters, score } = answer
  const preparation = preparationFromJSON(ensemble.preparations[0])
  const { task, names, classNames } = preparation.target
  const what = intervals?.kind === 'numbers' ? 'an interval around each number' : 'a set of classes for each row'
  return {
    target: { name: names[0] ?? '', task, classNames },
    data,
    columns,
    preparation: describePreparation(preparation),
    models: modelsOf(answer),
    temperature: ensemble.temperature,
    learned,
    score,
    intervals: intervals && { level: LEVEL, rows: intervals.rows, what },
    matters,
    limits,
  }
}

/** Line breaks would end a table's row or a list's item; and who looks at the text on a terminal must not have it obeyed. */
const plain = (text: string): string => visible(text.replace(/\s*\n\s*/g, ' ')).replace(/[\\`*_{}[\]<>#|~$&]/g, '\\$&')

const short = (value: number | null): string => (value === null ? '–' : String(Number(value.toPrecision(4))))
const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`
const between = ([low, high]: readonly [number, number]): string => `${short(low)} … ${short(high)}`
const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n')

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map((_name, i) => (i === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function columnRow(column: AnswerColumn): string[] {
  const name = plain(column.name)
  if (column.kind === 'category') {
    const { categories } = column
    const first = categories.slice(0, 5).map(plain).join(', ')
    return [name, 'category', categories.length > 5 ? `${first}, … (${categories.length})` : first, String(column.missing)]
  }
  const text = (value: number): string => (column.kind === 'date' ? dateText(value) : short(value))
  return [name, column.kind, `${text(column.low)} … ${text(column.high)}`, String(column.missing)]
}

const metricRow = ({ name, value, interval, guess, linear }: AnswerMetric): string[] => [
  plain(name),
  short(value),
  between(interval),
  short(guess),
  short(linear),
]

function learnedText({
  budget,
  by,
  folds,
  loss,
  repeats,
  candidates,
  rows,
  seconds,
  seed,
  steps,
  stopped,
}: AnswerData['learned']): string[] {
  const asked = 'seconds' in budget ? `${short(budget.seconds)} s` : `${budget.steps} steps`
  return [
    `rows: ${rows}, in ${folds} folds${groupsText(by, by && plain(by.column))}${repeats === undefined ? '' : `, dealt ${repeats + 1} times`}: every row was predicted by models that had not seen it`,
    ...(loss === undefined ? [] : [`loss: ${plain(loss)}`]),
    `budget: ${asked}; it took ${short(seconds)} s and ${short(steps)} steps${stopped ? ', and was stopped' : ''}`,
    `models trained to choose from: ${candidates}`,
    `seed: ${seed}`,
  ]
}

/** The card as GitHub's Markdown. */
export function cardMarkdown(card: AnswerCard): string {
  const { columns, data, intervals, learned, limits, matters, models, preparation, score, target, temperature } = card
  const what =
    target.task === 'regression' ? 'a number' : `one of ${target.classNames.length} classes: ${target.classNames.map(plain).join(', ')}`
  const mattering = (title: string, items: AnswerData['matters']['columns']): string[] =>
    items.length === 0
      ? []
      : [
          table(
            [title, 'worse without it by', '95 %'],
            items.map(({ name, value, interval }) => [plain(name), short(value), between(interval)]),
          ),
        ]
  const parts = [
    `# Predicts ${plain(target.name)}`,
    `It predicts ${plain(target.name)}, ${what}. ${plain(score.sentence)}`,
    '## How good it is',
    table(['metric', 'answer', `${percent(score.level)} interval`, 'guessing', 'linear model'], score.metrics.map(metricRow)),
    'All columns of this table are of rows that no choice was made by. Guessing knows no column: it says the mean, or the shares of the classes.',
    ...(intervals === null
      ? []
      : [
          `Of single rows it gives ${intervals.what}, which holds the truth for ${percent(intervals.level)} of rows like those it was learned from, unless another level is asked for.`,
        ]),
    '## What it must not be relied on for',
    list([
      'rows from elsewhere or later than those it was learned from; each prediction says what of its row lies outside of them',
      ...limits.map(plain),
    ]),
    ...(matters.columns.length + matters.settings.length + matters.sentences.length === 0 ? [] : ['## What matters']),
    ...mattering('column', matters.columns),
    ...mattering('setting', matters.settings),
    ...(matters.sentences.length === 0 ? [] : [list(matters.sentences.map(plain))]),
    '## Data',
    list([
      `${data.name === null ? 'a table' : plain(data.name)}: ${data.rows} rows, ${data.columns} columns, fingerprint ${plain(data.fingerprint)}`,
      ...preparation.map(plain),
    ]),
    table(['column', 'kind', 'range or categories', 'rows that miss it'], columns.map(columnRow)),
    '## How it was learned',
    list([
      ...learnedText(learned),
      `answers together: ${models.map(({ kind, count, weight }) => `${count} ${kind === 'network' ? (count === 1 ? 'network' : 'networks') : `${kind} model${count === 1 ? '' : 's'}`} (${percent(weight)})`).join(', ')}`,
      ...(target.task === 'regression' ? [] : [`probabilities calibrated with the temperature ${short(temperature)}`]),
    ]),
  ]
  return `${parts.join('\n\n')}\n`
}
