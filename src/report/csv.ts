// The tables and charts of a report as CSV files.

import { csvText } from './csvText.ts'
import { cellMarks, cellValue, isSpread, labelOf } from './format.ts'
import type { Block, Cell, Report, TableBlock } from './model.ts'

/** The numbers of a table or a chart. */
export interface CsvFile {
  /** `curves.csv`. */
  readonly name: string
  readonly text: string
}

/** Undefined: the block does not say it; a column of nothing else is left out. */
type Datum = number | string | null | undefined

interface Data {
  readonly fields: readonly string[]
  readonly rows: readonly (readonly Datum[])[]
}

/** The numbers of every block, unrounded, one file a block; what was not measured (NaN) is an empty cell. */
export const csvFiles = (report: Report): CsvFile[] => report.sections.flatMap(({ blocks }) => blocks.map(csvFile))

export const csvFile = (block: Block): CsvFile => ({ name: csvName(block), text: textOf(dataOf(block)) })

export const csvName = ({ name }: Block): string => `${name}.csv`

function textOf({ fields, rows }: Data): string {
  const kept = fields.flatMap((_, i) => (rows.length === 0 || rows.some((row) => row[i] !== undefined) ? [i] : []))
  const data = rows.map((row) => kept.map((i) => (Number.isNaN(row[i]) ? undefined : row[i])))
  return `${csvText(
    kept.map((i) => fields[i] ?? ''),
    data,
  )}\n`
}

function dataOf(block: Block): Data {
  switch (block.kind) {
    case 'table':
      return tableData(block)
    case 'verdicts':
      return {
        fields: ['id', 'claim', 'published', 'measured', 'test', 'p', 'verdict', 'note'],
        rows: block.claims.map(({ id, claim, published, measured, test, p, verdict, note }) => [
          ...[id, claim, published, measured, test, p, verdict, note],
        ]),
      }
    case 'lineChart':
      return {
        fields: ['facet', 'series', labelOf(block.x), labelOf(block.y), 'low', 'high'],
        rows: block.series.flatMap(({ name, facet, points }) => points.map(({ x, mean, low, high }) => [facet, name, x, mean, low, high])),
      }
    case 'dotIntervals':
      return {
        fields: [block.label, 'group', labelOf(block.value), 'low', 'high', 'published'],
        rows: block.dots.map(({ name, group, value, low, high, published }) => [name, group, value, low, high, published]),
      }
    case 'rankPlot':
      return { fields: ['name', ...block.steps.map(String)], rows: block.lines.map(({ name, ranks }) => [name, ...ranks]) }
    case 'bars':
      return {
        fields: [block.label, labelOf(block.value), 'low', 'high'],
        rows: block.bars.map(({ name, value, low, high }) => [name, value, low, high]),
      }
    case 'parallelCoordinates':
      return {
        fields: ['name', ...block.axes.map(({ name }) => name), labelOf(block.value)],
        rows: block.lines.map(({ name, at, value }) => [name, ...at, value]),
      }
    case 'heatmap':
      return { fields: [block.rowLabel, ...block.columns], rows: block.rows.map((name, i) => [name, ...(block.cells[i] ?? [])]) }
    case 'scatter':
      return {
        fields: ['name', 'group', labelOf(block.x), labelOf(block.y)],
        rows: block.points.map(({ name, group, x, y }) => [name, group, x, y]),
      }
  }
}

/** A column of spreads becomes three; marks are a column of their own, behind the one they stand in. */
function tableData({ columns, rows }: TableBlock): Data {
  const fields = columns.flatMap(({ name, unit }) => {
    const label = labelOf({ label: name, unit })
    return [label, `${label} low`, `${label} high`, `${label} marks`]
  })
  return { fields, rows: rows.map((row) => columns.flatMap((_, i) => cellData(row[i] ?? null))) }
}

function cellData(cell: Cell): Datum[] {
  const value = cellValue(cell)
  const marks = cellMarks(cell).join(', ') || undefined
  return isSpread(value) ? [value.mean, value.low, value.high, marks] : [value, undefined, undefined, marks]
}
