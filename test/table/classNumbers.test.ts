import { describeTable, prepareTable, readTable } from 'espalier'
import { describe, expect, it } from 'vitest'

/** Sixty rows whose target, the last column, goes through these values. */
const tableOf = (name: string, values: readonly (number | string)[]) =>
  readTable(`size,${name}\n${Array.from({ length: 60 }, (_, row) => `${(row * 7) % 19},${values[row % values.length]}`).join('\n')}\n`)

const CASES: readonly [name: string, values: readonly (number | string)[], task: string, classes: readonly string[]][] = [
  ['y', [0, 1], 'binary', ['0', '1']],
  ['y', [2, 4], 'binary', ['2', '4']],
  ['y', [0.5, 1.5], 'binary', ['0.5', '1.5']],
  ['y', [1, 2, 3], 'multiclass', ['1', '2', '3']],
  ['y', [0, 0.5, 1], 'regression', []],
  ['quality', [3, 4, 5, 6, 7, 8], 'regression', []],
  ['Type', [7, 1, 2, 3, 5, 6], 'multiclass', ['1', '2', '3', '5', '6', '7']],
  ['class', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 'multiclass', ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']],
  ['iris species', [0, 1, 2, 3], 'multiclass', ['0', '1', '2', '3']],
  ['prototype', [0, 1, 2, 3], 'regression', []],
  ['class', [1, 2.5, 3, 4], 'regression', []],
  ['class', Array.from({ length: 31 }, (_, i) => i), 'regression', []],
]

describe('numbers as names of classes', () => {
  it.each(CASES)('takes the column %s of %j as %s, in what is described and in what is prepared', async (name, values, task, classes) => {
    const table = await tableOf(name, values)
    const description = describeTable(table)
    expect(description.task).toBe(task)
    expect(description.classes.map((own) => own.name)).toEqual(classes)
    expect(description.columns[1]?.use).toBe(classes.length > 0 ? `predicted: ${classes.length} classes` : 'predicted: a number')
    const { train } = prepareTable(table, {})
    expect(train.task).toBe(task)
    expect(train.classNames).toEqual(classes)
  })

  it('takes them as it is told', async () => {
    const table = await tableOf('Type', [7, 1, 2, 3, 5, 6])
    expect(prepareTable(table, { task: 'regression' }).train.task).toBe('regression')
    expect(prepareTable(await tableOf('quality', [3, 4, 5]), { task: 'multiclass' }).train.classNames).toEqual(['3', '4', '5'])
  })
})
