import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { InvalidDataError } from '../../src/core/errors.ts'
import { type CsvOptions, parseCsv, parseCsvTable } from '../../src/data/csv.ts'
import { encodeFeatures } from '../../src/data/encode.ts'
import { featureRows } from './build.ts'

describe('parseCsv', () => {
  it('reads numbers, one-hot text in sorted order, and a binary text target', () => {
    const dataset = parseCsv('age,colour,ill\n30,red,yes\n41.5,blue,no\n-2e1,red,no\n')
    expect(dataset).toMatchObject({
      rows: 3,
      inputSize: 3,
      outputSize: 1,
      task: 'binary',
      featureNames: ['age', 'colour=blue', 'colour=red'],
      targetNames: ['ill'],
      classNames: ['no', 'yes'],
    })
    expect(featureRows(dataset)).toEqual([
      [30, 0, 1],
      [41.5, 1, 0],
      [-20, 0, 1],
    ])
    expect(dataset.targets).toEqual(Float32Array.of(1, 0, 0))
  })

  it.each([
    ['semicolons, a byte order mark and \\r\\n', '\uFEFFa;b\r\n1;2\r\n3;4\r\n', {}],
    ['tabs', 'a\tb\n1\t2\n3\t4', {}],
    ['a delimiter given', 'a:b\n1:2\n3:4', { delimiter: ':' }],
    ['quotes and blanks', '"a", b\n"1", 2\n 3 ,"4"', {}],
    ['blank lines', '\na,b\n\n1,2\n  \n3,4\n\n', {}],
    ['no header', '1,2\n3,4', { header: false }],
  ] as [string, string, CsvOptions][])('reads %s', (_, text, options) => {
    const dataset = parseCsv(text, options)
    expect(featureRows(dataset)).toEqual([[1], [3]])
    expect(dataset.targets).toEqual(Float32Array.of(2, 4))
    expect(dataset.task).toBe('regression')
  })

  it('names columns by place where there is no header, and counts places from either end', () => {
    const text = '1,a,0\n2,b,1\n'
    expect(parseCsv(text, { header: false }).featureNames).toEqual(['column0', 'column1=a', 'column1=b'])
    expect(parseCsv(text, { header: false, target: 0 }).targetNames).toEqual(['column0'])
    expect(parseCsv(text, { header: false, target: -2 }).classNames).toEqual(['a', 'b'])
  })

  it('finds out the task from the target, or is told', () => {
    expect(parseCsv('x,y\n1,0\n2,1\n')).toMatchObject({ task: 'binary', classNames: ['0', '1'] })
    expect(parseCsv('x,y\n1,3\n2,10\n3,7')).toMatchObject({ task: 'regression', classNames: [] })
    const classes = parseCsv('x,y\n1,10\n2,3\n3,10.0', { task: 'multiclass' })
    expect(classes).toMatchObject({ task: 'multiclass', classNames: ['3', '10'], outputSize: 2 })
    expect(classes.targets).toEqual(Int32Array.of(1, 0, 1))
    expect(parseCsv('x,y\n1,a\n2,b\n3,c')).toMatchObject({ task: 'multiclass', outputSize: 3 })
    expect(parseCsv('x,y\n1,yes\n2,no', { classNames: ['yes', 'no'] }).targets).toEqual(Float32Array.of(0, 1))
    const two = parseCsv('a,x,b\n1,2,3\n4,5,6', { target: ['a', 'b'] })
    expect(two).toMatchObject({ task: 'regression', outputSize: 2, inputSize: 1 })
    expect(two.targets).toEqual(Float32Array.of(1, 3, 4, 6))
  })

  it('leaves out what is ignored, and takes numbers for categories when told to', () => {
    const dataset = parseCsv('id,code,y\n1,10,0\n2,9,1\n3,10,1', { ignore: ['id'], categorical: ['code'] })
    expect(dataset.featureNames).toEqual(['code=9', 'code=10'])
    expect(parseCsv('a,y,id\n1,0,7\n2,1,8', { ignore: ['id'] }).targetNames).toEqual(['y'])
  })

  it('encodes another file as the first was, its target there or not', () => {
    const train = parseCsv('colour,size,y\nred,1,no\nblue,2,yes\ngreen,3,no')
    const test = parseCsv('y,size,colour\nyes,5,red', { encoding: train.encoding ?? expect.unreachable() })
    expect(featureRows(test)).toEqual([[0, 0, 1, 5]])
    expect(test.targets).toEqual(Float32Array.of(1))
    const unlabelled = parseCsvTable('colour,size\nblue,7')
    expect(featureRows(encodeFeatures(unlabelled, train.encoding ?? expect.unreachable()))).toEqual([[1, 0, 0, 7]])
    expect(() => parseCsv('colour,size,y\nblu,7,no', { encoding: train.encoding ?? expect.unreachable() })).toThrow(
      'line 2, column "colour": "blu" is not among the categories; did you mean "blue"?',
    )
  })

  const wrong: [string, string, CsvOptions, string | RegExp][] = [
    [
      'a misspelt target',
      'age,mass,class\n1,2,a\n3,4,b',
      { target: 'clas' },
      'target is "clas"; there is no such column; did you mean "class"?',
    ],
    ['a target like none', 'age,mass\n1,2', { target: 'quite different' }, /no such column; there are "age", "mass"/],
    ['a target out of place', 'a,b\n1,2', { target: 2 }, /target is 2; there are 2 columns, so it must be from -2 to 1/],
    ['a target that is ignored', 'a,b\n1,2', { target: 'a', ignore: ['a'] }, /"a" is both a target and under ignore/],
    ['no column left', 'a\n1\n2', {}, /no column left for features/],
    ['a missing value', 'age,y\n1,0\n?,1', {}, 'line 3, column "age": the value is missing'],
    ['a missing target', 'age,y\n1,0\n2,', { missing: 'mean' }, /line 3, column "y": the value is missing; a row without a target/],
    ['Infinity', 'age,y\n1,0\n-Infinity,1', {}, /line 3, column "age": "-Infinity" is not finite/],
    ['what float32 cannot hold', 'age,y\n1,0\n1e40,1', {}, /line 3, column "age": "1e40" is not finite in float32/],
    [
      'a mistyped number',
      'age,y\n1,0\n2,1\n3x,1\n4,0',
      {},
      /line 4, column "age": "3x" is not a number, while 3 of the column's 4 values are/,
    ],
    ['hexadecimal', 'age,y\n1,0\n2,1\n0x10,1', {}, /line 4, column "age": "0x10" is not a number/],
    ['a line too short', 'a,b,c\n1,2,3\n4,5', {}, 'line 3 has 2 fields; the first line has 3'],
    ['a line too long', 'a,b\n1,2,3', {}, 'line 2 has 3 fields; the first line has 2'],
    ['a quote that is never closed', 'a,b\n1,"2\n3,4', {}, /line 2: .*quote/],
    ['two columns of one name', 'a,a\n1,2', {}, /line 1 names two columns "a"/],
    ['numbers for a header', '1,2\n3,4', {}, /line 1 holds only numbers.*header: false/],
    ['nothing', '', {}, /empty/],
    ['a header alone', 'a,b\n', {}, /no rows below/],
    ['one class', 'a,y\n1,x\n2,x', {}, /column "y" has 1 class \(x\)/],
    ['three classes for two', 'a,y\n1,p\n2,q\n3,r', { task: 'binary' }, /column "y" has 3 classes.*a binary target needs 2/],
    [
      'a class not named',
      'a,y\n1,yes\n2,non',
      { classNames: ['no', 'yes'] },
      /line 3, column "y": "non" is not among the classes; did you mean "no"\?/,
    ],
    ['several class columns', 'a,b,c\n1,2,3', { target: ['b', 'c'], task: 'binary' }, /target names 2 columns; a binary task has one/],
    ['dropping every row', 'a,y\n?,1\nNA,0', { missing: 'drop' }, /all 2 have missing values/],
    ['a column with no value to impute from', 'a,b,y\n?,1,1\nNA,2,0', { missing: 'mean' }, /column "a" has no value/],
    [
      'identifiers as text',
      `id,y\n${Array.from({ length: 300 }, (_, i) => `name${i},${i % 2}`).join('\n')}`,
      {},
      /column "id" has 300 different values/,
    ],
  ]
  it.each(wrong)('refuses %s', (_, text, options, message) => {
    expect(() => parseCsv(text, options)).toThrow(message)
    expect(() => parseCsv(text, options)).toThrow(InvalidDataError)
  })

  it('counts lines across breaks inside quotes', () => {
    expect(() => parseCsv('a,b\n"x\ny",1\n\n"z",?')).toThrow('line 5, column "b"')
  })

  it('drops, keeps or imputes missing values when asked, in the markers asked for', () => {
    const text = 'a,b,y\n1,u,0\nNA,u,1\n3,null,1\n8,v,0\n'
    expect(featureRows(parseCsv(text, { missing: 'drop' }))).toEqual([
      [1, 1, 0],
      [8, 0, 1],
    ])
    expect(featureRows(parseCsv(text, { missing: 'keep' }))).toEqual([
      [1, 1, 0],
      [Number.NaN, 1, 0],
      [3, Number.NaN, Number.NaN],
      [8, 0, 1],
    ])
    expect(featureRows(parseCsv(text, { missing: 'mean' }))[1]).toEqual([4, 1, 0])
    expect(featureRows(parseCsv(text, { missing: 'median' }))[1]).toEqual([3, 1, 0])
    expect(featureRows(parseCsv(text, { missing: 'mode' }))[2]).toEqual([3, 1, 0])
    expect(featureRows(parseCsv('a,y\n1,0\n-999,1', { missing: 'keep', missingMarkers: ['-999'] }))).toEqual([[1], [Number.NaN]])
  })

  it('gives back any text that was written as CSV', () => {
    const cell = fc.string().map((text) => text.trim())
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const text = Papa.unparse({ fields: ['p', 'q'], data: rows }, { quotes: true })
        const table = parseCsvTable(text, { header: true, delimiter: ',', missingMarkers: [] })
        expect(table.columns.map(({ cells }) => cells)).toEqual([rows.map(([p]) => p), rows.map(([, q]) => q)])
      }),
    )
  })

  it('gives back any float32 number', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (numbers) => {
        const dataset = parseCsv(`x,y\n${numbers.map((x) => `${x},1.5`).join('\n')}`)
        expect(dataset.features).toEqual(Float32Array.from(numbers, (x) => x + 0))
      }),
    )
  })
})
