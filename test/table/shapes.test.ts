import { describe, expect, test } from 'vitest'
import { bytesOf, cellsOf, columnOf, guessOf, kindsOf, read } from './support.ts'

const rows = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n')

describe('what cuts lines into cells', () => {
  test.each([
    ['a,b\n1,x\n2,y\n', ','],
    ['a;b\n1;x\n2;y\n', ';'],
    ['a\tb\n1\tx\n2\ty\n', '\t'],
    ['a|b\n1|x\n2|y\n', '|'],
    ['  a  b\n  1   x\n 2  y\n', 'blanks'],
    ['a;b\n1,5;2,5\n2,5;1,5\n', ';'],
    ['a,genres\n1,x|y\n2,y|z\n3,x|z\n', ','],
    ['t,b\n"1;2",x\n"2;3",y\n', ','],
  ])('%j', async (text, delimiter) => {
    const table = await read(text)
    expect(guessOf(table, 'delimiter')).toBe(delimiter)
    expect(table.columns).toHaveLength(2)
    expect(table.rows).toBe(text.trim().split('\n').length - 1)
  })

  test('a single column, and a delimiter that is said', async () => {
    expect(kindsOf(await read('x\n1\n2\n3\n'))).toEqual({ x: 'number' })
    expect((await read('a:b\n1:2\n3:4\n', { delimiter: ':' })).columns).toHaveLength(2)
  })

  test('quotes: doubled, with a backslash, with delimiters and line breaks in them, single', async () => {
    const doubled = await read('a,b\n"x ""y"" z","line\nbreak, comma"\n"w",plain\n"v","say ""hi"""\n')
    expect(cellsOf(doubled, 'a')).toEqual(['x "y" z', 'w', 'v'])
    expect(cellsOf(doubled, 'b')).toEqual(['line\nbreak, comma', 'plain', 'say "hi"'])
    expect(doubled.lines).toEqual(Int32Array.of(2, 4, 5))
    expect(cellsOf(await read('a,b\n"x \\"y\\" z",1\n"w",2\n"q",3\n'), 'a')).toEqual(['x "y" z', 'w', 'q'])
    expect(cellsOf(await read("a,b\n'x, y',1\n'w',2\n'q',3\n"), 'a')).toEqual(['x, y', 'w', 'q'])
    expect(cellsOf(await read('a,b\n5" pipe,1\n6" pipe,2\n'), 'a')).toEqual(['5" pipe', '6" pipe'])
    expect(cellsOf(await read('a,b\n"x,1\ny",2\n', { quote: '' }), 'a')).toEqual(['"x', 'y"'])
  })

  test('comments, and names that begin with their sign', async () => {
    expect(kindsOf(await read('# made by x\n# on, y\na,b\n1,2\n# between\n3,4\n'))).toEqual({ a: 'number', b: 'number' })
    expect(kindsOf(await read('#a,b\n1,2\n3,4\n'))).toEqual({ a: 'number', b: 'number' })
    expect(cellsOf(await read('a,b\n1,2\n!x\n3,4\n', { comment: '!' }), 'b')).toEqual([2, 4])
  })

  test.each([
    ['\r\n', 2],
    ['\r', 2],
    ['\n', 2],
    ['\n\n', 2],
  ])('lines that end with %j', async (end, count) => {
    const table = await read(['a,b', '1,x', '3,y'].join(end))
    expect(table.rows).toBe(count)
    expect(cellsOf(table, 'b')).toEqual(['x', 'y'])
  })

  test('rows of delimiters alone are left out, or kept where each row has its place', async () => {
    const text = 'a,b\n1,x\n,\n"3",z\n,\n'
    const left = await read(text)
    expect([cellsOf(left, 'a'), left.lines]).toEqual([[1, 3], Int32Array.of(2, 4)])
    expect(left.problems.map(({ message }) => message)).toEqual(['2 rows hold nothing, the first in line 3: left out'])
    const kept = await read(text, { keepEmptyRows: true })
    expect([cellsOf(kept, 'a'), cellsOf(kept, 'b'), kept.lines]).toEqual([
      [1, null, 3, null],
      ['x', null, 'z', null],
      Int32Array.of(2, 3, 4, 5),
    ])
    expect(kept.problems).toEqual([])
  })

  test('how the numbers of classes are written', async () => {
    const written = async (cells: string) =>
      (await read(`y,b\n${cells}`)).columns.map((column) => (column.kind === 'number' ? column.written : column.kind))[0]
    expect(await written('1.0,x\n2.0,y\n')).toEqual({ decimals: 1, digits: 1, plus: false })
    expect(await written('1.50,x\n2.00,y\n,z\n')).toEqual({ decimals: 2, digits: 1, plus: false })
    expect(await written('01,x\n02,y\n12,z\n')).toEqual({ decimals: 0, digits: 2, plus: false })
    expect(await written('-1,x\n+1,y\n')).toEqual({ decimals: 0, digits: 1, plus: true })
    expect(await written('1,x\n2,y\n')).toBeUndefined()
    expect(await written('1.5,x\n2,y\n')).toBeUndefined()
    expect(await written('01,x\n1,y\n')).toBeUndefined()
  })

  test('rows cut anywhere between the pieces of a stream', async () => {
    const bytes = bytesOf(`a,t\r\n${rows(300, (i) => `${i}.25,"wört ""${i % 7}"" \n,x"`)}\r\n`)
    const whole = await read(bytes)
    for (const size of [1, 2, 3, 7, 64]) {
      const cut = await read(
        new ReadableStream<Uint8Array>({
          start(controller) {
            for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size))
            controller.close()
          },
        }) as unknown as Uint8Array,
      )
      expect(cut).toEqual(whole)
    }
  })
})

