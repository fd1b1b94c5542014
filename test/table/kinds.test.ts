import { describe, expect, test } from 'vitest'
import { cellsOf, columnOf, guessOf, kindsOf, read } from './support.ts'

const rows = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n')

describe('numbers as people write them', () => {
  test('a decimal comma', async () => {
    const table = await read('height;girth;label\n1,25;0,31;no\n2,75;1,02;yes\n1,31;0,77;no\n')
    expect(kindsOf(table)).toEqual({ height: 'number', girth: 'number', label: 'boolean' })
    expect(cellsOf(table, 'height')).toEqual([1.25, 2.75, 1.31])
    expect(guessOf(table, 'decimal')).toBe(',')
    expect(guessOf(table, 'delimiter')).toBe(';')
  })

  test('a decimal comma in one column of many rows, with some missing', async () => {
    const table = await read(`a;b\n${rows(60, (i) => `${i % 7 === 0 ? 'n/a' : `${i},5`};${i % 2 ? 'x' : 'y'}`)}\n`)
    expect(columnOf(table, 'a')).toMatchObject({ kind: 'number', missing: 9 })
    expect(cellsOf(table, 'a').slice(0, 3)).toEqual([null, 1.5, 2.5])
  })

  test('thousands, currency, percent, brackets of accountants, another minus', async () => {
    const table = await read(
      'pop,price,share,change,loss\n"1,234","$1,200.50",12.5%,−1.5,(3.5)\n"22,345",$3.00,1.5%,−2,4\n"1,234,567",-$40.10,100%,4,(1)\n',
    )
    expect(cellsOf(table, 'pop')).toEqual([1234, 22345, 1234567])
    expect(cellsOf(table, 'price')).toEqual([1200.5, 3, -40.1])
    expect(cellsOf(table, 'share')).toEqual([12.5, 1.5, 100])
    expect(cellsOf(table, 'change')).toEqual([-1.5, -2, 4])
    expect(cellsOf(table, 'loss')).toEqual([-3.5, 4, -1])
    expect(columnOf(table, 'share').why).toContain('12 % is 12')
  })

  test('points that group thousands where the comma is decimal, and euros', async () => {
    const table = await read(
      'Stadt;Einwohner;Fläche;Preis\nBerlin;3.664.088;891,12;1.200,50 €\nBonn;330.579;141,06;3,00 €\nUlm;126.949;118,68;40,10 €\n',
    )
    expect(cellsOf(table, 'Einwohner')).toEqual([3664088, 330579, 126949])
    expect(cellsOf(table, 'Preis')).toEqual([1200.5, 3, 40.1])
  })

  test('thousands that may be fractions follow the columns that leave no doubt', async () => {
    const table = await read('einkommen;alter\n73.373;53,8\n9.504;55,6\n30.635;48\n')
    expect(cellsOf(table, 'einkommen')).toEqual([73373, 9504, 30635])
    expect(cellsOf(table, 'alter')).toEqual([53.8, 55.6, 48])
    expect(cellsOf(await read('kg;cm\n73.373;53.8\n9.504;55.6\n'), 'kg')).toEqual([73.373, 9.504])
    expect(cellsOf(await read('kg\n73.373\n9.504\n'), 'kg')).toEqual([73.373, 9.504])
  })

  test('what may be a thousand or a fraction is said, and can be said otherwise', async () => {
    const text = 'pop;y\n1,234;1\n22,345;2\n5,000;1\n'
    const table = await read(text)
    expect(cellsOf(table, 'pop')).toEqual([1234, 22345, 5000])
    expect(table.problems).toMatchObject([{ column: 'pop', mend: 'decimal: ","' }])
    expect(cellsOf(await read(text, { decimal: ',' }), 'pop')).toEqual([1.234, 22.345, 5])
  })

  test('apostrophes and blanks as thousands', async () => {
    const table = await read("a;b\n1'234;1 234,5\n2'345'678;22 345,5\n3;5,5\n")
    expect(cellsOf(table, 'a')).toEqual([1234, 2345678, 3])
    expect(cellsOf(table, 'b')).toEqual([1234.5, 22345.5, 5.5])
  })

  test('minus signs behind, as of SAP', async () => {
    expect(cellsOf(await read('a;b\n1.000,50-;x\n2,25;y\n3-;x\n'), 'a')).toEqual([-1000.5, 2.25, -3])
  })

  test.each([
    ['cm', (i: number) => `${i} cm`],
    ['km/h', (i: number) => `${i}km/h`],
    ['°C', (i: number) => `${i} °C`],
    ['mg', (i: number) => (i === 5 ? 'NA' : `${i} mg`)],
  ])('%s behind every number is left out, and said', async (unit, cell) => {
    const table = await read(`a,b\n${Array.from({ length: 12 }, (_, i) => `${cell(i - 2.5)},${i % 2}\n`).join('')}`)
    expect(columnOf(table, 'a')).toMatchObject({
      kind: 'number',
      unit,
      why: expect.stringContaining(`"${unit}" behind them, which is left out`),
    })
    expect(cellsOf(table, 'a')).toEqual(Array.from({ length: 12 }, (_, i) => i - 2.5))
  })

  test.each([
    ['exponents', (i: number) => `${i}e5`, { kind: 'number' }],
    ['a currency', (i: number) => `${i} kr`, { kind: 'number', why: expect.stringContaining('currency') }],
    ['units that differ', (i: number) => `${i} ${i % 2 ? 'cm' : 'm'}`, { kind: 'text' }],
    ['few of them, as names of classes', (i: number) => `${i % 4} doors`, { kind: 'category' }],
  ])('%s are no unit', async (_, cell, expected) => {
    const column = columnOf(await read(`a,b\n${Array.from({ length: 24 }, (_, i) => `${cell(i + 1)},${i % 2}\n`).join('')}`), 'a')
    expect(column).toMatchObject(expected)
    expect(column).not.toHaveProperty('unit')
    if (expected.kind === 'number') expect('values' in column && column.values[1]).toBe(Number.parseFloat(cell(2)))
  })

  test('a few bad cells are named by line in one problem, and missing', async () => {
    const table = await read(`a,y\n${rows(40, (i) => `${i === 17 ? '12o' : i === 20 || i === 22 ? 'n.k.' : i * 1.5},${i % 2}`)}\n`)
    expect(columnOf(table, 'a')).toMatchObject({ kind: 'number', missing: 3 })
    expect(table.problems).toHaveLength(1)
    expect(table.problems[0]?.message).toBe(
      'column "a": 3 of 40 cells are no numbers, and read as missing: "n.k." 2 times, first in line 22; "12o" in line 19',
    )
    expect(table.problems[0]?.mend).toBe('kinds: { "a": number }')
  })

  test('what float64 does not hold is missing, and said, in text and in typed cells', async () => {
    const text = await read(
      'x,y\n1e400,1\n2,2\n-1e999,3\n4,4\n5,5\n6,6\n7,7\n8,8\n9,9\n10,1\n11,1\n12,1\n13,1\n14,1\n15,1\n16,1\n17,1\n18,1\n19,1\n20,1\n',
    )
    expect(cellsOf(text, 'x').slice(0, 4)).toEqual([null, 2, null, 4])
    expect(text.problems[0]?.message).toMatch(
      /^column "x": 2 of 20 cells are no numbers, and read as missing: "1e400" in line 2; "-1e999" in line 4/,
    )
    const json = await read('[{"x":1e400,"y":1},{"x":2,"y":2},{"x":3,"y":2}]')
    expect(cellsOf(json, 'x')).toEqual([null, 2, 3])
    expect(columnOf(json, 'x').missing).toBe(1)
    expect(json.problems[0]?.message).toBe('column "x": 1 of 3 cells is not finite, and read as missing: "Infinity" in row 1')
  })

  test('text that comes late makes the column what it is, from its first row on', async () => {
    const table = await read(`a,y\n${rows(6000, (i) => `${i > 2000 ? `v${i % 7}` : `0${i % 10}.50`},${i % 2}`)}\n`)
    expect(columnOf(table, 'a').kind).toBe('category')
    expect(cellsOf(table, 'a')[3]).toBe('03.50')
    expect(table.problems[0]?.message).toContain('2,001 of 6,000 cells are numbers')
  })

  test('codes with zeros before them, and whole numbers beyond 2^53, are kept as they stand', async () => {
    const table = await read('zip,tweet,v\n01234,1234567890123456789,1\n02345,1234567890123456790,2\n01234,1234567890123456791,3\n')
    expect(cellsOf(table, 'zip')).toEqual(['01234', '02345', '01234'])
    expect(cellsOf(table, 'tweet')[2]).toBe('1234567890123456791')
  })
})

