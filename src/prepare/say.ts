/** A preparation in sentences, for whoever wants to know what was done to a table. */

import { listed } from '../core/excerpt.ts'
import { shortNumber } from '../core/figures.ts'
import { featureNames } from './apply.ts'
import { type ColumnPreparation, type Preparation, preparationFromJSON, type TargetPreparation } from './preparation.ts'

const NUMBERS = {
  none: 'unchanged',
  standard: 'standardised',
  minMax: 'scaled to 0 … 1',
  robust: 'scaled by quartiles',
  quantile: 'made normal by quantiles',
  piecewiseLinear: 'in bins, piecewise linear',
  periodic: 'as waves',
} as const

const CATEGORIES = {
  oneHot: 'one-hot',
  binary: 'as 0 and 1',
  targetMean: 'as means of the target',
  embedding: 'as tokens of an embedding',
} as const

const PLURAL = { number: 'numbers', category: 'categories', date: 'dates' } as const

function howOf(column: ColumnPreparation): string {
  if (column.kind === 'number') return NUMBERS[column.encoding.kind]
  return column.kind === 'category' ? CATEGORIES[column.encoding.kind] : 'as elapsed time and places on circles'
}

/** `target "price": of its logarithm, mean 12.3, deviation 0.5`; undefined where it is as it was. */
function targetText({ names, units }: TargetPreparation): string[] {
  return units.map(
    ({ log, mean, scale }, i) =>
      `target "${names[i]}" standardised${log ? ', by its logarithm' : ''} (mean ${shortNumber(mean)}, deviation ${shortNumber(scale)}), and undone in predictions`,
  )
}

/**
 * What is done to columns, a sentence a kind: `6 numbers standardised: age, bmi, …`. @returns in the order of the features; then what missing values
 * become, what is left out and why, and what is done to the target
 */
export function describePreparation(preparation: Preparation): string[] {
  const { columns, target, left, guesses } = preparationFromJSON(preparation)
  const groups = new Map<string, ColumnPreparation[]>()
  for (const column of columns) {
    const how = `${column.kind} ${howOf(column)}`
    groups.set(how, [...(groups.get(how) ?? []), column])
  }
  const kinds = [...groups.values()].flatMap((members) => {
    const [first] = members
    if (first === undefined) return []
    const what = `${members.length} ${members.length === 1 ? first.kind : PLURAL[first.kind]}`
    const made = members.reduce((sum, column) => sum + featureNames(column).length, 0)
    return `${what} ${howOf(first)}${made === members.length ? '' : ` (${made} features)`}: ${listed(members.map(({ name }) => name))}`
  })
  const indicated = columns.filter(({ indicator }) => indicator)
  const missing = indicated.map((column) => `${column.name} (${shownFill(column)})`)
  const read = guesses.map(({ of, value }) => `${of} ${JSON.stringify(value)}`)
  return [
    ...(read.length === 0 ? [] : [`read with ${listed(read)}`]),
    ...kinds,
    ...(missing.length === 0 ? [] : [`missing ${wordsOf(indicated)} filled in, with a feature that says where: ${listed(missing)}`]),
    ...left.map(({ name, why }) => `left out "${name}": ${why}`),
    ...targetText(target),
  ]
}

const shownFill = (column: ColumnPreparation): string => {
  if (column.kind === 'category' || column.fill === null) return String(column.fill)
  return column.kind === 'date' ? new Date(column.fill).toISOString().slice(0, 10) : shortNumber(column.fill)
}

const wordsOf = (columns: readonly ColumnPreparation[]): string => [...new Set(columns.map(({ kind }) => PLURAL[kind]))].join(' and ')