describe('where the names are', () => {
  test.each([
    ['5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n7.0,3.2,Iris-versicolor\n', false],
    ['1,2,3\n4,5,6\n7,8,9\n', false],
    [`39, State-gov, 77516\n50, Private, 83311\n38, State-gov, 215646\n`, false],
    ['republican,n,y\ndemocrat,y,n\nrepublican,y,y\ndemocrat,n,n\n', false],
    ['a,b,c\n1,2,x\n4,5,y\n', true],
    ['name,town\nAda,Bonn\nBob,Ulm\n', true],
    ['country,1990,1991,1992\nA,1,2,3\nB,2,3,4\n', true],
    ['a,b\n', true],
    ['1,2\n', false],
  ])('%j', async (text, header) => {
    const table = await read(text)
    expect(guessOf(table, 'header')).toBe(header)
    if (!header) expect(table.columns[0]?.name).toBe('column0')
  })

  test('it can be said', async () => {
    expect((await read('1,2\n3,4\n', { header: true })).columns.map(({ name }) => name)).toEqual(['1', '2'])
    expect((await read('a,b\n3,4\n', { header: false })).rows).toBe(2)
  })

  test('names that only count their places, as pandas writes for a frame without names', async () => {
    const names = async (text: string) => (await read(text)).columns.map(({ name }) => name)
    expect(await names('0,1,y\n1.5,2,3\n2.5,3,4\n')).toEqual(['0', '1', 'y'])
    expect(await names('0,1,y\n1.5,2,no\n2.5,3,no\n1,1,yes\n2,2,yes\n')).toEqual(['0', '1', 'y'])
    expect(await names('1,2,3\n1.5,2,3.5\n2.5,3,4.5\n')).toEqual(['1', '2', '3'])
    expect(await names(',0,1,2\n0,1.5,2.5,3\n1,2.5,3.5,4\n')).toEqual(['column0', '0', '1', '2'])
    expect(await names('0,1,2,3,4,5,6,7,8,9\n1,0,0,0,0,0,0,0,0,0\n')).toHaveLength(10)
    expect((await read('0,1,2,3,4,5,6,7,8,9\n1,0,0,0,0,0,0,0,0,0\n')).rows).toBe(1)
    expect(await names('400.5,401,401.5,402,402.5,fat\n2.5,2.6,2.7,2.8,2.9,30\n2.1,2.2,2.3,2.4,2.4,20\n')).toContain('401.5')
    expect(await names('0,5,10,y\n2.5,2.6,2.7,30\n2.1,2.2,2.3,20\n')).toEqual(['0', '5', '10', 'y'])
    expect((await read('5.1,3.5,1.4,0.2,a\n4.9,3.0,1.4,0.2,a\n6,3,4,1,b\n5,3,4,1,b\n')).rows).toBe(4)
    expect((await read('1,2,4,7,9,x\n2,3,4,5,6,7\n2,3,4,5,6,7\n')).rows).toBe(2)
    expect(await names('7,3,y\n1.5,2,no\n2.5,3,no\n')).toEqual(['column0', 'column1', 'column2'])
    expect((await read('7,3,y\n1.5,2,no\n2.5,3,no\n', { like: [{ name: 'y' }] })).columns.map(({ name }) => name)).toEqual(['7', '3', 'y'])
    // A first row of data that counts by chance, and one of words that stand below.
    expect((await read('1,2,3\n4,5,6\n7,8,9\n')).rows).toBe(3)
    expect((await read('0,1,a\n1,1,b\n1,0,a\n0,0,b\n')).rows).toBe(4)
    expect((await read('1,2,Ann\n2,5,Bob\n3,1,Cleo\n4,1,Dan\n')).rows).toBe(4)
  })

  test('titles above, totals and words below', async () => {
    const table = await read('Sales report 2020\nCreated by X\n\nregion,units,price\nN,1,2.5\nS,2,3.5\nW,4,4.5\nE,5,1\nTotal,12,11.5\n')
    expect(cellsOf(table, 'units')).toEqual([1, 2, 4, 5])
    expect([guessOf(table, 'skipRows'), guessOf(table, 'skipLast')]).toEqual([3, 1])
    expect(table.lines).toEqual(Int32Array.of(5, 6, 7, 8))
    const padded = await read('Report;;;\n;;;\nregion;units;price;y\nN;1;2,5;a\nS;2;3,5;b\nW;4;4,5;a\n;;;\nSource: X;;;\n')
    expect(kindsOf(padded)).toEqual({ region: 'category', units: 'number', price: 'number', y: 'category' })
    expect(padded.rows).toBe(3)
    expect(padded.problems[0]?.message).toBe('a row holds nothing, the first in line 7: left out')
    expect((await read('a,b,c\nx,1,2\ny,2,3\nz,3,4\nTotal,6,9\n', { skipLast: 0 })).rows).toBe(4)
    expect((await read('junk,1\na,b\n1,2\n3,4\n', { skipRows: 1 })).columns.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  test('a first line that says the delimiter to spreadsheets', async () => {
    const table = await read('sep=;\na;b\n1;2,5\n3;4,5\n')
    expect(kindsOf(table)).toEqual({ a: 'number', b: 'number' })
    expect(guessOf(table, 'delimiter')).toBe(';')
    expect(table.lines).toEqual(Int32Array.of(3, 4))
  })

  test('notes above, of a few cells each, and a blank line', async () => {
    const table = await read('Station,Berlin\nUnit,mm\n\nday,rain,warmth\n2024-01-01,1.5,3\n2024-01-02,0,4\n2024-01-03,2,5\n')
    expect(kindsOf(table)).toEqual({ day: 'date', rain: 'number', warmth: 'number' })
    expect(guessOf(table, 'skipRows')).toBe(3)
    expect(table.rows).toBe(3)
  })

  test('a line of units below the names, and names in two lines', async () => {
    const rows = Array.from({ length: 8 }, (_, i) => `${170.5 + i},${60.5 + 2 * i},${'mf'[i % 2]}\n`).join('')
    const units = await read(`height,weight,sex\ncm,kg,\n${rows}`)
    expect(kindsOf(units)).toEqual({ height: 'number', weight: 'number', sex: 'category' })
    expect(cellsOf(units, 'height')[0]).toBe(170.5)
    expect(units.problems.map(({ message }) => message)).toEqual([expect.stringContaining('line 2 holds words over 2 columns of numbers')])
    const halves = await read(`body,body,\nheight,weight,sex\n${rows}`)
    expect(kindsOf(halves)).toEqual({ 'body height': 'number', 'body weight': 'number', sex: 'category' })
    // A row of the table with faults: its last cell stands below too, one of its numbers is there, or nothing is known.
    for (const first of ['cm,kg,m', 'cm,61,x', 'unknown,n.a.,x']) expect((await read(`height,weight,sex\n${first}\n${rows}`)).rows).toBe(9)
  })

  test('sums below that no word says to be sums', async () => {
    const sums = await read('units,price,revenue\n22,4.1,84\n24,18.2,430\n38,5,190\n1,7,7\n2,3,6\n87,,717\n')
    expect([sums.rows, guessOf(sums, 'skipLast')]).toEqual([5, 1])
    // One column may come to its sum by chance, and rows that grow do not.
    expect((await read('a,b\n1,5\n2,1\n3,4\n1,2\n1,1\n8,2\n')).rows).toBe(6)
    expect((await read('a,b\n1,2\n2,4\n4,8\n8,16\n16,32\n32,64\n')).rows).toBe(6)
    expect((await read('a,b\n0,0\n0,0\n0,0\n0,0\n0,0\n0,0\n')).rows).toBe(6)
    expect((await read('a,b,c\n,,1\n,,2\n,,3\n,,4\n,,5\n0,0,6\n')).rows).toBe(6)
    // As few rows may be one another's sum.
    expect((await read('a,b\n1,10\n2,20\n3,30\n')).rows).toBe(3)
  })

  test('names that are missing or stand twice', async () => {
    const table = await read('a,a,,y\n1,2,3,n\n4,5,6,y\n')
    expect(table.columns.map(({ name }) => name)).toEqual(['a', 'a_2', 'column2', 'y'])
    expect(table.problems.map(({ message }) => message)).toEqual([
      'a name stands over two columns: "a" (the later one is called "a_2")',
      '1 column has no name, and is called column2 by place',
    ])
  })

  test('rows of fewer and more cells', async () => {
    const table = await read(`a,b,c\n${rows(20, (i) => (i === 4 ? '4,5' : i === 7 ? '7,8,9,10' : `${i},${i},${i}`))}\n`)
    expect(columnOf(table, 'c')).toMatchObject({ missing: 1 })
    expect(table.problems.map(({ message }) => message)).toEqual([
      'a row has fewer cells than the 3 columns, the first in line 6 (2): what they lack is read as missing',
      'a row has more cells than the 3 columns, the first in line 9 (4): the last ones are left out; a cell that holds the delimiter must stand in quotes',
    ])
  })

  test('a delimiter at the end of every row says nothing', async () => {
    const table = await read('a,b,c\n1,2,3,\n4,5,6,\n6,7,8,\n')
    expect(cellsOf(table, 'c')).toEqual([3, 6, 8])
    expect(table.problems).toEqual([])
  })
})

describe('encodings', () => {
  const text = 'Stadt;Fläche\nKöln;405,01\nUlm;118,68\nBonn;141,06\n'
  test.each([
    ['UTF-8', bytesOf(text), undefined],
    ['UTF-8 with a mark', bytesOf(`\uFEFF${text}`), undefined],
    ['Windows-1252', bytesOf(text, 'latin1'), 'windows-1252'],
    ['UTF-16 LE', bytesOf(`\uFEFF${text}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 LE without a mark', bytesOf(text, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE', bytesOf(`\uFEFF${text}`, 'utf16le').map((_, i, all) => all[i ^ 1] ?? 0), 'utf-16be'],
  ])('%s', async (_, bytes, encoding) => {
    const table = await read(bytes)
    expect(cellsOf(table, 'Stadt')).toEqual(['Köln', 'Ulm', 'Bonn'])
    expect(cellsOf(table, 'Fläche')).toEqual([405.01, 118.68, 141.06])
    expect(guessOf(table, 'encoding')).toBe(encoding)
  })

  test('a letter of Windows-1252 that comes late', async () => {
    const table = await read(bytesOf(`c,v\n${rows(60_000, (i) => `${i === 59_990 ? 'Köln' : 'Ulm'},${i}`)}\n`, 'latin1'))
    expect(cellsOf(table, 'c')[59_990]).toBe('Köln')
    expect(guessOf(table, 'encoding')).toBe('windows-1252')
  })

  test('it can be said', async () => {
    expect(
      cellsOf(await read(Uint8Array.from([99, 44, 118, 10, 177, 44, 49, 10, 98, 44, 50, 10]), { encoding: 'iso-8859-2' }), 'c'),
    ).toEqual(['ą', 'b'])
    await expect(read('a\n', { encoding: 'latin-9000' })).rejects.toThrow('encoding is "latin-9000"; it must be utf-8')
  })
})

test('how far it is is told, and it can be ended', async () => {
  const bytes = bytesOf(`a,b\n${rows(200_000, (i) => `${i}.5,x${i % 3}`)}\n`)
  const told: number[] = []
  await read(bytes, { onProgress: ({ bytes: done, total }) => told.push(done / (total ?? Number.NaN)) })
  expect(told.at(-1)).toBe(1)
  expect(told).toEqual([...told].sort((a, b) => a - b))
  const controller = new AbortController()
  const reading = read(bytes, { signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) })
  await expect(reading).rejects.toThrow('enough')
})

test('columns left out, by name and by place, and problems of them', async () => {
  const text = 'a,b,c\n1,x,2\n2,y,3\n3,x,bad\n4,y,5.5\n'
  const table = await read(text, { ignore: ['a', -1] })
  expect(kindsOf(table)).toEqual({ b: 'category' })
  expect(table.problems).toEqual([])
  await expect(read(text, { ignore: ['B'] })).rejects.toThrow('ignore names "B"; there is no such column; did you mean "b"?')
})