describe('missing cells', () => {
  test.each(['', '?', '.', 'NA', 'N/A', 'n/a', 'nan', 'NaN', 'null', 'NULL', 'None', '#N/A', '<NA>', '-nan', '1.#QNAN'])(
    '"%s" is missing',
    async (marker) => {
      const table = await read(`height,girth,label\n1.2,3,no\n${marker},4,yes\n2.2,5,no\n3.1,4,yes\n`)
      expect(cellsOf(table, 'height')).toEqual([1.2, null, 2.2, 3.1])
      expect(table.problems).toEqual([])
    },
  )

  test('more than half of a column', async () => {
    const table = await read('height,girth,label\n1.2,3,no\nN/A,4,yes\nN/A,5,no\nN/A,4,yes\n')
    expect(columnOf(table, 'height')).toMatchObject({ kind: 'number', missing: 3 })
  })

  test.each(['-', 'unknown', '--', '*'])('"%s" among numbers is missing, and told', async (marker) => {
    const table = await read(`height,label\n1.2,no\n${marker},yes\n2.2,no\n${marker},yes\n3.1,yes\n`)
    expect(columnOf(table, 'height')).toMatchObject({ kind: 'number', missing: 2 })
    expect(table.problems[0]?.message).toContain(`"${marker}" 2 times, first in line 3`)
  })

  test('a sign among categories is a category', async () => {
    expect(cellsOf(await read('a,y\n+,1\n-,2\n+,3\n-,4\n'), 'a')).toEqual(['+', '-', '+', '-'])
  })

  test('NA among codes of countries or continents is a value, and told', async () => {
    const table = await read('c,v\nNA,1\nEU,2\nAS,3\nAF,4\nNA,2\n')
    expect(cellsOf(table, 'c')).toEqual(['NA', 'EU', 'AS', 'AF', 'NA'])
    expect(table.problems[0]?.message).toContain('NA is taken for a value')
    expect(cellsOf(await read('c,v\nNA,1\nEU,2\nAS,3\nAF,4\nNA,2\n', { missingMarkers: ['', 'NA'] }), 'c')[0]).toBeNull()
    const countries = ['NA', 'DE', 'FR', 'IT', 'ES', 'GB', 'US', 'CN', 'JP', 'BR', 'AR', 'ZA']
    const many = await read(`c,v\n${rows(36, (i) => `${countries[i % 12]},${i}`)}\n`)
    expect(columnOf(many, 'c')).toMatchObject({ kind: 'category', missing: 0 })
  })

  test.each(['\\N', '(null)', '#VALUE!', 'NaT'])('%s is missing among categories and numbers, without a word', async (marker) => {
    const table = await read(
      `a\tb\n${Array.from({ length: 9 }, (_, i) => (i === 4 ? `${marker}\t${marker}\n` : `${i + 0.5}\t${'xy'[i % 2]}\n`)).join('')}`,
    )
    expect(table.columns.map(({ missing }) => missing)).toEqual([1, 1])
    expect(kindsOf(table)).toEqual({ a: 'number', b: 'category' })
    expect(table.problems).toEqual([])
  })

  test('a number of nines far from all others is told, and can be said to be missing', async () => {
    const text = (sentinel: string) =>
      `a,b\n${Array.from({ length: 20 }, (_, i) => `${i % 5 === 0 ? sentinel : i + 0.5},${'xy'[i % 2]}\n`).join('')}`
    for (const [sentinel, told] of [
      ['-999', -999],
      ['-9999.0', -9999],
      ['999', 999],
      ['99.9', 99.9],
    ] as const) {
      const [problem] = (await read(text(sentinel))).problems
      expect(problem).toMatchObject({
        column: 'a',
        message: expect.stringContaining(`${told} stands 4 times, far from all others (1.5 to 19.5)`),
      })
      expect(problem?.mend).toContain(`"${told}"`)
      expect(columnOf(await read(text(sentinel), { missingMarkers: ['', 'NA', String(told)] }), 'a').missing).toBe(4)
    }
    // Near the others, once, or no nines.
    expect((await read(text('29'))).problems).toEqual([])
    expect((await read(text('-500'))).problems).toEqual([])
    expect((await read(text('30').replace('30', '-999'))).problems).toEqual([])
  })

  test('the markers can be said', async () => {
    expect(cellsOf(await read('a,y\n1,1\n-9,2\n3,3\n', { missingMarkers: ['-9'] }), 'a')).toEqual([1, null, 3])
    expect(cellsOf(await read('a,y\nx,1\nNA,2\ny,3\n', { missingMarkers: [''] }), 'a')).toEqual(['x', 'NA', 'y'])
  })
})

