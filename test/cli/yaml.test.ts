import { describe, expect, test } from 'vitest'
import { parseTrainingFile } from '../../src/cli/training-file.ts'
import { parseYaml } from '../../src/cli/yaml.ts'
import { InvalidSpecError } from '../../src/core/errors.ts'
import { fromPermalink } from '../../src/studio/permalink.ts'
import { processorSeconds } from '../support/seconds.ts'

/** Training and study files, and links of the studio, that are made to hang or to end the process. */

const numbered = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n')

describe('YAML', () => {
  test('is what yaml makes of it, aliases and merges too', () => {
    expect(parseYaml('a: &x {b: 1}\nc: *x\nd: [1.5, yes, ~, "é"]\n', 'f')).toEqual({ a: { b: 1 }, c: { b: 1 }, d: [1.5, 'yes', null, 'é'] })
    expect(parseYaml('{"a": [[[1]]]}', 'f')).toEqual({ a: [[[1]]] })
  })

  test.each([
    ['lists that nest', '['.repeat(100_000) + ']'.repeat(100_000), /nests lists and objects more than 256 deep/],
    ['lists that do not close', '['.repeat(100_000), /nests/],
    ['lists in block form', `${'- '.repeat(5000)}a`, /nests/],
    ['mappings that nest', numbered(300, (i) => `${' '.repeat(i)}a:`), /nests/],
    ['keys without values', `${'? '.repeat(5000)}a`, /nests/],
    ['an alias of nothing', 'a: *x', /f: this is no YAML that can be read: Unresolved alias/],
    ['an alias within what it is of', 'a: &x\n  b: *x\n', /an alias is inside of the value it stands for/],
    [
      'aliases of aliases',
      `a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n${numbered(20, (i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(',')}]`)}`,
      /no YAML that can be read: Excessive alias count/,
    ],
    ['many keys', numbered(50_000, (i) => `k${i}: 1`), /more than the 20000 words and signs/],
    ['many anchors', `${'&a '.repeat(50_000)}a`, /more than the 20000 words and signs/],
    ['many lines', `${'\n'.repeat(100_000)}a: 1`, /more than the 20000 words and signs/],
    ['a long text', `a: "${'x'.repeat(20_000_000)}"`, /has 20000005 characters, more than the 1000000/],
    ['a mapping within a line', `a: ${'b '.repeat(1000)}:`, /Nested mappings are not allowed/],
  ])('%s', async (_, text, message) => {
    const { seconds, error } = await processorSeconds(() => parseYaml(text, 'f'))
    expect(error).toBeInstanceOf(InvalidSpecError)
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message.length).toBeLessThan(2000)
    expect(seconds).toBeLessThan(1)
  })

  test('keys as many as are read take no second', async () => {
    const { seconds, error } = await processorSeconds(() =>
      parseYaml(
        numbered(2500, (i) => `k${i}: 1`),
        'f',
      ),
    )
    expect(error).toBeUndefined()
    expect(seconds).toBeLessThan(1)
  })
})

test('keys that every object has are fields like others, and none of a training file', () => {
  for (const key of ['constructor', 'toString', '__proto__', 'valueOf'])
    expect(() => parseTrainingFile(parseYaml(`network: {layers: [], loss: x}\ndata: {source: pima}\n${key}: relu\n`, 'f'), 'f')).toThrow(
      InvalidSpecError,
    )
})

test.each([
  ['lists', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['objects', `${'{"version":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['a field', `{"version":1,"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
])('a link of the studio with %s that nest 100,000 deep', async (_, json) => {
  const { seconds, error } = await processorSeconds(() => fromPermalink(`#study=${Buffer.from(json).toString('base64url')}`))
  expect(error).toBeInstanceOf(InvalidSpecError)
  expect((error as Error).message).toMatch(/this link was cut off or changed on its way/)
  expect(seconds).toBeLessThan(1)
})
