import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { cellsOf, columnOf, guessOf, kindsOf, read } from './support.ts'

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