describe('dates', () => {
  const first = async (cells: readonly string[], options = {}) =>
    cellsOf(await read(`d,y\n${cells.map((cell, i) => `"${cell}",${i}`).join('\n')}\n`, options), 'd')[0]

  test.each([
    [['2020-01-02', '2020-12-31'], '2020-01-02T00:00:00.000Z'],
    [['2020/1/2', '2020/12/31'], '2020-01-02T00:00:00.000Z'],
    [['2020-01-02 13:45', '2020-01-03 01:02:03.5'], '2020-01-02T13:45:00.000Z'],
    [['2020-01-02T13:45:00+02:00', '2020-01-02T13:45:00Z'], '2020-01-02T11:45:00.000Z'],
    [['02.01.2020', '03.01.2020'], '2020-01-02T00:00:00.000Z'],
    [['13/02/2020', '01/02/2020'], '2020-02-13T00:00:00.000Z'],
    [['02/13/2020', '02/01/2020'], '2020-02-13T00:00:00.000Z'],
    [['1/2/20 1:00 PM', '1/13/20 12:00 AM'], '2020-01-02T13:00:00.000Z'],
    [['Jan 3, 2020', 'Dec 31, 1999'], '2020-01-03T00:00:00.000Z'],
    [['3 January 2020', '31 Dec 1999'], '2020-01-03T00:00:00.000Z'],
    [['03-Jan-20', '31-Dec-99'], '2020-01-03T00:00:00.000Z'],
    [['2020-02', '2020-03'], '2020-02-01T00:00:00.000Z'],
    [['12:30', '13:45:10'], '1970-01-01T12:30:00.000Z'],
    [['20200102T134500Z', '20200103T0102'], '2020-01-02T13:45:00.000Z'],
    [['2/2020', '12/2020'], '2020-02-01T00:00:00.000Z'],
    [['3 de enero de 2020', '1er mars 2020'], '2020-01-03T00:00:00.000Z'],
    [['2020-1-3', '2020-12-31', '0000-00-00'], '2020-01-03T00:00:00.000Z'],
  ])('%j', async (cells, iso) => expect(await first(cells)).toBe(iso))

  test('day or month first is decided over the whole column', async () => {
    const table = await read('d,y\n01/02/2020,1\n02/02/2020,2\n25/02/2020,3\n')
    expect(cellsOf(table, 'd')[0]).toBe('2020-02-01T00:00:00.000Z')
    expect(columnOf(table, 'd').why).toContain('"25/02/2020" is possible in this order alone')
    expect(table.problems).toEqual([])
  })

  test('and where all fit both, it is said, and can be said otherwise', async () => {
    const text = 'd,y\n01/02/2020,1\n02/03/2020,2\n05/04/2020,3\n'
    const table = await read(text)
    expect(cellsOf(table, 'd')[0]).toBe('2020-01-02T00:00:00.000Z')
    expect(table.problems).toMatchObject([{ mend: 'dateOrder: dmy' }])
    expect(cellsOf(await read(text, { dateOrder: 'dmy' }), 'd')[0]).toBe('2020-02-01T00:00:00.000Z')
  })

  test('seconds and milliseconds since 1970, by range and name; days in eight digits by name', async () => {
    const table = await read(
      'created_at,ms,phone,date,v\n1600000000,1600000000000,1600000000,20200131,1\n1600000100,1600000100000,1600000005,20200201,2\n',
    )
    expect(kindsOf(table)).toMatchObject({ created_at: 'date', ms: 'date', phone: 'number', date: 'date' })
    expect(cellsOf(table, 'created_at')[0]).toBe('2020-09-13T12:26:40.000Z')
    expect(cellsOf(table, 'date')[0]).toBe('2020-01-31T00:00:00.000Z')
  })

  test('no such day is no date', async () => {
    const table = await read(`d,y\n${rows(30, (i) => `2020-01-${String(i + 1).padStart(2, '0')},${i}`)}\n2020-02-30,1\n`)
    expect(columnOf(table, 'd')).toMatchObject({ kind: 'date', missing: 1 })
    expect(table.problems[0]?.message).toContain('"2020-02-30" in line 32')
  })
})

