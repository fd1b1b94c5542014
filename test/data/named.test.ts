import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeDataset, loadDataset } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gzip, idxBytes } from './build.ts'
import { fashionFolder, fashionReason } from './fashion.ts'

describe("loadDataset('pima')", () => {
  it('has the rows, classes, means and deviations its documentation states', async () => {
    const { all } = await loadDataset('pima')
    const summary = describeDataset(all)
    expect(summary).toMatchObject({ rows: 768, inputSize: 8, outputSize: 1, task: 'binary' })
    expect(summary.classes.map(({ name, rows }) => [name, rows])).toEqual([
      ['tested_negative', 500],
      ['tested_positive', 268],
    ])
    expect(summary.features.map(({ mean }) => mean.toFixed(1))).toEqual(['3.8', '120.9', '69.1', '20.5', '79.8', '32.0', '0.5', '33.2'])
    // The file's own table divides by n - 1.
    const sample = Math.sqrt(768 / 767)
    const deviations = summary.features.map(({ standardDeviation }) => (standardDeviation * sample).toFixed(1))
    expect(deviations).toEqual(['3.4', '32.0', '19.4', '16.0', '115.2', '7.9', '0.3', '11.8'])
    expect(Array.from(all.features.subarray(0, 8))).toEqual([6, 148, 72, 35, 0, Math.fround(33.6), Math.fround(0.627), 50])
    expect(Array.from(all.targets.subarray(0, 5))).toEqual([1, 0, 1, 0, 1])
  })

  it('is split 614 to 154, stratified, unless told otherwise', async () => {
    const { train, test } = await loadDataset('pima')
    expect([train.rows, test.rows]).toEqual([614, 154])
    expect(describeDataset(test).classes.map(({ rows }) => rows)).toEqual([100, 54])
    const last = await loadDataset('pima', { testRows: 192, shuffle: false })
    expect(last.train.features).toEqual(last.all.features.subarray(0, 576 * 8))
    expect((await loadDataset('pima', { seed: 1 })).test.features).not.toEqual(test.features)
  })

  it('says where it looked when told a folder without it', async () => {
    await expect(loadDataset('pima', { folder: '/nowhere' })).rejects.toThrow('/nowhere/pima.arff: there is no such file')
  })
})

it('suggests a name for one that is not known', async () => {
  await expect(loadDataset('fashion-mist')).rejects.toThrow('there is no data set "fashion-mist"; did you mean "fashion-mnist"?')
})

describe.skipIf(fashionFolder === undefined)(`loadDataset('fashion-mnist')${fashionReason}`, () => {
  it('has 60,000 and 10,000 images as published', async () => {
    const { train, test } = await loadDataset('fashion-mnist', { download: false })
    expect(train).toMatchObject({ rows: 60000, inputSize: 784, outputSize: 10, scale: 1 / 255, task: 'multiclass' })
    expect(test).toMatchObject({ rows: 10000, inputSize: 784 })
    expect(Array.from(train.targets.subarray(0, 5))).toEqual([9, 0, 0, 3, 0])
    expect(train.classNames[9]).toBe('Ankle boot')
    expect(describeDataset(train).classes.map(({ rows }) => rows)).toEqual(new Array(10).fill(6000))
    const { features } = describeDataset(train)
    // The mean pixel, 0.2860, is what users of the set normalise by.
    expect(features.reduce((sum, { mean }) => sum + mean, 0) / 784).toBeCloseTo(0.286, 4)
  })
})

describe("loadDataset('fashion-mnist') of damaged files", () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espalier-'))
    await writeFile(join(folder, 'train-labels-idx1-ubyte.gz'), gzip(idxBytes([2], [9, 0])))
    await writeFile(join(folder, 't10k-labels-idx1-ubyte'), idxBytes([2], [9, 0]))
    await writeFile(join(folder, 't10k-images-idx3-ubyte'), idxBytes([2, 1, 1], [9, 0]))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('names a file that is missing', async () => {
    const load = loadDataset('fashion-mnist', { folder })
    await expect(load).rejects.toThrow(`${folder}: Fashion-MNIST is not all there; missing train-images-idx3-ubyte.gz`)
    await expect(load).rejects.toMatchObject({ name: 'DataUnavailableError' })
  })

  it('names a file whose checksum is wrong', async () => {
    await writeFile(join(folder, 'train-images-idx3-ubyte'), idxBytes([2, 1, 1], [9, 0]))
    const load = loadDataset('fashion-mnist', { folder })
    await expect(load).rejects.toThrow(
      /train-labels-idx1-ubyte\.gz: the SHA-256 of its unpacked content is .* delete the file and fetch it again/,
    )
    await expect(load).rejects.toMatchObject({ name: 'InvalidDataError' })
  })
})
