import type { Summary } from 'espalier'
import { colorOf, METRIC_NAMES } from './curves.ts'
import type { Metric, Race } from './race.ts'

const SIGNIFICANT = 0.05

/** Fills the table that says which differences are real. @returns the same in a sentence */
export function showVerdict(table: HTMLTableElement, race: Race, names: readonly string[], metric: Metric): string {
  const { best, rows } = race.compare(metric)
  const isReal = ({ adjustedP }: { adjustedP: number }): boolean => adjustedP < SIGNIFICANT
  const head = ['Combination', METRIC_NAMES[metric], 'Difference', 'p, corrected', 'Verdict'] as const
  const body = [
    [best.number, spreadText(best.summary), '', '', 'the best'] as const,
    ...rows.map((row) => {
      const verdict = isReal(row) ? 'worse' : 'within the noise'
      return [row.number, spreadText(row.summary), spreadText(row.difference), pText(row.adjustedP), verdict] as const
    }),
    ...[...race.diverged].map((place) => [place, '', '', '', 'diverged'] as const),
  ]
  table.replaceChildren(
    rowOf(head.map((text) => cell('th', text))),
    ...body.map(([place, ...texts]) => {
      const name = cell('th', names[place] ?? '')
      name.scope = 'row'
      name.style.setProperty('--color', colorOf(place))
      const cells = texts.map((text, i) => {
        const element = cell('td', text)
        element.dataset.column = head[i + 1] ?? ''
        return element
      })
      return rowOf([name, ...cells])
    }),
  )
  const real = rows.filter(isReal).length
  const needed = Math.ceil(Math.log2((2 * rows.length) / SIGNIFICANT))
  return [
    `${names[best.number]} is best after ${race.epochsDone} epochs.`,
    `Worse for real: ${real} of the ${rows.length} others. Not to be told from it with ${race.seeds} seeds: ${rows.length - real}.`,
    ...(race.seeds < needed ? [`So few seeds can prove nothing: it takes ${needed} for a p below ${SIGNIFICANT} among so many.`] : []),
    ...(race.diverged.size > 0 ? [`${race.diverged.size} diverged and are left out.`] : []),
  ].join(' ')
}

const digits = (value: number): string => value.toFixed(4)
const spreadText = ({ mean, low, high }: Summary): string => `${digits(mean)} (${digits(low)} … ${digits(high)})`
const pText = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3))

function cell<K extends 'td' | 'th'>(kind: K, text: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(kind)
  element.textContent = text
  return element
}

function rowOf(cells: readonly HTMLElement[]): HTMLTableRowElement {
  const row = document.createElement('tr')
  row.append(...cells)
  return row
}
