// The sections of the report on the printed tables.

import type { Block, Cell, DotIntervalsBlock, Section, TableBlock } from '../../report/model.ts'
import { ACCURACY, ranksOf, spread } from '../blocks.ts'
import { finals } from '../curves.ts'
import { meanOf, SHARE } from '../quantity.ts'
import { seedsText } from '../seeds.ts'
import { noiseOf } from './noise.ts'
import { type PublishedRow, type PublishedTable, publishedTable } from './published.ts'
import type { FashionReplay, Measured, TableResult } from './result.ts'

/** The printed tables, one a section. */
export const tableSections = ({ tables, seeds }: FashionReplay): Section[] => tables.map((table) => tableSection(table, seeds))

function tableSection(result: TableResult, seeds: number): Section {
  const table = publishedTable(result.stage)
  const failed = result.rows.flatMap(({ label, failure }) => (failure === undefined ? [] : [`${label} failed: ${failure}.`]))
  const blocks: Block[] = [resultTable(result, table), chart(result, table, seeds)]
  return { title: `Table ${table.number}: ${table.title.toLowerCase()}`, paragraphs: [noiseText(result, table), ...failed], blocks }
}

const criterion = ({ stage }: PublishedTable): string => (stage === 'architecture' ? 'test loss' : 'test accuracy')

/** Whether the published winner is more than luck. */
function noiseText(result: TableResult, table: PublishedTable): string {
  const { lead, runnerUp, difference, isInside, best, tied } = noiseOf(result)
  const margin = `The published winner, ${table.winner}, leads ${runnerUp} by ${lead.toFixed(3)} in ${criterion(table)}, one run each.`
  if (Number.isNaN(difference)) return `${margin} With one seed nothing can be said of the noise.`
  const verdict = isInside ? 'it is inside the noise' : 'it is more than that'
  const ties =
    tied.length === 0
      ? 'the seeds tell it from all others'
      : `the seeds cannot tell it from ${tied.length < result.rows.length - 1 ? tied.join(', ') : 'any other'}`
  return `${margin} Two runs that differ in the seed alone differ here by up to ${difference.toFixed(4)} (95 %): ${verdict}. Best here is ${best ?? 'none'}; ${ties} (paired t-tests, Holm, 5 %).`
}

function resultTable({ rows }: TableResult, table: PublishedTable): TableBlock {
  const byLoss = table.stage === 'architecture'
  const meanFor = ({ repeats }: Measured): number => meanOf(finals(repeats, byLoss ? 'testLoss' : 'testAccuracy')).value
  const ranks = ranksOf(rows.map(meanFor), byLoss)
  const printedRanks = ranksOf(
    table.rows.map(({ accuracy, loss }) => (byLoss ? loss : accuracy)),
    byLoss,
  )
  const marked = (label: string, isWinner: boolean): Cell => (isWinner ? { value: label, marks: ['winner'] } : label)
  return {
    kind: 'table',
    name: `table-${table.number}`,
    caption: `Test accuracy and loss as printed and as measured (mean and 95 % interval over the seeds, Student's t), ranked by ${criterion(table)}.`,
    columns: [
      { name: table.title.toLowerCase() },
      { name: 'published accuracy', format: { decimals: 3 } },
      { name: 'accuracy', format: ACCURACY },
      { name: 'published loss', format: { decimals: 3 } },
      { name: 'loss', format: ACCURACY },
      { name: 'published rank' },
      { name: 'rank' },
    ],
    rows: rows.map((row, i): Cell[] => {
      const printed = printedOf(table, row)
      const printedRank = printedRanks[i] ?? Number.NaN
      return [
        marked(row.label, ranks[i] === 1),
        printed.accuracy,
        spread(finals(row.repeats, 'testAccuracy'), SHARE),
        printed.loss,
        spread(finals(row.repeats, 'testLoss')),
        row.label === table.winner ? { value: printedRank, marks: ['published'] } : printedRank,
        ranks[i] ?? Number.NaN,
      ]
    }),
  }
}

function printedOf(table: PublishedTable, { label }: Measured): PublishedRow {
  const printed = table.rows.find((row) => row.label === label)
  if (printed === undefined) throw new Error(`Table ${table.number} has no row ${label}`)
  return printed
}

function chart({ rows }: TableResult, table: PublishedTable, seeds: number): DotIntervalsBlock {
  const byLoss = table.stage === 'architecture'
  const dots = rows
    .map((row) => {
      const { mean, low, high } = spread(finals(row.repeats, byLoss ? 'testLoss' : 'testAccuracy'), byLoss ? undefined : SHARE)
      const printed = printedOf(table, row)
      return { name: row.label, value: mean, low, high, published: byLoss ? printed.loss : printed.accuracy }
    })
    // Zeros and ones would squeeze all others into a corner; the table has them.
    .filter(({ name }) => name !== 'zeros' && name !== 'ones')
  const inOrder = [...dots].sort((a, b) => (byLoss ? a.value - b.value : b.value - a.value))
  return {
    kind: 'dotIntervals',
    name: `table-${table.number}-chart`,
    caption: `Mean ${criterion(table)} of ${seedsText(seeds)}, best first, beside the single run that was published${table.stage === 'initializer' ? '; zeros and ones are left out' : ''}.`,
    value: { label: criterion(table), format: ACCURACY },
    label: table.title.toLowerCase(),
    dots: inOrder,
  }
}
