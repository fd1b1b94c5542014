/** Why an answer says what it says, of answers made by hand. */

import { describe, expect, it } from 'vitest'
import { at } from '../../src/core/at.ts'
import { answerOf, rowsOf, type Task } from './answers.ts'

const ROWS = 24

function asked(task: Task) {
  const { answer, table } = answerOf(task, 40)
  return { answer, rows: rowsOf(table).slice(0, ROWS) }
}

describe('dependence', () => {
  it('is what predict says with the value in the column, row by row and on average', async () => {
    const { answer, rows } = asked('regression')
    const { grid, mean, curves } = await answer.dependence('area', rows, { grid: [60, 120, 200] })
    expect(grid).toEqual([60, 120, 200])
    const said = answer.predict(rows.map((row) => ({ ...row, area: 120 }))).map(({ value }) => Number(value))
    expect(Array.from({ length: ROWS }, (_, i) => at(curves, i * 3 + 1))).toEqual(said)
    expect(at(mean, 1)).toBeCloseTo(said.reduce((a, b) => a + b, 0) / ROWS, 8)
  })

  it('goes over the categories of a column of words, for the class that is named', async () => {
    const { answer, rows } = asked('multiclass')
    const [name = ''] = answer.classNames
    const { grid, mean } = await answer.dependence('town', rows, { className: name })
    expect(grid.length).toBeGreaterThan(2)
    expect(mean.every((chance) => chance >= 0 && chance <= 1)).toBe(true)
  })

  it('refuses a column or a class that is not there', async () => {
    const { answer, rows } = asked('multiclass')
    await expect(answer.dependence('aera', rows, { className: answer.classNames[0] })).rejects.toThrow('aera')
    await expect(answer.dependence('area', rows)).rejects.toThrow('className is undefined; it must be one of')
    await expect(answer.dependence('area', [], { className: answer.classNames[0] })).rejects.toThrow('no rows')
  })
})

describe('explain', () => {
  it('adds up to the prediction', async () => {
    const { answer, rows } = asked('regression')
    const [row, ...others] = rows
    if (row === undefined) throw new Error('there are rows')
    const { base, columns, prediction } = await answer.explain(row, others, { pairs: 20 })
    expect(prediction).toBeCloseTo(Number(answer.predict([row])[0]?.value), 6)
    expect(columns.reduce((sum, { value }) => sum + value, base)).toBeCloseTo(prediction, 6)
    expect(columns.map(({ name }) => name).toSorted()).toEqual(answer.data.columns.map(({ name }) => name).toSorted())
  })
})