describe('rows that are numbered, and named', () => {
  test.each([
    [',x,g\n0,1.5,a\n1,2.5,b\n2,3.5,a\n', 'column0', 'it has no name'],
    ['Unnamed: 0,x,g\n0,1.5,a\n1,2.5,b\n2,3.5,a\n', 'Unnamed: 0', 'is called'],
    ['"x" "g"\n"1" 1.5 "a"\n"2" 2.5 "b"\n"3" 3.5 "a"\n', 'column0', 'it has no name'],
    ['PassengerId,x,g\n7,1.5,a\n9,2.5,b\n4,3.5,a\n', 'PassengerId', 'every value is different'],
    [`a,x,g\n${rows(12, (i) => `${i + 1},${i * i},a`)}\n`, 'a', 'it is the first column and counts'],
    [`iata,x,g\n${rows(20, (i) => `A${i},${i * i},a`)}\n`, 'iata', 'every value is different'],
  ])('%#', async (text, name, why) => {
    const column = columnOf(await read(text), name)
    expect(column).toMatchObject({ kind: 'id' })
    expect(column.why).toContain(why)
  })

  test.each([
    ['x counts in a small series', `x,y\n${rows(20, (i) => `${i},${2 * i}`)}\n`, 'x'],
    ['years count', `year,a,y\n${rows(20, (i) => `${1990 + i},${i * i},1`)}\n`, 'year'],
    ['humid ends in id', `humid,a,y\n${rows(20, (i) => `${i * 7},${i * i},1`)}\n`, 'humid'],
  ])('%s', async (_, text, name) => expect(columnOf(await read(text), name).kind).toBe('number'))

  test('a column that counts elsewhere is told, and kept', async () => {
    const table = await read(`g,seq,y\n${rows(20, (i) => `${i % 3},${i + 1},${i % 2}`)}\n`)
    expect(columnOf(table, 'seq').kind).toBe('number')
    expect(table.problems).toMatchObject([{ column: 'seq', mend: 'ignore: ["seq"]' }])
  })

  test('numbers of few things are categories', async () => {
    expect(columnOf(await read(`store_id,y\n${rows(60, (i) => `${(i % 4) + 1},${i}`)}\n`), 'store_id').kind).toBe('category')
  })

  test('free text is no category', async () => {
    const table = await read(`t,g,y\n${rows(60, (i) => `"note ${i % 45} of the day",c${i % 5},${i}`)}\n`)
    expect(kindsOf(table)).toMatchObject({ t: 'text', g: 'category' })
  })
})

