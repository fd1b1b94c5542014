import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InvalidDataError, InvalidSpecError } from '../../src/core/errors.ts'
import { CorruptJournalError } from '../../src/study/journal/errors.ts'
import { decodeCheckpoints, encodeCheckpoints } from '../../src/study/journal/file/checkpoint-format.ts'
import { FileJournal } from '../../src/study/journal/file/journal.ts'
import { parseJson, stringifyJson } from '../../src/study/journal/json.ts'
import { Space } from '../../src/study/space/space.ts'
import type { Checkpoint } from '../../src/train/result.ts'
import { temporaryFolder } from '../support/bundle.ts'
import { processorSeconds } from '../support/seconds.ts'

/** Journals, checkpoints and formulas that are made to hang or to overflow the stack. */

const deep = (levels: number, inner = ''): string => `${'['.repeat(levels)}${inner}${']'.repeat(levels)}`
const line = (value: string) => `{"op_code":2,"worker_id":"w","study_id":0,"user_attr":{"a":${value}}}\n`

describe('JSON of journals', () => {
  it('is read to a depth of 256, with the literals of Python and without', () => {
    for (const inner of ['1', 'NaN', '-Infinity', '"[[[["', '"\\u0000NaN"']) {
      const whole = deep(256, inner)
      expect(stringifyJson(parseJson(whole))).toBe(whole)
      expect(() => parseJson(deep(257, inner))).toThrow('nests lists and objects more than 256 deep')
      expect(() => parseJson(deep(100_000, inner))).toThrow('nests lists and objects more than 256 deep')
    }
    // Signs in a string are none.
    expect(parseJson(`{"a":"${'['.repeat(1000)}","b":"\\"${'{'.repeat(1000)}"}`)).toMatchObject({ a: '['.repeat(1000) })
  })

  it('holds strings of megabytes, beside NaN too', async () => {
    const text = `${'x'.repeat(5_000_000)}${'\\"'.repeat(100_000)}`
    const { seconds, error } = await processorSeconds(() => {
      const value = parseJson(`{"a":NaN,"b":"${text}","NaN":[Infinity,"NaN"]}`)
      expect(value).toEqual({ a: Number.NaN, b: text.replaceAll('\\"', '"'), NaN: [Number.POSITIVE_INFINITY, 'NaN'] })
    })
    expect(error).toBeUndefined()
    expect(seconds).toBeLessThan(1)
  })
})

describe('a journal with a line that nests 100,000 deep', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeEach(async () => {
    folder = await temporaryFolder()
  })
  afterEach(() => folder.remove())

  it.each([['1'], ['NaN']])('is refused by its line, and nothing is cut off: %s', async (inner) => {
    const path = join(folder.path, 'journal')
    const journal = new FileJournal(path)
    await writeFile(path, '{"op_code":0,"worker_id":"w","study_name":"s","directions":[1]}\n')
    await appendFile(path, line(deep(100_000, inner)))
    const before = await readFile(path)
    await expect(journal.read(0)).rejects.toThrow(/line 2 is no journal entry/)
    await expect(journal.read(0)).rejects.toBeInstanceOf(CorruptJournalError)
    await expect(journal.append([{ op_code: 1, worker_id: 'w', study_id: 0 }])).rejects.toBeInstanceOf(CorruptJournalError)
    expect(await readFile(path)).toEqual(before)
    await journal.close()
  })
})

describe('checkpoints', () => {
  const history = { loss: [], accuracy: [], testLoss: [], testAccuracy: [], testMetrics: {}, learningRate: [] }
  const parameters = Float32Array.of(1, 2)
  const state = { parameters, slots: [], steps: 0, products: [1, 1, 1] as const }
  const whole: Checkpoint = { epoch: 0, optimizer: 'adam', state, history }

  it('have a state as long as they say, of either moment', () => {
    const decode = (checkpoint: Checkpoint) => decodeCheckpoints(encodeCheckpoints([checkpoint]), 'file').checkpoints
    const kept = Float32Array.of(1, 2, 3)
    const best = { epoch: 0, parameters, state: kept }
    const stateful = { ...whole, state: { ...state, state: kept, pending: 1 }, best }
    expect(decode(stateful)).toEqual([stateful])
    expect(() => decode({ ...stateful, best: { ...best, state: parameters } })).toThrow(
      /"bestState" of a checkpoint has 2 numbers and must have 3/,
    )
  })

  it('have four slots at most, each as long as the parameters', () => {
    const decode = (checkpoint: Checkpoint) => () => decodeCheckpoints(encodeCheckpoints([checkpoint]), 'file')
    expect(decode(whole)().checkpoints).toEqual([whole])
    const five = { ...whole, state: { ...state, slots: Array(5).fill(parameters) } }
    expect(decode(five)).toThrow(InvalidDataError)
    expect(decode({ ...whole, state: { ...state, slots: [Float32Array.of(1)] } })).toThrow(
      /"slots\.0" of a checkpoint has 1 numbers and must have 2/,
    )
    expect(decode({ ...whole, best: { epoch: 0, parameters: Float32Array.of(1, 2, 3) } })).toThrow(/"best" of a checkpoint has 3 numbers/)
  })
})

it('a formula has 2,000 characters at most, however it nests', async () => {
  const spec = { a: { type: 'int', low: 1, high: 2 } } as const
  expect(new Space(spec, [`${'('.repeat(500)}a${')'.repeat(500)} <= 1`]).isAllowed({ a: 2 })).toBe(false)
  for (const formula of [
    `${'('.repeat(100_000)}a`,
    `a${' + a'.repeat(100_000)}`,
    `${'-'.repeat(100_000)}a`,
    `${'!'.repeat(1900)}a`,
    'a ? '.repeat(400),
  ]) {
    const { seconds, error } = await processorSeconds(() => new Space(spec, [formula]))
    expect(seconds).toBeLessThan(1)
    if (error !== undefined || formula.length > 2000) expect(error).toBeInstanceOf(InvalidSpecError)
  }
})
