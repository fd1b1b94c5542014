import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { ReadTableOptions } from '../../src/table/options.ts'
import { bytesOf, cellsOf, columnOf, guessOf, kindsOf, read } from './support.ts'

const file = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`files/${name}`, import.meta.url)))

describe('Parquet', () => {
  test.each(['plain', 'snappy', 'zstd', 'gzip', 'brotli'])('%s', async (name) => {
    const table = await read(file(`${name}.parquet`))
    expect(kindsOf(table)).toEqual({ height: 'number', count: 'number', large: 'category', town: 'category', open: 'boolean', day: 'date' })
    expect(cellsOf(table, 'height')).toEqual([1.25, null, 3.5, 4.75])
    expect(cellsOf(table, 'large')[0]).toBe(String(2n ** 60n + 1n))
    expect(cellsOf(table, 'town')).toEqual(['Bonn', 'Köln', 'Bonn', null])
    expect(cellsOf(table, 'day')[0]).toBe('2020-01-01T12:30:00.000Z')
  })

  test('lz4, with a column that is all missing, and with lists', async () => {
    const table = await read(file('lz4.parquet'))
    expect(cellsOf(table, 'height')).toEqual([1.25, 2.5])
    expect(columnOf(table, 'nothing').missing).toBe(2)
    expect(cellsOf(table, 'list')).toEqual(['[1,2]', '[3]'])
  })

  test('the names of rows that pandas keeps', async () => {
    expect(columnOf(await read(file('index.parquet')), '__index_level_0__').kind).toBe('id')
  })
})

describe('spreadsheets', () => {
  test('the first sheet', async () => {
    const table = await read(file('sheets.xlsx'))
    expect(kindsOf(table)).toEqual({ height: 'number', count: 'number', town: 'category', open: 'boolean', day: 'date' })
    expect(cellsOf(table, 'height')).toEqual([1.25, null, 3.5, 4.75])
    expect(cellsOf(table, 'day')[0]).toBe('2020-01-01T12:30:00.000Z')
    expect(guessOf(table, 'sheet')).toBe('first')
  })

  test.each(['titled', 2])('sheet %j, with a title above', async (sheet) => {
    const table = await read(file('sheets.xlsx'), { sheet })
    expect(cellsOf(table, 'a')).toEqual([1, 2, 5])
    expect(kindsOf(table)).toEqual({ a: 'number', b: 'category', y: 'number' })
    expect(table.lines).toEqual(Int32Array.of(4, 5, 6))
  })

  test.each([false, true])(
    'a table somewhere on the first sheet that holds anything, with totals below (keepEmptyRows %j)',
    async (keepEmptyRows) => {
      const table = await read(file('untidy.xlsx'), { keepEmptyRows })
      expect(guessOf(table, 'sheet')).toBe('report')
      expect(guessOf(table, 'skipLast')).toBe(2)
      expect(kindsOf(table)).toEqual({ name: 'id', height: 'number', weight: 'number', when: 'date' })
      expect(cellsOf(table, 'weight')).toEqual(Array.from({ length: 12 }, (_, i) => 50.5 + i))
      expect(cellsOf(table, 'when')[0]).toBe('2024-02-01T13:45:00.000Z')
      expect(table.lines?.[0]).toBe(6)
      expect(table.problems).toEqual([])
    },
  )

  test('totals that are asked for', async () => {
    expect((await read(file('untidy.xlsx'), { skipLast: 0 })).rows).toBe(14)
  })

  test('a sheet that is not there', async () => {
    await expect(read(file('sheets.xlsx'), { sheet: 'titles' })).rejects.toThrow('there are "first", "titled"; did you mean "titled"?')
  })
})

describe('JSON', () => {
  const lines = '{"a":1,"b":"x"}\n{"a":2.5,"b":"y","c":true}\n\n{"b":"x","c":false,"d":{"e":1}}\n'
  test('an object a line', async () => {
    const table = await read(lines)
    expect(guessOf(table, 'format')).toBe('jsonl')
    expect(kindsOf(table)).toEqual({ a: 'number', b: 'category', c: 'boolean', d: 'category' })
    expect(cellsOf(table, 'a')).toEqual([1, 2.5, null])
    expect(table.lines).toEqual(Int32Array.of(1, 2, 4))
  })

  test.each([['[{"a":1,"b":"x"},{"a":2,"b":null}]'], ['{"data":[{"a":1,"b":"x"},{"a":2,"b":null}]}'], ['[["a","b"],[1,"x"],[2,null]]']])(
    '%s',
    async (text) => {
      const table = await read(text)
      expect(cellsOf(table, 'a')).toEqual([1, 2])
      expect(cellsOf(table, 'b')).toEqual(['x', null])
    },
  )

  test.each([
    ['{"a":{"0":1,"1":2},"b":{"0":"x","1":null}}'],
    ['{"0":{"a":1,"b":"x"},"1":{"a":2,"b":null}}'],
    ['{"columns":["a","b"],"index":[0,1],"data":[[1,"x"],[2,null]]}'],
    ['{"a":[1,2],"b":["x",null]}'],
    ['{\n  "a": {"0": 1, "1": 2},\n  "b": {"0": "x", "1": null}\n}'],
  ])('%s, as pandas writes a frame', async (text) => {
    const table = await read(text)
    expect(cellsOf(table, 'a')).toEqual([1, 2])
    expect(cellsOf(table, 'b')).toEqual(['x', null])
    expect(table.rows).toBe(2)
  })

  test('names that objects have of themselves', async () => {
    const table = await read('{"__proto__":1,"constructor":2}\n{"__proto__":3,"constructor":4}\n')
    expect(cellsOf(table, '__proto__')).toEqual([1, 3])
    expect(cellsOf(table, 'constructor')).toEqual([2, 4])
  })
})

