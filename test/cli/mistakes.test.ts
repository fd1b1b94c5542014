import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { reportError } from '../../src/cli/exit.ts'
import { readStudyFile } from '../../src/cli/study-file.ts'
import { readTrainingFile } from '../../src/cli/training-file.ts'
import { InvalidSpecError } from '../../src/core/errors.ts'
import { drawFrom } from '../support/random.ts'
import { pimaFile, root, run, STUDY, temporaryFolder } from './support.ts'

/** What a person got wrong in a file or a path is said in a sentence. */

const pima = join(root, 'data/pima.arff')

describe('what a person got wrong', () => {
  const wrong: readonly (readonly [what: string, text: string, reason: RegExp])[] = [
    ['an alias of nothing', 'data: *x', /Unresolved alias/],
    [
      'aliases without end',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: &c [${'*b,'.repeat(9)}*b]\nd: [${'*c,'.repeat(9)}*c]`,
      /Excessive alias count/,
    ],
    ['an alias of itself', 'data: &x { source: *x }', /an alias is inside of the value it stands for/],
    ['a key of every object', `constructor: 1\n${stringify(pimaFile)}`, /constructor is not a field/],
    ['such a key inside', stringify({ ...pimaFile, optimizer: { name: 'adam', constructor: { a: 1 } } }), /constructor is not a field/],
    ['such a name', stringify({ ...pimaFile, optimizer: 'constructor' }), /optimizer is "constructor"/],
    ['a prototype', `__proto__: { a: 1 }\n${stringify(pimaFile)}`, /Proto__ is not a field/],
    ['two documents', 'a: 1\n---\nb: 2', /multiple documents/],
    ['tabs', 'data:\n\tsource: pima', /[Tt]ab/],
    ['a key twice', 'data: 1\ndata: 2', /unique/],
    ['bytes', 'data: !!binary aGVsbG8=', /a value with a tag/],
    ['depth', `${'['.repeat(5000)}${']'.repeat(5000)}`, /nests lists and objects more than/],
    ['some depth', `${'['.repeat(300)}${']'.repeat(300)}`, /nests lists and objects more than/],
    ['lists in lists', `${'- '.repeat(5000)}x`, /nests lists and objects more than/],
    ['mappings in mappings', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), /nests lists and objects more than/],
    ['brackets open', '[{'.repeat(5000), /nests lists and objects more than/],
    ['no mapping', '- 1', /must hold a mapping/],
    ['nothing', '', /must hold a mapping/],
    ['no text', '\ud800', /./],
  ]
  it.each(wrong)('%s, is told in a sentence, of training and of study files', async (_, text, reason) => {
    const path = join(temporaryFolder(), 'a.yaml')
    writeFileSync(path, text)
    for (const read of [readTrainingFile, readStudyFile]) await expect(read(path)).rejects.toBeInstanceOf(InvalidSpecError)
    await expect(readTrainingFile(path)).rejects.toThrow(reason)
  })

  it('of any kind, is told in a sentence, from a fixed seed', async () => {
    const path = join(temporaryFolder(), 'a.yaml')
    const draw = drawFrom(20)
    const pick = <T>(list: readonly T[]): T => list[draw.index(list.length)] as T
    const odd = [
      '*x',
      '&x 1',
      '!!set {a}',
      '!!binary aGk=',
      '{a: 1, a: 2}',
      '[',
      '{',
      '"',
      '\t',
      '<<: *x',
      'constructor',
      '__proto__',
      'toString',
      '~',
      '',
      '.nan',
      '-.inf',
      '1e400',
    ]
    odd.push(
      '99999999999999999999',
      '[[]]',
      '{}',
      'true',
      '"\\0"',
      '-1',
      '1.5',
      '? [a]\n: b',
      '|\n x',
      '$',
      '$units',
      "$constructor('')",
      '{constructor: {prototype: 1}}',
      '{__proto__: {a: 1}}',
    )
    const bases = [stringify(pimaFile), stringify(STUDY)]
    let refused = 0
    for (let i = 0; i < 500; i++) {
      const tokens = pick(bases).split(/(\s+|[:,{}[\]])/)
      for (let n = draw.index(3); n >= 0; n--) {
        const at = draw.index(tokens.length)
        if (draw.index(3) > 0) tokens[at] = pick(odd)
        else tokens.splice(at, draw.index(2), pick(odd))
      }
      writeFileSync(path, tokens.join(''))
      for (const read of [readTrainingFile, readStudyFile]) {
        const error = await read(path).then(
          () => undefined,
          (cause: unknown) => cause,
        )
        if (error === undefined) continue
        refused += 1
        expect({ text: tokens.join(''), error }).toEqual({ text: tokens.join(''), error: expect.any(InvalidSpecError) })
      }
    }
    expect(refused).toBeGreaterThan(500)
  })

  it('as a path, is told in a sentence by every command that takes one', { timeout: 240_000 }, async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'folder'))
    writeFileSync(join(folder, 'bytes'), Uint8Array.of(0, 255, 1, 254))
    for (const path of ['folder', 'bytes', '/dev/zero', '']) {
      for (const args of [
        ['train', path],
        ['predict', path, pima],
        ['study', path],
        ['best', path],
        ['data', 'describe', path],
      ]) {
        const { code, stderr } = await run(args, folder)
        expect({ args, known: code === 1 || code === 2, stderr }).toEqual({ args, known: true, stderr: expect.stringMatching(/^error: /m) })
        expect(stderr).not.toMatch(/fault of espalier|^\s+at /m)
      }
    }
  })

  it('is kept apart from faults, which say where they are reported', () => {
    const written: string[] = []
    const write = process.stderr.write
    process.stderr.write = (text: unknown) => written.push(String(text)) > 0
    try {
      expect(reportError(new TypeError('of our own redis://u:s3cret@h'))).toBe(1)
    } finally {
      process.stderr.write = write
    }
    expect(written.join('')).toMatch(
      /^TypeError: of our own redis:\/\/h\n {4}at [\s\S]*This is a fault of espalier itself: please report it to (its authors|https:)/,
    )
  })
})
