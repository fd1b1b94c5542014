import { mkdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fromOnnx, fromSafetensors, toOnnx } from 'espalier/formats'
import { strToU8, unzipSync, zipSync } from 'fflate'
import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import { readModel } from '../../src/cli/model-file.ts'
import { EspalierError } from '../../src/core/errors.ts'
import { pimaFile, root, run, runAlone, temporaryFolder } from './support.ts'

const pima = join(root, 'data/pima.arff')

async function trained(...options: string[]) {
  const folder = temporaryFolder()
  const spec = join(folder, 'spec.json')
  writeFileSync(spec, JSON.stringify(pimaFile))
  const { code, stdout, stderr } = await run(['train', spec, '--out', join(folder, 'out'), '--workers', '0', ...options])
  return { folder, weights: join(folder, 'out/weights.safetensors'), code, stdout, stderr }
}

describe('a network goes through every format and predicts the same rows from raw columns', () => {
  test('convert, one after the other, then predict', async () => {
    const { folder, weights, code } = await trained()
    expect(code).toBe(0)
    const expected = await run(['predict', weights, pima])
    expect(expected.stdout.split('\n')).toHaveLength(770)
    let from = weights
    for (const name of ['pima.onnx', 'pima.keras', 'web/pima', 'back.safetensors']) {
      const to = join(folder, name)
      const converted = await run(['convert', from, to])
      expect(converted).toMatchObject({ code: 0, stdout: expect.stringContaining('A network 8-12-1. Written:') })
      from = to
    }
    expect(fromSafetensors(readFileSync(from))).toEqual(fromSafetensors(readFileSync(weights)))
    for (const name of ['pima.onnx', 'web/pima'])
      expect(await run(['predict', join(folder, name), pima])).toMatchObject({ code: 0, stdout: expected.stdout })
  })

  test('train --save writes one at once', async () => {
    const folder = temporaryFolder()
    const { code, stdout, weights } = await trained('--save', join(folder, 'pima.onnx'))
    expect(code).toBe(0)
    expect(stdout).toContain(join(folder, 'pima.onnx'))
    const { spec, weights: saved } = fromOnnx(readFileSync(join(folder, 'pima.onnx')))
    expect({ spec, saved }).toEqual({
      spec: fromSafetensors(readFileSync(weights)).spec,
      saved: fromSafetensors(readFileSync(weights)).weights,
    })
  })
})

test('a file of another program predicts a table of as many columns', async () => {
  const folder = temporaryFolder()
  const model = join(folder, 'foreign.onnx')
  const kernel = Float32Array.of(1, -1, 2, 0.5)
  writeFileSync(
    model,
    toOnnx({
      spec: { network: { inputSize: 2, loss: 'categoricalCrossentropy', layers: [{ units: 2, activation: 'softmax' }] } },
      weights: [[kernel, new Float32Array(2)]],
      data: { transforms: [] },
    }),
  )
  const rows = join(folder, 'rows.csv')
  writeFileSync(rows, 'a,b\n1,0\n-1,0\n')
  const { code, stdout } = await run(['predict', model, rows])
  expect(code).toBe(0)
  const { data } = Papa.parse<Record<string, string>>(stdout, { header: true, skipEmptyLines: true })
  expect(data.map((row) => row.class)).toEqual(['0', '1'])
  expect(Number(data[0]?.['probability 0'])).toBeCloseTo(1 / (1 + Math.exp(-2)), 6)
  writeFileSync(rows, 'a,b,c\n1,0,1\n')
  expect(await run(['predict', model, rows])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('has 3 columns; the network has 2 inputs and does not name them'),
  })
})

test('a name that is none of a network is refused before anything is trained', async () => {
  const { code, stderr } = await trained('--save', 'model.h5')
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/model\.h5: this is no name of a network's file; it must be/),
  })
})

