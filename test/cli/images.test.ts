import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { withInputSize } from '../../src/cli/study-training.ts'
import { idxBytes } from '../data/build.ts'
import { run, temporaryFolder } from './support.ts'

/** Images from IDX files and sequences from tables on the command line, and studies over filters, windows, units and kinds of layers. */

const SIDE = 8
const ROWS = { train: 48, t10k: 16 }
const IMAGES = { inputSize: SIDE * SIDE, inputShape: [SIDE, SIDE] }

/** Stripes across and stripes down: no pixel alone tells which. */
function writeImages(folder: string, shape: readonly number[] = [SIDE, SIDE]): void {
  for (const [part, rows] of Object.entries(ROWS)) {
    const numbers = Array.from({ length: rows }, (_, n) => n)
    const image = (n: number) =>
      Array.from({ length: SIDE * SIDE }, (_, i) => (((n % 2 === 0 ? i >> 3 : i) + (n >> 1)) % 2 === 0 ? 250 - (n % 5) : n % 7))
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), idxBytes([rows, ...shape], numbers.flatMap(image)))
    writeFileSync(
      join(folder, `${part}-labels-idx1-ubyte`),
      idxBytes(
        [rows],
        numbers.map((n) => n % 2),
      ),
    )
  }
}

const conv = { type: 'conv2d', filters: 4, kernelSize: 3, activation: 'relu' }
const output = { units: 2, activation: 'softmax' }
const spec = {
  data: { source: '.', classNames: ['across', 'down'] },
  network: { loss: 'sparseCategoricalCrossentropy', layers: [conv, { type: 'globalMaxPooling2d' }, output] },
  optimizer: { name: 'adam', learningRate: 0.05 },
  epochs: 12,
}

const STUDY = {
  data: spec.data,
  space: {
    kind: { type: 'categorical', choices: ['conv2d', 'gru', 'lstm', 'dense'] },
    filters: { type: 'int', low: 2, high: 6, when: "kind == 'conv2d'" },
    kernelSize: { type: 'int', low: 3, high: 5, step: 2, when: "kind == 'conv2d'" },
    units: { type: 'int', low: 3, high: 9, log: true, when: "kind != 'conv2d'" },
  },
  train: {
    network: {
      loss: 'sparseCategoricalCrossentropy',
      layers: [
        { when: "kind == 'conv2d'", type: '$kind', filters: '$filters', kernelSize: '$kernelSize', activation: 'relu' },
        { when: "kind == 'conv2d'", type: 'globalMaxPooling2d' },
        { when: "kind != 'conv2d'", type: '$kind', units: '$units' },
        output,
      ],
    },
    optimizer: { name: 'adam', learningRate: 0.05 },
    epochs: 2,
  },
  objective: 'testAccuracy',
  sampler: 'random',
  budget: { trials: 12 },
}

