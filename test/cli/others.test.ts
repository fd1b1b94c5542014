import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { categorical, createStudy, float } from 'espalier'
import { FileCheckpoints, FileJournal, RedisJournal } from 'espalier/node'
import { createClient } from 'redis'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { reportError } from '../../src/cli/exit.ts'
import { withoutSecrets } from '../../src/cli/output.ts'
import { readStudyFile } from '../../src/cli/study-file.ts'
import { readTrainingFile } from '../../src/cli/training-file.ts'
import { InvalidSpecError } from '../../src/core/errors.ts'
import { visible } from '../../src/core/visible.ts'
import { drawFrom } from '../support/random.ts'
import { describeWithRedis } from '../support/redis.ts'
import { pimaFile, root, run, temporaryFolder } from './support.ts'

/** What stands in files and addresses of others: it must not choose what is read, act on a terminal, or be told on. */

const pima = join(root, 'data/pima.arff')

describe('a model.json', () => {
  it('names weights in its own folder and below, and nothing else', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'spec.json'), JSON.stringify({ ...pimaFile, epochs: 1 }))
    expect(await run(['train', 'spec.json', '--out', 'out', '--save', 'web', '--workers', '0'], folder)).toMatchObject({ code: 0 })
    const path = join(folder, 'web/model.json')
    const model = JSON.parse(readFileSync(path, 'utf8'))
    const weights = readFileSync(join(folder, 'web/weights.bin'))
    const predict = (name: string) => {
      writeFileSync(path, JSON.stringify({ ...model, weightsManifest: [{ ...model.weightsManifest[0], paths: [name] }] }))
      return run(['predict', 'web', pima], folder)
    }
    const expected = (await predict('weights.bin')).stdout
    expect(expected.split('\n')).toHaveLength(770)

    writeFileSync(join(folder, 'secret.bin'), weights)
    writeFileSync(join(folder, 'web/outside'), '')
    symlinkSync('../secret.bin', join(folder, 'web/link.bin'))
    symlinkSync('..', join(folder, 'web/up'))
    symlinkSync('/dev/zero', join(folder, 'web/zero.bin'))
    symlinkSync('weights.bin', join(folder, 'web/own.bin'))
    mkdirSync(join(folder, 'web/shards'))
    cpSync(join(folder, 'web/weights.bin'), join(folder, 'web/shards/1 of 1.bin'))
    const elsewhere = [
      '../secret.bin',
      join(folder, 'secret.bin'),
      'shards/../../secret.bin',
      '/dev/zero',
      '..',
      '.',
      '',
      '%2e%2e/secret.bin',
      '..%2fsecret.bin',
    ]
    for (const name of [
      ...elsewhere,
      '..\\secret.bin',
      'file:///dev/zero',
      'http://127.0.0.1/x',
      'C:\\x',
      'a\u0000b',
      'shards//1 of 1.bin',
      './weights.bin',
    ]) {
      const { code, stderr } = await predict(name)
      expect({ name, code, stderr }).toEqual({
        name,
        code: 2,
        stderr: expect.stringMatching(
          /^error: web\/model\.json: its weights are said to be in ".*"; only files in its own folder and below are read\n$/,
        ),
      })
    }
    for (const name of ['link.bin', 'up/secret.bin', 'zero.bin']) {
      const { code, stderr } = await predict(name)
      expect({ name, code, stderr }).toEqual({
        name,
        code: 2,
        stderr: `error: web/model.json: names "${name}", which leads out of its folder; only files there are read\n`,
      })
    }
    for (const name of ['shards/1 of 1.bin', 'own.bin']) expect(await predict(name)).toMatchObject({ code: 0, stdout: expected })
    expect(await predict('absent.bin')).toMatchObject({
      code: 2,
      stderr: 'error: web/model.json: needs the file absent.bin beside it: web/absent.bin: there is no such file or folder\n',
    })
    expect(await predict('shards')).toMatchObject({ code: 2, stderr: 'error: web/shards: this is no file\n' })

    // As caches keep files, by their content, with links by their names.
    await predict('weights.bin')
    mkdirSync(join(folder, 'cache/blobs'), { recursive: true })
    mkdirSync(join(folder, 'cache/main'))
    for (const [name, blob] of [
      ['model.json', 'a1'],
      ['weights.bin', 'b2'],
    ] as const) {
      renameSync(join(folder, 'web', name), join(folder, 'cache/blobs', blob))
      symlinkSync(join('../blobs', blob), join(folder, 'cache/main', name))
    }
    expect(await run(['predict', 'cache/main', pima], folder)).toMatchObject({ code: 0, stdout: expected })
  })
})