describe('files of other programs are known by their first bytes, whatever they are called', () => {
  const foreign = unzipSync(readFileSync(join(root, 'test/formats/foreign/tf-2.15.zip')))
  const file = (name: string) => foreign[name] ?? new Uint8Array()

  test("Keras's .h5, under other names as well", async () => {
    const folder = temporaryFolder()
    for (const name of ['old.h5', 'old.hdf5', 'old.keras', 'old']) {
      writeFileSync(join(folder, name), file('nested.h5'))
      const { spec } = await readModel(join(folder, name))
      expect(spec.network.layers.map((layer) => 'units' in layer && layer.units)).toEqual([5, 3, 6, 5, 2])
    }
    const to = join(folder, 'here.safetensors')
    expect(await runAlone(['convert', join(folder, 'old.h5'), to])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('A network 4-5-3-6-5-2.'),
    })
    expect(fromSafetensors(readFileSync(to)).weights).toHaveLength(5)
  })

  test('what is no network, and a folder that is none of TensorFlow.js, in a sentence', async () => {
    const folder = temporaryFolder()
    const cases: readonly (readonly [name: string, files: Readonly<Record<string, string | Uint8Array>>, message: RegExp])[] = [
      ['weights.h5', { 'weights.h5': file('weights-alone.weights.h5') }, /holds weights alone \(save_weights\)/],
      ['net.pt', { 'net.pt': zipSync({ 'net/data.pkl': strToU8('x') }) }, /it is a PyTorch file.*torch\.onnx\.export/],
      ['lfs.keras', { 'lfs.keras': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n' }, /pointer of git-lfs.*git lfs pull/],
      ['page.safetensors', { 'page.safetensors': '<!DOCTYPE html><html></html>' }, /it is a page of HTML/],
      ['saved', { 'saved/saved_model.pb': 'x' }, /TensorFlow's saved_model\.pb; in Python, load it and save it as \.keras/],
      ['unpacked', { 'unpacked/config.json': '{}', 'unpacked/model.weights.h5': 'x' }, /is an unpacked \.keras file/],
      ['empty', { 'empty/readme.txt': 'x' }, /has no model\.json, which a folder of TensorFlow\.js has/],
    ]
    for (const [name, files, message] of cases) {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), content)
      }
      await expect(readModel(join(folder, name))).rejects.toThrow(message)
      await expect(readModel(join(folder, name))).rejects.toThrow(EspalierError)
    }
    const { code, stderr } = await run(['convert', join(folder, 'saved'), join(folder, 'out.onnx')])
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, lines: 1 })
  })

  test('.h5 is not written', async () => {
    const { code, stderr } = await run(['convert', 'a.onnx', 'b.h5'])
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/b\.h5.*Keras's \.h5 is read, and not written/) })
  })
})

test('an ONNX file has its data beside it, in its own folder alone', async () => {
  const folder = temporaryFolder()
  const files = unzipSync(readFileSync(join(root, 'test/formats/onnx/torch.zip')))
  const model = join(folder, 'default.onnx')
  writeFileSync(model, files['default.onnx'] ?? '')
  const convert = () => run(['convert', model, join(folder, 'here.safetensors')])
  expect(await convert()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('default.onnx: needs the file default.onnx.data beside it'),
  })
  const elsewhere = join(temporaryFolder(), 'data')
  writeFileSync(elsewhere, files['default.onnx.data'] ?? '')
  const data = join(folder, 'default.onnx.data')
  symlinkSync(elsewhere, data)
  expect(await convert()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('names "default.onnx.data", which leads out of its folder'),
  })
  unlinkSync(data)
  writeFileSync(data, files['default.onnx.data'] ?? '')
  expect(await convert()).toMatchObject({ code: 0, stdout: expect.stringContaining('A network 20-32-3. Written:') })
})

test('what is no ONNX file is told by its first bytes', async () => {
  const model = join(temporaryFolder(), 'net.onnx')
  writeFileSync(model, '<!DOCTYPE html>\n<html><title>404</title></html>')
  expect(await run(['convert', model, 'here.safetensors'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/net\.onnx: this is no ONNX file, it is a page of HTML, .*; download the file itself/),
  })
})
