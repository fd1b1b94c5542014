import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { csvFiles } from '../../src/report/csv.ts'
import type { Block } from '../../src/report/model.ts'
import { blocks, HOSTILE, hostileReport, kinds, sampleReport, unmeasured } from '../support/report.ts'

type Rows = Record<string, string>[]

function parse(text: string): { fields: string[]; rows: Rows } {
  const { data, errors, meta } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true })
  // A file of one column has no delimiter to find.
  expect(errors.filter(({ code }) => code !== 'UndetectableDelimiter')).toEqual([])
  return { fields: meta.fields ?? [], rows: data }
}

const files = new Map(csvFiles(sampleReport).map(({ name, text }) => [name, text]))
const read = (name: string) => parse(files.get(`${name}.csv`) ?? '')
const number = (cell: string | undefined): number => (cell === '' || cell === undefined ? Number.NaN : Number(cell))
function block<K extends Block['kind']>(kind: K, name?: string): Extract<Block, { kind: K }> {
  const found = blocks.find((one): one is Extract<Block, { kind: K }> => one.kind === kind && (name === undefined || one.name === name))
  if (found === undefined) throw new Error(`the sample has no ${kind}`)
  return found
}

describe('the CSV files of a report', () => {
  it('are one a block', () => {
    expect([...files.keys()]).toEqual(blocks.map(({ name }) => `${name}.csv`))
  })

  it('hold a curve as it is, to the last bit', () => {
    const { series, name } = block('lineChart', 'curves-initializers')
    const { fields, rows } = read(name)
    expect(fields).toEqual(['series', 'epoch', 'test accuracy', 'low', 'high'])
    const numbers = rows.map((row) => [row.series, ...['epoch', 'test accuracy', 'low', 'high'].map((field) => number(row[field]))])
    expect(numbers).toEqual(series.flatMap((one) => one.points.map(({ x, mean, low, high }) => [one.name, x, mean, low, high])))
    expect(read('curves-scaling').fields[0]).toBe('facet')
    expect(read('curves-loss').fields).toContain('time (s)')
  })

  it('hold dots with what was published, and groups', () => {
    const { dots, name } = block('dotIntervals', 'ranking-initializers')
    expect(read(name).rows.map((row) => [row.initialiser, number(row['test accuracy']), number(row.published)])).toEqual(
      dots.map(({ name: dot, value, published }) => [dot, value, published]),
    )
    expect(read('ranking-batches').fields).toEqual(['batch size', 'group', 'test accuracy', 'low', 'high'])
  })

  it('hold ranks, bars, configurations, cells and points', () => {
    const ranks = block('rankPlot')
    expect(read(ranks.name).rows.map((row) => ranks.steps.map((step) => number(row[step])))).toEqual(ranks.lines.map((line) => line.ranks))
    const bars = block('bars')
    expect(read(bars.name).rows.map((row) => [row.parameter, number(row['share of the variance']), number(row.high)])).toEqual(
      bars.bars.map(({ name, value, high }) => [name, value, high ?? Number.NaN]),
    )
    const parallel = block('parallelCoordinates', 'parallel')
    expect(
      read(parallel.name).rows.map((row) => [number(row.learningRate), row.activation, row.dropout, number(row['test loss'])]),
    ).toEqual(parallel.lines.map(({ at, value }) => [at[1], at[2], at[3] === null ? '' : String(at[3]), value]))
    const heat = block('heatmap')
    expect(read(heat.name).rows.map((row) => heat.columns.map((column) => number(row[column])))).toEqual(heat.cells)
    const scatter = block('scatter')
    expect(read(scatter.name).rows.map((row) => [number(row['published accuracy']), number(row['measured accuracy']), row.group])).toEqual(
      scatter.points.map(({ x, y, group }) => [x, y, group]),
    )
  })

  it("hold a table's spreads in three columns and its marks in one", () => {
    const { fields, rows } = read('initializers')
    expect(fields).toEqual([
      ...['initialiser', 'initialiser marks', 'published accuracy', 'published accuracy marks'],
      ...['accuracy', 'accuracy low', 'accuracy high', 'accuracy marks', 'loss', 'loss low', 'loss high', 'time (s)', 'rank', 'p, Holm'],
    ])
    expect(rows[0]?.['initialiser marks']).toBe('winner')
    expect(rows.at(-2)?.['loss low']).toBe(String(Math.LN10))
    expect(rows.at(-1)).toMatchObject({ initialiser: 'ones', accuracy: '', loss: '14.5063', 'loss low': '', 'p, Holm': '' })
  })

  it('hold the verdicts with all that was said', () => {
    const { claims, name } = block('verdicts')
    const { rows } = read(name)
    expect(rows.map(({ id, verdict, p }) => ({ id, verdict, p }))).toEqual(
      claims.map(({ id, verdict, p }) => ({ id, verdict, p: p === undefined ? '' : String(p) })),
    )
    expect(rows.map(({ note }) => note)).toEqual(claims.map(({ note }) => note ?? ''))
  })

  it('bring any text back as it was', () => {
    const texts = csvFiles(hostileReport).map(({ text }) => text)
    expect(texts).toHaveLength(kinds.length)
    const cells = texts.flatMap((text) => Papa.parse<string[]>(text).data.flat())
    expect(cells.filter((cell) => cell === HOSTILE).length).toBeGreaterThan(100)
  })

  it('have a line of names where nothing was measured', () => {
    const report = { ...sampleReport, sections: [{ title: '', paragraphs: [], blocks: unmeasured }] }
    for (const { text } of csvFiles(report)) expect(text).toMatch(/^[^\n]+\n([^\n]+\n)*$/)
    expect(
      csvFiles(report)
        .map(({ text }) => text)
        .join(''),
    ).not.toMatch(/NaN|undefined|null/)
  })
})
