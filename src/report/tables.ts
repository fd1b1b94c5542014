// Turns the numbers of a chart into a table.

import { labelOf, nameOf } from './format.ts'
import type { Axis, Block, Column, ParallelCoordinatesBlock, Spread, TableBlock, Value, VerdictsBlock } from './model.ts'

export type Table = Pick<TableBlock, 'columns' | 'rows'>

/** How many of a chart's configurations are listed. */
const BEST = 10

/** The numbers of a chart that make a table of a reader's size: what each line ends at, the best of many configurations. */
export function tableOf(block: Exclude<Block, VerdictsBlock>): Table {
  switch (block.kind) {
    case 'table':
      return block
    case 'lineChart': {
      const rows = block.series.flatMap(({ name, facet, points }) => {
        const last = points.findLast(({ mean }) => !Number.isNaN(mean))
        return last === undefined ? [] : [[facet ?? null, name, last.x, spread(last.mean, last.low, last.high)]]
      })
      const columns = [{ name: 'facet' }, { name: 'series' }, { name: `last ${labelOf(block.x)}` }, numberColumn(block.y)]
      return withoutEmptyColumns({ columns, rows })
    }
    case 'dotIntervals': {
      const columns = [
        { name: block.label },
        { name: 'group' },
        numberColumn(block.value),
        { ...numberColumn(block.value), name: 'published' },
      ]
      const rows = block.dots.map(({ name, group, value, low, high, published }) => [
        ...[name, group ?? null, spread(value, low, high), published ?? null],
      ])
      return withoutEmptyColumns({ columns, rows })
    }
    case 'rankPlot':
      return {
        columns: [{ name: `rank at ${labelOf(block.x)}` }, ...block.steps.map((step) => ({ name: nameOf(step) }))],
        rows: block.lines.map(({ name, ranks }) => [name, ...ranks]),
      }
    case 'bars':
      return {
        columns: [{ name: block.label }, numberColumn(block.value)],
        rows: block.bars.map(({ name, value, low, high }) => [name, spread(value, low, high)]),
      }
    case 'heatmap':
      return {
        columns: [
          { name: `${block.rowLabel} / ${block.columnLabel}` },
          ...block.columns.map((name) => ({ name, format: block.value.format })),
        ],
        rows: block.rows.map((name, i) => [name, ...(block.cells[i] ?? [])]),
      }
    case 'parallelCoordinates':
      return best(block)
    case 'scatter':
      return {
        columns: [
          { name: 'points' },
          { name: `${block.x.label}, from` },
          { name: 'to' },
          { name: `${block.y.label}, from` },
          { name: 'to' },
        ],
        rows: [[block.points.length, ...rangeOf(block.points.map(({ x }) => x)), ...rangeOf(block.points.map(({ y }) => y))]],
      }
  }
}

function best({ axes, lines, value, direction }: ParallelCoordinatesBlock): Table {
  const sign = direction === 'minimize' ? 1 : -1
  const ordered = lines.filter((line) => !Number.isNaN(line.value)).sort((a, b) => sign * (a.value - b.value))
  return {
    columns: [
      { name: `best ${Math.min(BEST, ordered.length)} of ${lines.length}` },
      ...axes.map(({ name }) => ({ name })),
      numberColumn(value),
    ],
    rows: ordered.slice(0, BEST).map((line) => [line.name, ...line.at, line.value]),
  }
}

const numberColumn = ({ label, unit, format }: Axis): Column => ({ name: label, unit, format })

const spread = (mean: number, low: number | undefined, high: number | undefined): Spread => ({
  mean,
  low: low ?? Number.NaN,
  high: high ?? Number.NaN,
})

function rangeOf(values: readonly number[]): [number, number] {
  const measured = values.filter((value) => !Number.isNaN(value))
  return measured.length === 0 ? [Number.NaN, Number.NaN] : [Math.min(...measured), Math.max(...measured)]
}

function withoutEmptyColumns({
  columns,
  rows,
}: {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Value[])[]
}): Table {
  const kept = columns.flatMap((column, i) => (rows.some((row) => row[i] !== null) ? [{ column, i }] : []))
  return { columns: kept.map(({ column }) => column), rows: rows.map((row) => kept.map(({ i }) => row[i] ?? null)) }
}