test('ARFF: what the file declares goes before what would be found out', async () => {
  const table = await read(
    '% by x\n@relation r\n@attribute n {3, 1}\n@attribute x real\n@attribute d date\n@attribute s string\n@data\n1,2.5,"2020-01-02",u\n?,?,"2020-01-03",v\n',
  )
  expect(columnOf(table, 'n')).toMatchObject({ kind: 'category', categories: ['3', '1'], missing: 1 })
  expect(kindsOf(table)).toMatchObject({ x: 'number', d: 'date' })
})

test('ARFF: what is said to mean missing does, declared or not', async () => {
  const text = '@relation r\n@attribute n {a, NA, b}\n@attribute x real\n@data\na,-9\nNA,2\nb,3\n?,4\n'
  const table = await read(text, { missingMarkers: ['NA', '-9'] })
  expect(columnOf(table, 'n')).toMatchObject({ categories: ['a', 'b'], missing: 2 })
  expect(cellsOf(table, 'x')).toEqual([null, 2, 3, 4])
  expect(columnOf(await read(text), 'n')).toMatchObject({ categories: ['a', 'NA', 'b'], missing: 1 })
})

describe('letters that are no UTF-8', () => {
  const texts = {
    arff: '@relation r\n@attribute town {Köln,Ulm}\n@attribute größe numeric\n@data\nKöln,1\nUlm,2\nKöln,3\n',
    json: '[{"town":"Köln","größe":1},{"town":"Ulm","größe":2},{"town":"Köln","größe":3}]',
    jsonl: '{"town":"Köln","größe":1}\n{"town":"Ulm","größe":2}\n{"town":"Köln","größe":3}\n',
  }
  test.each(Object.entries(texts))('%s is Windows-1252 then, and that is told', async (format, text) => {
    const table = await read(bytesOf(text, 'latin1'))
    expect(guessOf(table, 'format')).toBe(format)
    expect(guessOf(table, 'encoding')).toBe('windows-1252')
    expect(table.columns.map(({ name }) => name)).toEqual(['town', 'größe'])
    expect(cellsOf(table, 'town')).toEqual(['Köln', 'Ulm', 'Köln'])
  })
  test.each(Object.entries(texts))('%s in an encoding that is said', async (_, text) => {
    for (const [encoding, bytes] of [
      ['latin1', bytesOf(text, 'latin1')],
      ['utf-16le', bytesOf(text, 'utf16le')],
      ['utf-8', bytesOf(text)],
    ] as const) {
      const table = await read(bytes, { encoding })
      expect(cellsOf(table, 'town')).toEqual(['Köln', 'Ulm', 'Köln'])
      expect(guessOf(table, 'encoding')).toBeUndefined()
    }
  })
  test('a damaged letter late in UTF-8 is said', async () => {
    const rows = '{"town":"Köln"},'.repeat(80_000)
    const table = await read(new Uint8Array(Buffer.concat([bytesOf(`[${rows}{"town":"U`), Buffer.of(0xfc), bytesOf('"}]')])))
    expect(cellsOf(table, 'town').at(-1)).toBe('U\ufffd')
    expect(cellsOf(table, 'town')[0]).toBe('Köln')
    expect(table.problems[0]).toMatchObject({ mend: 'encoding: windows-1252', message: expect.stringContaining('"U\ufffd"}]"') })
  })
})

test('a number that means missing, where cells are numbers', async () => {
  const table = await read('[{"a":1,"b":"x"},{"a":-999,"b":"-999"},{"a":3,"b":"y"}]', { missingMarkers: ['-999'] })
  expect(cellsOf(table, 'a')).toEqual([1, null, 3])
  expect(cellsOf(table, 'b')).toEqual(['x', null, 'y'])
})

describe('an option that means nothing for the format is said to', () => {
  const without = (problems: readonly { readonly message: string }[]) =>
    problems.flatMap(({ message }) => /^(\w+) is said, and means nothing for/.exec(message)?.[1] ?? [])
  test.each([
    ['a,b\n1,x\n2,y\n', { sheet: 2, quote: '"' }, ['sheet']],
    ['[{"a":1},{"a":2}]', { delimiter: ';', header: true, skipRows: 1, missingMarkers: ['x'] }, ['header', 'skipRows', 'delimiter']],
    ['@relation r\n@attribute a real\n@data\n1\n2\n', { skipLast: 1, comment: '#', encoding: 'utf-8' }, ['skipLast', 'comment']],
    [file('plain.parquet'), { encoding: 'utf-16le', sheet: 'first' }, ['encoding', 'sheet']],
    [file('sheets.xlsx'), { encoding: 'utf-16le', sheet: 'first', header: true }, ['encoding']],
  ] as const)('%#', async (source, options, expected) => {
    expect(without((await read(source as string, options as ReadTableOptions)).problems).sort()).toEqual([...expected].sort())
  })
})

describe('packed, and from anywhere', () => {
  const text = 'a,b\n1,x\n2,y\n3,x\n'
  const packed = new Uint8Array(gzipSync(text))
  test.each([
    ['a text', text],
    ['bytes', new TextEncoder().encode(text)],
    ['gzip', packed],
    ['a Blob', new Blob([text])],
    ['a File', new File([packed], 'a.csv.gz')],
    ['a Response', new Response(text)],
    ['a stream', new Blob([packed]).stream()],
  ])('%s', async (_, source) => {
    expect(cellsOf(await read(source as string), 'a')).toEqual([1, 2, 3])
  })

  test('what unpacks to far too much is refused', async () => {
    const bomb = new Uint8Array(gzipSync('1,2\n'.repeat(2 ** 24)))
    await expect(read(bomb)).rejects.toThrow('say by maxUnpackedBytes how large it is')
  })
})
