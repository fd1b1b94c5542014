import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fit, fitStandardizer, loadDataset, openBackend } from 'espalier'
import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import { readTrainingFile } from '../../src/cli/training-file.ts'
import { decodeSafetensors } from '../../src/formats/safetensors/tensors.ts'
import { contents } from '../support/tensorboard.ts'
import { pimaFile, root, run, runAlone, start, temporaryFolder } from './support.ts'

/** Writes a training file and answers its path. */
function specFile(folder: string, content: unknown): string {
  const path = join(folder, 'spec.json')
  writeFileSync(path, JSON.stringify(content))
  return path
}

interface Row {
  readonly [column: string]: string
}
const readCsv = (path: string) => Papa.parse<Row>(readFileSync(path, 'utf8'), { header: true, skipEmptyLines: true })

describe('train writes what it says', () => {
  test('weights, history as CSV and as JSON', async () => {
    const folder = temporaryFolder()
    const out = join(folder, 'out')
    const { code, stdout, stderr } = await runAlone(['train', specFile(folder, pimaFile), '--out', out])
    expect(stderr).toContain('Training a network 8-12-1 on 614 rows, testing on 154')
    expect(code).toBe(0)

    const { tensors, metadata } = decodeSafetensors(readFileSync(join(out, 'weights.safetensors')))
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([
      ['layers.0.kernel', [8, 12]],
      ['layers.0.bias', [12]],
      ['layers.1.kernel', [12, 1]],
      ['layers.1.bias', [1]],
    ])
    expect(JSON.parse(metadata.data ?? '')).toMatchObject({
      classNames: ['tested_negative', 'tested_positive'],
      transforms: [{ kind: 'standardize' }],
    })

    const { data, errors, meta } = readCsv(join(out, 'history.csv'))
    expect(errors).toEqual([])
    expect(meta.fields).toEqual(expect.arrayContaining(['epoch', 'loss', 'accuracy', 'testLoss', 'testAccuracy', 'learningRate']))
    expect(data.map(({ epoch }) => epoch)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'])

    const history = JSON.parse(readFileSync(join(out, 'history.json'), 'utf8'))
    expect(history).toMatchObject({ stopped: 'completed', epochs: 10, spec: { network: { inputSize: 8 }, seed: 3 } })
    expect(data.map(({ loss }) => Number(loss))).toEqual(history.history.loss)
    expect(history.history.loss[9]).toBeLessThan(history.history.loss[0])
    for (const name of ['weights.safetensors', 'history.csv', 'history.json']) expect(stdout).toContain(join(out, name))
  })

  test('events for TensorBoard, a run by the name of the results, in place of what was there', async () => {
    const folder = temporaryFolder()
    const train = (epochs: string) =>
      run(['train', specFile(folder, pimaFile), '--out', join(folder, 'first'), '--tensorboard', join(folder, 'logs'), '--epochs', epochs])
    expect((await train('2')).code).toBe(0)
    const { code, stdout } = await train('3')
    expect(code).toBe(0)
    const [name = '', ...others] = readdirSync(join(folder, 'logs', 'first'))
    expect(name).toMatch(/^events\.out\.tfevents\.\d+\.espalier$/)
    expect(others).toEqual([])
    expect(stdout).toContain(join(folder, 'logs', 'first', name))
    const { numbers, hparams } = contents(readFileSync(join(folder, 'logs', 'first', name)))
    const { history } = JSON.parse(readFileSync(join(folder, 'first', 'history.json'), 'utf8'))
    for (const tag of ['loss', 'testLoss', 'testAccuracy'])
      expect(numbers.filter(([, own]) => own === tag).map(([step, , value]) => [step, value])).toEqual(
        history[tag].map((value: number, epoch: number) => [epoch + 1, Math.fround(value)]),
      )
    expect(hparams).toMatchObject({
      '_hparams_/session_start_info': { session_start_info: { group_name: 'first', hparams: { optimizer: { string_value: 'adam' } } } },
      '_hparams_/session_end_info': { session_end_info: { status: 1 } },
    })
  })

  test('--json puts one document on stdout; --epochs, --seed and --workers go before the file', async () => {
    const folder = temporaryFolder()
    const path = specFile(folder, pimaFile)
    const out = join(folder, 'out')
    const { code, stdout } = await run(['train', path, '--out', out, '--json', '--epochs', '2', '--seed', '9', '--workers', '0'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ stopped: 'completed', epochs: 2, files: expect.arrayContaining([join(out, 'history.csv')]) })
    expect(JSON.parse(readFileSync(join(out, 'history.json'), 'utf8'))).toMatchObject({ spec: { seed: 9, epochs: 2 } })
  })

  test('a run that diverges says when, and what to do, and exits with 1', async () => {
    const folder = temporaryFolder()
    const file = {
      ...pimaFile,
      network: { loss: 'meanSquaredError', layers: [{ units: 1 }] },
      optimizer: { name: 'sgd', learningRate: 1e6 },
    }
    const { code, stdout } = await run(['train', specFile(folder, file), '--out', join(folder, 'out')])
    expect(stdout).toMatch(/Diverged in epoch 1: .*smaller learning rate/)
    expect(code).toBe(1)
  })

  test('the example trains', async () => {
    const out = join(temporaryFolder(), 'out')
    const { code, stdout } = await run(['train', join(root, 'examples/pima.yaml'), '--epochs', '2', '--out', out])
    expect(stdout).toMatch(
      /Done after 2 epochs\.\nLast epoch: loss 0\.\d+, accuracy 0\.\d+, test loss 0\.\d+, test accuracy 0\.\d+, test precision of tested_positive /,
    )
    expect(code).toBe(0)
  })
})

test('the example of Fashion-MNIST is the network it says', async () => {
  const { data, network, dialect, epochs } = await readTrainingFile(join(root, 'examples/fashion-mnist.yaml'))
  expect(data).toEqual({ source: 'fashion-mnist' })
  expect(network.layers.map((layer) => 'units' in layer && layer.units)).toEqual([512, 128, 32, 10])
  expect({ dialect, epochs }).toEqual({ dialect: 'keras2.2', epochs: 5 })
})

test('predict gives what the trained network gives: one file is all it takes', async () => {
  const folder = temporaryFolder()
  // All rows to train on, in the order of the file, so that predictions can be compared row by row.
  const file = { ...pimaFile, data: { ...pimaFile.data, test: { fraction: 0 } } }
  const weights = join(folder, 'out/weights.safetensors')
  expect((await run(['train', specFile(folder, file), '--out', join(folder, 'out')])).code).toBe(0)
  const csv = join(folder, 'predictions.csv')
  const { code, stdout } = await runAlone(['predict', weights, join(root, 'data/pima.arff'), '--out', csv])
  expect(code).toBe(0)

  const { all } = await loadDataset('pima')
  const scaled = fitStandardizer(all).apply(all)
  const { data: _, ...training } = file
  const backend = await openBackend({ prefer: 'wasm', workers: 0 })
  const spec = { ...training, network: { inputSize: 8, loss: 'binaryCrossentropy' as const, layers: [...training.network.layers] } }
  const result = await fit(backend, spec, { train: scaled })
  const expected = await result.predict(scaled.features)
  const { accuracy } = await result.evaluate(scaled)
  await backend.dispose()

  const { data } = readCsv(csv)
  expect(data.length).toBe(768)
  const found = data.map((row) => Number(row['probability tested_positive']))
  expect(found).toEqual([...expected].map((value) => Number(value.toPrecision(7))))
  expect(data.map((row) => row.class)).toEqual([...expected].map((value) => (value > 0.5 ? 'tested_positive' : 'tested_negative')))
  expect(stdout).toContain(`accuracy ${accuracy.toFixed(4)}`)
  expect(accuracy).toBeGreaterThan(0.7)
})

describe('Ctrl-C', () => {
  /** So many that most of them are left when the signal comes. */
  const EPOCHS = 5000

  test.each([
    ['in workers', '2'],
    ['on the main thread', '0'],
  ])('saves what was trained so far and exits with 130: %s', async (_, workers) => {
    const folder = temporaryFolder()
    const out = join(folder, 'out')
    const args = ['train', specFile(folder, { ...pimaFile, epochs: EPOCHS }), '--out', out, '--workers', workers]
    const { child, finished } = start(args)
    child.stderr.on('data', (chunk: Buffer) => {
      // Not at 10 %: progress counts steps, and the tenth's last epoch, not tested yet, would not be kept.
      if (chunk.includes('Training 20 %')) child.kill('SIGINT')
    })
    const { code, stdout, stderr } = await finished
    expect(stderr).toContain('Stopping and saving')
    expect(stdout).toMatch(/Interrupted after \d+ epochs/)
    expect(code).toBe(130)
    const { data } = readCsv(join(out, 'history.csv'))
    expect(data.length).toBeGreaterThanOrEqual(EPOCHS / 10)
    expect(data.length).toBeLessThan(EPOCHS)
    expect(JSON.parse(readFileSync(join(out, 'history.json'), 'utf8')).stopped).toBe('interrupted')
    const predicted = await run(['predict', join(out, 'weights.safetensors'), join(root, 'data/pima.arff')])
    expect(predicted.code).toBe(0)
  })
})

describe('bad input ends with 2 and says what to do', () => {
  const layers = pimaFile.network.layers
  test.each([
    ['a misspelt key', { ...pimaFile, bachSize: 5 }, /bachSize is not a field of the spec; did you mean "batchSize"\?/],
    [
      'a misspelt key of the data',
      { ...pimaFile, data: { ...pimaFile.data, scalling: 'none' } },
      /data\.scalling is not a field.*"scaling"/,
    ],
    [
      'an unknown activation',
      { ...pimaFile, network: { ...pimaFile.network, layers: [{ units: 3, activation: 'rellu' }] } },
      /rellu.*did you mean "relu"/,
    ],
    [
      'a width of 0',
      { ...pimaFile, network: { ...pimaFile.network, layers: [{ units: 0 }] } },
      /network\.layers\[0\]\.units is 0; it must be a whole number/,
    ],
    [
      'an input size the data has not',
      { ...pimaFile, network: { ...pimaFile.network, inputSize: 9 } },
      /inputSize is 9; the data has 8 features/,
    ],
    [
      'an output layer the classes do not fit',
      { ...pimaFile, network: { loss: 'categoricalCrossentropy', layers: [{ units: 3, activation: 'softmax' }] } },
      /layers\[0\]\.units is 3; the data has 2 classes/,
    ],
    [
      'a loss the data does not fit',
      { ...pimaFile, data: { source: 'pima', target: 'age' } },
      /loss is "binaryCrossentropy".*"meanSquaredError"/,
    ],
    ['a target that is not there', { ...pimaFile, data: { source: 'pima.csv', target: 'clas' } }, /there is no file or folder .*pima\.csv/],
    ['a data set that is not there', { ...pimaFile, data: { source: 'pimma' } }, /no data set "pimma".*did you mean "pima"/],
    ['a batch larger than the data', { ...pimaFile, batchSize: 5000 }, /batchSize is 5000/],
    [
      'columns of images',
      { ...pimaFile, data: { source: 'fashion-mnist', test: { seed: 1 } } },
      /data\.test is given; fashion-mnist is images/,
    ],
    ['no data', { network: { loss: 'binaryCrossentropy', layers } }, /data is missing/],
  ])('%s', async (_, content, message) => {
    const folder = temporaryFolder()
    const { code, stdout, stderr } = await run(['train', specFile(folder, content), '--out', join(folder, 'out'), '--workers', '0'])
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n {4}at /)
    expect(stdout).toBe('')
    expect(code).toBe(2)
    expect(existsSync(join(folder, 'out/weights.safetensors'))).toBe(false)
  })

  test('a file that is not there, is no YAML, or holds nothing', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'broken.yaml')
    expect(await run(['train', path])).toMatchObject({ code: 2, stderr: `error: ${path}: there is no such file or folder\n` })
    writeFileSync(path, 'network: {\n  loss')
    expect(await run(['train', path])).toMatchObject({ code: 2, stderr: expect.stringMatching(/broken\.yaml: .*line 2/s) })
    writeFileSync(path, '')
    expect(await run(['train', path])).toMatchObject({ code: 2, stderr: expect.stringContaining('must hold a mapping') })
  })

  test('a table that lacks a column or a value the network was trained on', async () => {
    const folder = temporaryFolder()
    await run(['train', specFile(folder, { ...pimaFile, epochs: 1 }), '--out', folder])
    const csv = join(folder, 'rows.csv')
    writeFileSync(csv, 'preg,plas,pres,skin,insu,mass,age\n1,2,3,4,5,6,7\n')
    const { code, stderr } = await run(['predict', join(folder, 'weights.safetensors'), csv])
    expect(stderr).toContain('"pedi"')
    expect(code).toBe(2)
    writeFileSync(csv, 'preg,plas,pres,skin,insu,mass,pedi,age\n1,2,3,,5,6,7,8\n')
    const hole = await run(['predict', join(folder, 'weights.safetensors'), csv])
    expect(hole).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`${csv}: line 2, column "skin": the value is missing; fill it in`),
    })
    expect(await run(['predict', csv, csv])).toMatchObject({ code: 2, stderr: expect.stringContaining('no safetensors file') })
  })

  test('a value that is missing is refused by line and column, or imputed when asked', async () => {
    const folder = temporaryFolder()
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 7 === 3 ? 'NaN' : i * 2},${i < 20 ? 'low' : 'high'}`)
    writeFileSync(join(folder, 'rows.csv'), `a,b,level\n${rows.join('\n')}\n`)
    const file = { ...pimaFile, data: { source: 'rows.csv', target: 'level' } }
    const refused = await run(['train', specFile(folder, file), '--out', join(folder, 'out')])
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/rows\.csv: line 5, column "b".*missing/) })
    const imputed = { ...file, data: { ...file.data, missing: 'median', scaling: 'minMax' } }
    expect((await run(['train', specFile(folder, imputed), '--out', join(folder, 'out')])).code).toBe(0)
    const predicted = await run(['predict', join(folder, 'out/weights.safetensors'), join(folder, 'rows.csv'), '--json'])
    expect(JSON.parse(predicted.stdout)).toMatchObject({ rows: 40, accuracy: expect.any(Number) })
  })
})