describe('characters that act on a terminal', () => {
  const evil = '\u001b]0;owned\u0007\u001b[31m\u009b2J\u202e\r'

  it('are told, in every command that reads a journal and in the files it writes for people', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'j.journal')
    const journal = new FileJournal(path)
    const space = { x_evil: float(0, 1), c: categorical([`a${evil}`, 'b']), unit: float(0, 1) }
    const study = await createStudy({ name: 'study_evil', space, objective: 'minimize', sampler: 'random', seed: 1, journal })
    for await (const _ of study.optimize(
      ({ unit }, { number }) => {
        if (number === 1) throw new Error('why_evil')
        return Number(unit)
      },
      { budget: { trials: 14 } },
    ));
    await journal.close()
    appendFileSync(path, `${JSON.stringify({ op_code: 8, worker_id: 'w', trial_id: 0, user_attr: { key_evil: 'value_evil' } })}\n`)
    // As another program may have written it.
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('_evil', JSON.stringify(evil).slice(1, -1)))
    const commands = [
      ['best'],
      ['best', '--json'],
      ['importance'],
      ['importance', '--pairs'],
      ['export'],
      ['report', '--out', 'page.html'],
      ['compare'],
      ['resume'],
      ['best', '--name', evil],
    ]
    for (const [command = '', ...options] of commands) {
      const { stdout, stderr } = await run([command, path, ...options], folder)
      expect({ command, acting: `${stdout}${stderr}`.match(/(?!\r\n)[^\P{C}\n\t]/gu) }).toEqual({ command, acting: null })
    }
    // What was told means the same.
    expect(JSON.parse((await run(['best', path, '--json'])).stdout).params).toHaveProperty([`x${evil}`])
    for (const name of ['page.md', ...readdirSync(join(folder, 'page-data')).map((file) => `page-data/${file}`)])
      expect({ name, acting: readFileSync(join(folder, name), 'utf8').match(/(?!\r\n)[^\P{C}\n\t]/gu) }).toEqual({ name, acting: null })
  })

  it('are told in names of files and in what is typed', { timeout: 60_000 }, async () => {
    for (const args of [
      ['train', `${evil}.yaml`],
      ['predict', evil, pima],
      ['best', evil],
      [evil],
      ['train', 'x.yaml', `--${evil}`],
      ['data', 'describe', evil],
      ['data', 'fetch', evil],
    ]) {
      const { code, stdout, stderr } = await run(args)
      expect(code).toBe(2)
      expect(`${stdout}${stderr}`.match(/(?!\r\n)[^\P{C}\n\t]/gu)).toBeNull()
    }
  })

  it('are those that do something, and no others', () => {
    const text = 'größer 日本語 😀 a\tb\nc\r\nd \u00a0é'
    expect(visible(text)).toBe(text)
    expect(visible('\u0000\u001b\u007f\u0085\u009b\u200e\u2028\u2066\ufeff\r')).toBe(
      '\\u0000\\u001b\\u007f\\u0085\\u009b\\u200e\\u2028\\u2066\\ufeff\\u000d',
    )
  })
})

describe('a password', () => {
  it('is taken out of any text', () => {
    const secret = /s3cret/
    const texts = [
      'redis://user:s3cret@host:6379/0',
      'redis://:s3cret@host',
      'rediss://s3cret@host/1?prefix=a',
      'REDIS://u:s3cret@h',
      'redis:/u:s3cret@h',
      'redis:u:s3cret@h',
      'redis://u:s3c@s3cret@host',
      'redis://u:p/s3cret@host',
      'redis://u:p#s3cret@host',
      'postgres://u:s3cret@h/db',
      'http://u:s3cret@h/',
      '/home/ada/postgres:/u:s3cret@h/db',
      'espalier report redis://u:s3cret@h --name x',
      '"journal": "redis://u:s3cret@h"',
      'x=redis://u:s3cret@h,redis://u:s3cret@k',
    ]
    for (const text of texts) expect(withoutSecrets(text)).not.toMatch(secret)
    expect(withoutSecrets('espalier report redis://user:s3cret@host:6379/0 --name x')).toBe('espalier report redis://host:6379/0 --name x')
    for (const text of [
      'redis://user:password@host:port/database',
      'a@b.example',
      'see https://a.example/@user and x@y',
      'redis://host:6379/0',
      'C:\\a@b',
      '{"a":"http://a/b","c":"d@e"}',
    ])
      expect(withoutSecrets(text)).toBe(text)
  })

  it('is not told by what refuses its address', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder()
    const addresses = [
      'redis://u:s3cret@127.0.0.1:1/abc',
      'redis://u:s3cret%@127.0.0.1:1/0',
      'redis://u:s3cret@127.0.0.1:99999',
      'redis://u:12/s3cret@h',

      'postgres://u:s3cret@h/db',
      'Redis://u:s3cret@h/x',
    ]
    const commandsOf = (address: string) => [
      ['best', address],
      ['report', address],
      ['worker', '--journal', address],
      ['study', 'study.yaml'],
      ['replay', 'pima', '--journal', address],
    ]
    for (const address of addresses) {
      writeFileSync(join(folder, 'study.yaml'), stringify({ ...STUDY, journal: address }))
      for (const args of address === addresses[0] ? commandsOf(address) : [['best', address]]) {
        const { code, stdout, stderr } = await run(args, folder)
        expect({ args, code }).toEqual({ args, code: 2 })
        expect(stderr).toMatch(/^error: /)
        expect(stdout + stderr).not.toMatch(/s3cret|fault of espalier/)
      }
    }
    expect(readdirSync(folder)).toEqual(['study.yaml'])
  })
})

