// The columns of the table of trials.

import { durationText } from '../../../core/figures.ts'
import { objectiveWords, parameterTitle } from '../../parameterWords.ts'
import type { TrialColumns, TrialRow } from '../../protocol.ts'
import { formatNumber, formatValue } from '../format.ts'

/** A column of the table of trials: what it is sorted by, and what is shown. */
export interface Column {
  readonly id: string
  readonly title: string
  readonly cell: (row: TrialRow) => unknown
  readonly text: (row: TrialRow) => string
  /** Numbers, which end together. */
  readonly end: boolean
  /** Whether it is sorted from the largest at first. */
  readonly falls: boolean
}

const STATE_WORDS: Readonly<Record<TrialRow['state'], string>> = {
  running: 'under way',
  complete: 'complete',
  pruned: 'stopped early',
  fail: 'failed',
  waiting: 'waiting',
}

export function columnsOf({ objective, direction, params }: TrialColumns, rows: readonly TrialRow[]): Column[] {
  const { title } = objectiveWords(objective)
  const isNumeric = (name: string): boolean => rows.every((row) => typeof (paramOf(row, name) ?? 0) === 'number')
  return [
    { id: 'number', title: 'Trial', cell: ({ number }) => number, text: ({ number }) => String(number), end: false, falls: true },
    ...(rows.some(({ part }) => part !== undefined)
      ? [{ id: 'part', title: 'Experiment', cell: partOf, text: partOf, end: false, falls: false }]
      : []),
    { id: 'state', title: 'State', cell: ({ state }) => STATE_WORDS[state], text: stateText, end: false, falls: false },
    { id: 'value', title, cell: ({ value }) => value, text: valueText, end: true, falls: direction === 'maximize' },
    ...params.map((name) => ({
      id: `param ${name}`,
      title: parameterTitle(name),
      cell: (row: TrialRow) => paramOf(row, name),
      text: (row: TrialRow) => (Object.hasOwn(row.params, name) ? formatValue(paramOf(row, name)) : '–'),
      end: isNumeric(name),
      falls: false,
    })),
    {
      id: 'seconds',
      title: 'Time',
      cell: ({ seconds }) => seconds,
      text: ({ seconds }) => (seconds === undefined ? '–' : durationText(seconds)),
      end: true,
      falls: true,
    },
  ]
}

/** A parameter may have the name of a property that every object has. */
const paramOf = ({ params }: TrialRow, name: string) => (Object.hasOwn(params, name) ? params[name] : undefined)

const partOf = ({ part }: TrialRow): string => part ?? ''

function stateText({ state, done, reason }: TrialRow): string {
  if (state === 'running') return `${STATE_WORDS.running}, ${Math.floor(done * 100)} %`
  return reason === undefined ? STATE_WORDS[state] : `${STATE_WORDS[state]}: ${reason}`
}

const valueText = ({ value, low, high }: TrialRow): string =>
  Number.isFinite(low) ? `${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)})` : formatNumber(value)

/** Entries without a value come last, in either order. */
export function compareCells(a: unknown, b: unknown, falling: boolean): number {
  const isAbsent = (cell: unknown): boolean => cell === undefined || cell === null || Number.isNaN(cell)
  if (isAbsent(a) || isAbsent(b)) return Number(isAbsent(a)) - Number(isAbsent(b))
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true })
  return falling ? -order : order
}
