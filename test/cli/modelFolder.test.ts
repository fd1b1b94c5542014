import { cpSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pimaFile, root, run, temporaryFolder } from './support.ts'

/** A model.json of others does not choose what is read. */

const pima = join(root, 'data/pima.arff')

describe('a model.json', () => {
  it('names weights in its own folder and below, and nothing else', async () => {
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