test('yes and no, in several spellings; 0 and 1 only where it is said', async () => {
  const text = 'a,b,c,d,e\nYes,TRUE,ja,0,t\nno,FALSE,nein,1,f\nyes,TRUE,ja,0,t\nyes,TRUE,ja,1,t\n'
  const table = await read(text)
  expect(kindsOf(table)).toEqual({ a: 'boolean', b: 'boolean', c: 'boolean', d: 'number', e: 'boolean' })
  expect(columnOf(table, 'a')).toMatchObject({ categories: ['no', 'yes'], codes: Int32Array.of(1, 0, 1, 1) })
  expect(columnOf(await read(text, { kinds: { d: 'boolean' } }), 'd')).toMatchObject({ categories: ['0', '1'] })
})

test('kinds that are said go before what would be found out', async () => {
  const text = 'a,b,c,d\n1,x,2020-01-01,1600000000\n2,y,2020-01-02,1600000001\n3,x,2020-01-03,1600000002\n'
  const table = await read(text, { kinds: { a: 'category', b: 'id', c: 'text', d: 'date' } })
  expect(kindsOf(table)).toEqual({ a: 'category', b: 'id', c: 'text', d: 'date' })
  expect(columnOf(table, 'a').why).toBe('kinds: { "a": category } says so')
  expect(cellsOf(table, 'd')[0]).toBe('2020-09-13T12:26:40.000Z')
  await expect(read(text, { kinds: { A: 'id' } })).rejects.toThrow('kinds names "A"; there is no such column; did you mean "a"?')
})

test('a column without a value is left out, and one with a single value is kept', async () => {
  expect(kindsOf(await read('a,b,c\n,1,x\n,1,x\n,1,x\n'))).toEqual({ a: 'text', b: 'number', c: 'category' })
})

test('values that differ in case alone are told', async () => {
  const table = await read(`c,v\n${rows(40, (i) => `${['north', 'South', 'south', 'east', 'west'][i % 5]},${i * i}`)}\n`)
  expect(table.problems[0]?.message).toContain('"South" and "south" differ in upper and lower case')
})
