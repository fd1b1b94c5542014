// Parameter importances in plain words.

import type { Bar, Block } from '../../report/model.ts'

/** Below this part of the variance a parameter hardly matters. */
const LITTLE = 0.02

/** The importances in plain words: what matters most, what hardly matters, and how sure that is. */
export function importanceWords(blocks: readonly Block[]): string[] {
  const [chart] = blocks
  if (chart?.kind !== 'bars') return []
  const [first, ...others] = chart.bars
  if (first === undefined) return []
  const explained = chart.bars.reduce((sum, { value }) => sum + value, 0)
  return [
    `“${first.name}” matters most here: alone it explains about ${percent(first.value)} of the differences between trials.`,
    sureness(first, others),
    ...hardly(others),
    explained < 0.5 ? 'Most of the differences come from combinations of settings, or from chance.' : '',
  ].filter((sentence) => sentence !== '')
}

function sureness(first: Bar, others: readonly Bar[]): string {
  if (others.length === 0) return ''
  const rivals = others.filter((bar) => high(bar) >= low(first)).map(({ name }) => name)
  const range = `(${percent(low(first))} to ${percent(high(first))})`
  if (rivals.length === 0) return `That is rather sure: its interval ${range} lies above all the others.`
  return `That is not sure: the ${rivals.length === 1 ? 'interval' : 'intervals'} of ${list(rivals)} overlap${rivals.length === 1 ? 's' : ''} with its own ${range}. More trials would tell.`
}

function hardly(others: readonly Bar[]): string[] {
  const little = others.filter((bar) => high(bar) < LITTLE).map(({ name }) => name)
  return little.length === 0 ? [] : [`Between the values tried, ${list(little)} hardly ${little.length === 1 ? 'matters' : 'matter'}.`]
}

const low = ({ value, low = value }: Bar): number => low
const high = ({ value, high = value }: Bar): number => high
const percent = (part: number): string => `${Math.round(100 * part)}\u00a0%`
const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