describe('images', () => {
  let folder: string
  beforeEach(() => {
    folder = temporaryFolder()
    writeImages(folder)
  })
  const write = (name: string, content: unknown): string => {
    writeFileSync(join(folder, name), JSON.stringify(content))
    return name
  }

  test.each([
    ['.onnx', [SIDE, SIDE]],
    ['.keras', [SIDE, SIDE, 1]],
  ])('train a convolution on IDX files, saved as %s, which predicts the same; of files of shape %j', async (ending, shape) => {
    writeImages(folder, shape)
    const saved = `network${ending}`
    const { code, stderr, stdout } = await run(['train', write('train.json', spec), '--out', 'out', '--save', saved], folder)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('Training a network 8x8x1-6x6x4-4-2 on 48 rows, testing on 16')
    expect(stdout).toContain('test accuracy 1.0000')
    const [own, other] = [await run(['predict', 'out/weights.safetensors', '.'], folder), await run(['predict', saved, '.'], folder)]
    expect(own.stdout.split('\n')[1]).toMatch(/^1,across,0\.\d+,/)
    expect(other.stdout).toBe(own.stdout)
    expect(other.stderr).toContain('Predicted 16 rows; accuracy 1,')
  })

  test('are searched over kinds of layers, filters, windows and units, with importances and a report of all', async () => {
    const { code, stderr, stdout } = await run(['study', write('study.json', STUDY)], folder)
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('12 trials: 12 complete')
    const { stdout: table } = await run(['importance', 'study.journal'], folder)
    for (const name of Object.keys(STUDY.space)) expect(table).toMatch(new RegExp(`│ ${name} +│ +[01]\\.\\d`))
    expect((await run(['report', 'study.journal'], folder)).code).toBe(0)
    const report = readFileSync(join(folder, 'study.html'), 'utf8')
    for (const text of ['conv2d', 'lstm', 'kernelSize', '12 trials']) expect(report).toContain(text)
    const more = await run(['resume', 'study.journal', '--trials', '13'], folder)
    expect(more.stdout, more.stderr).toContain('13 trials: 13 complete')
  })

  test.each([
    ['a window larger than an image', { ...conv, kernelSize: 9 }, 'the window of conv2d is larger than rows of shape [8, 8, 1]'],
    ['a sequence of what is none', { ...conv, type: 'conv1d' }, 'globalMaxPooling2d takes an image'],
  ])('refuses %s, by its layer', async (_what, first, message) => {
    const network = { ...spec.network, layers: [first, ...spec.network.layers.slice(1)] }
    const { code, stderr } = await run(['train', write('bad.json', { ...spec, network })], folder)
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })

  test('leave templates of dense layers with the inputSize that journals of 0.1.0 have, and others open', () => {
    const templateOf = (layers: readonly object[]) => withInputSize({ train: { network: { layers } } } as never, IMAGES as never).network
    expect(templateOf([{ units: 3 }, { units: 2 }])).toMatchObject({ inputSize: 64 })
    expect(templateOf(STUDY.train.network.layers)).not.toHaveProperty('inputSize')
  })

  test('refuses a shape that the rows do not have', async () => {
    const network = { ...spec.network, inputShape: [8, 7, 1] }
    const { code, stderr } = await run(['train', write('bad.json', { ...spec, network })], folder)
    expect(stderr).toContain('network.inputShape is [8, 7, 1], which has 56 numbers; the data has 64 features')
    expect(code).toBe(2)
  })
})

describe('sequences', () => {
  test('of tokens end where they end: missing: zero fills the cells behind, in training and in prediction', async () => {
    const folder = temporaryFolder()
    const rows = Array.from({ length: 60 }, (_, n) => {
      const tokens = Array.from({ length: 2 + (n % 3) }, (_, i) => 1 + ((n * 7 + i * i * 3) % 5))
      return [...tokens, ...Array(4 - tokens.length).fill(''), (tokens.at(-1) ?? 0) > 3 ? 'high' : 'low'].join()
    })
    writeFileSync(join(folder, 'words.csv'), ['a,b,c,d,last', ...rows, ''].join('\n'))
    const layers = [
      { type: 'embedding', inputDim: 6, outputDim: 4, maskZero: true },
      { type: 'gru', units: 6 },
      { units: 1, activation: 'sigmoid' },
    ]
    const file = {
      data: { source: 'words.csv', missing: 'zero', test: { fraction: 0 } },
      network: { loss: 'binaryCrossentropy', layers },
      optimizer: { name: 'adam', learningRate: 0.05 },
      epochs: 40,
    }
    writeFileSync(join(folder, 'words.json'), JSON.stringify(file))
    const { code, stderr, stdout } = await run(['train', 'words.json', '--out', 'out'], folder)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('Training a network 4-4x4-6-1 on 60 rows')
    expect(stdout).toContain('accuracy 1.0000')
    writeFileSync(join(folder, 'new.csv'), 'a,b,c,d\n1,5,,\n5,1,,\n')
    const predicted = await run(['predict', 'out/weights.safetensors', 'new.csv'], folder)
    expect(
      predicted.stdout
        .split('\n')
        .slice(1, 3)
        .map((line) => line.split(',')[1]),
    ).toEqual(['high', 'low'])
  })
})