const STUDY = {
  name: 'first/study',
  data: { source: 'pima' },
  space: { units: { type: 'int', low: 2, high: 4 } },
  train: {
    network: {
      loss: 'binaryCrossentropy',
      layers: [
        { units: '$units', activation: 'relu' },
        { units: 1, activation: 'sigmoid' },
      ],
    },
    epochs: 1,
  },
  objective: 'testLoss',
  sampler: 'random',
  budget: { trials: 3 },
}

describeWithRedis('a journal behind a password', (server) => {
  it('is worked on and reported without it being shown anywhere', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder()
    const admin = createClient({ url: server().url })
    await admin.connect()
    await admin.aclSetUser('ada', ['on', '>s3cret/p@ss', '~*', '&*', '+@all'])
    const address = `${server().url.replace('redis://', `redis://ada:${encodeURIComponent('s3cret/p@ss')}@`)}/0?prefix=own`
    const tellsNothing = /s3cret|p%40ss|p@ss|ada/
    writeFileSync(join(folder, 'study.yaml'), stringify(STUDY))
    for (const args of [
      ['study', 'study.yaml', '--journal', address],
      ['worker', '--journal', address],
      ['best', address],
      ['export', address],
      ['report', address],
    ]) {
      const { code, stdout, stderr } = await run(args, folder)
      expect({ args, code }).toEqual({ args, code: 0 })
      expect(stdout + stderr).not.toMatch(tellsNothing)
    }
    expect(readdirSync(folder).sort()).toEqual(['first-study-data', 'first-study.html', 'first-study.md', 'study.yaml'])
    for (const name of ['first-study.html', 'first-study.md']) {
      const text = readFileSync(join(folder, name), 'utf8')
      expect(text).toContain(`espalier report ${server().url}/0?prefix=own`.replace(/_/g, '\\_'))
      expect(text).not.toMatch(tellsNothing)
    }
    const keys = await admin.keys('*')
    const kept = await Promise.all(keys.filter((key) => key.includes(':log:')).map((key) => admin.get(key)))
    expect(kept.length).toBeGreaterThan(5)
    expect(kept.join()).not.toMatch(tellsNothing)
    const wrong = await run(['best', address.replace('s3cret', 'wr0ng')], folder)
    expect(wrong.stderr).toMatch(/^error: redis:\/\/127\.0\.0\.1:\d+\/0\S*: /)
    expect(wrong.stderr).not.toMatch(/wr0ng|ada/)
    admin.destroy()
    const journal = new RedisJournal(address)
    expect(journal.description).not.toMatch(tellsNothing)
    await journal.close()
  })
})

describe('checkpoints that nobody goes on from', () => {
  it('are dropped as a study begins and ends, and those of others left', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'own.journal')
    writeFileSync(join(folder, 'study.yaml'), stringify({ ...STUDY, name: 'own', journal: 'own.journal' }))
    const store = new FileCheckpoints(path)
    const left = 'own-1.safetensors.00000000-0000-0000-0000-000000000000.tmp'
    const others = ['other-1', 'own-x', 'own']
    const orphan = async (...keys: string[]) => {
      for (const key of keys) await store.save(key, [])
      writeFileSync(join(`${path}.checkpoints`, left), 'half')
    }
    // Of a journal that was deleted: the new trials of these numbers must not go on from them.
    await orphan('own-0', 'own-99', ...others)
    const first = await run(['study', 'study.yaml', '--workers', '0'], folder)
    expect(first).toMatchObject({ code: 0 })
    expect((await store.keys()).sort()).toEqual([...others].sort())
    // Of trials that have ended since.
    await orphan('own-0', 'own-2')
    const again = await run(['study', 'study.yaml', '--workers', '0'], folder)
    expect(again.stdout).toBe(first.stdout)
    expect((await store.keys()).sort()).toEqual([...others].sort())
    expect(readdirSync(`${path}.checkpoints`)).not.toContain(left)
  })
})

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

  it('of any kind, is told in a sentence, from a fixed seed', { timeout: 120_000 }, async () => {
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
