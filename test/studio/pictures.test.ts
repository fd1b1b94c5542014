import { gzipSync, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { at } from '../../src/core/at.ts'
import { fromArrays } from '../../src/data/arrays.ts'
import { foldersOf } from '../../src/studio/engine/pictures/files.ts'
import { judge } from '../../src/studio/engine/pictures/judge.ts'
import { Likeness } from '../../src/studio/engine/pictures/likeness.ts'
import { opened } from '../../src/studio/engine/pictures/opened.ts'
import { partsOf } from '../../src/studio/engine/pictures/parts.ts'
import type { Option } from '../../src/studio/engine/pictures/race.ts'
import { arePictures, isArchive } from '../../src/studio/engine/pictures/recognize.ts'
import type { NamedBytes } from '../../src/studio/engine/reading.ts'
import { drawn } from '../support/pictures.ts'

const file = (name: string, bytes = new Uint8Array([1])) => ({ name, bytes })
const zip = (...paths: string[]) =>
  file('all.zip', Uint8Array.from(zipSync(Object.fromEntries(paths.map((path) => [path, new Uint8Array([1])])))))

const foldersIn = async (...dropped: readonly NamedBytes[]) => foldersOf((await opened(dropped)).files)

describe('folders of pictures', () => {
  it('are known by names, and archives by their end: a spreadsheet is one too', () => {
    expect(arePictures([file('a/b.PNG'), file('a/readme.txt')])).toBe(true)
    expect(isArchive(zip('a/b.png'))).toBe(true)
    expect(isArchive({ ...zip('xl/workbook.xml'), name: 'book.xlsx' })).toBe(false)
    expect(arePictures([file('table.csv')])).toBe(false)
  })

  it('are classes, by the first folder that tells them apart, or the one below parts of a data set', async () => {
    const found = await foldersIn(
      zip('x/train/cat/1.png', 'x/train/dog/2.jpg', 'x/test/cat/3.png', 'x/.DS_Store', 'x/notes.txt', '__MACOSX/x/train/cat/._1.png'),
    )
    expect(found.classes).toEqual(['cat', 'dog'])
    expect(found.files.map(({ path, label }) => [path, label])).toEqual([
      ['all.zip/x/train/cat/1.png', 0],
      ['all.zip/x/train/dog/2.jpg', 1],
      ['all.zip/x/test/cat/3.png', 0],
    ])
    expect(found.said).toEqual([
      'The folders train, test are taken as one: which pictures judge is dealt out anew.',
      '1 other file is left out.',
    ])
  })

  it('are classes with all that lies in them, however deep', async () => {
    const days = await foldersIn(zip('f/rose/day1/1.jpg', 'f/rose/day2/2.jpg', 'f/tulip/day1/3.jpg', 'f/tulip/4.jpg'))
    expect(days.classes).toEqual(['rose', 'tulip'])
    expect(days.files.map(({ label }) => label)).toEqual([0, 0, 1, 1])
    expect(days.said).toEqual([])
    const parts = await foldersIn(zip('Train/rose/a/1.jpg', 'Train/tulip/2.jpg', 'validation/rose/3.jpg'))
    expect(parts.classes).toEqual(['rose', 'tulip'])
    expect(parts.said).toEqual(['The folders Train, validation are taken as one: which pictures judge is dealt out anew.'])
  })

  it('leave out what lies beside them, in an archive, a folder or several', async () => {
    const beside = (await foldersIn(zip('x/cat/1.png', 'x/dog/2.png', 'x/cover.png'))).said
    expect(beside).toEqual(['Beside the folders of the others, and left out: all.zip/x/cover.png.'])
    const several = await foldersIn(file('cat/1.png'), file('dog/2.png'), file('3.png'), file('4.png'))
    expect(several.classes).toEqual(['cat', 'dog'])
    expect(several.said).toEqual(['Beside the folders of the others, and left out: 3.png, 4.png.'])
  })

  it('are refused where there is nothing to tell apart', async () => {
    await expect(foldersIn(zip('a/1.png', 'a/2.png'))).rejects.toThrow('the pictures of all.zip lie in one folder, “a”')
    await expect(foldersIn(zip('a/1.png', '2.png'))).rejects.toThrow('the pictures of all.zip lie in one folder, “a”')
    await expect(foldersIn(file('a.zip', zip('a/').bytes))).rejects.toThrow('a.zip: there are no files in it')
    const damaged = zip('a/1.png')
    damaged.bytes.fill(0xff, 8)
    await expect(foldersIn(damaged)).rejects.toThrow('all.zip is no ZIP archive that can be read')
  })
})

describe('archives and folders of other files', () => {
  it('are IDX files, packed or not, or the one table in them; what else lies there is left out, and said', async () => {
    const idx = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 0])
    const [train, labels] = [gzipSync(idx), idx].map((bytes) => Uint8Array.from(bytes))
    const packed = zipSync({
      'f/train-images.gz': train ?? idx,
      'f/train-labels': labels ?? idx,
      '__MACOSX/f/._train-images.gz': idx,
      'f/README.md': idx.slice(4),
    })
    expect(await opened([file('f.zip', Uint8Array.from(packed))])).toMatchObject({
      files: [{ name: 'f.zip/f/train-images.gz' }, { name: 'f.zip/f/train-labels' }],
      said: ['1 other file is left out.'],
    })
    expect(await opened([zip('iris/iris.csv', 'iris/iris.names', 'iris/.DS_Store')])).toMatchObject({
      files: [{ name: 'all.zip/iris/iris.csv' }],
      said: ['1 other file is left out.'],
    })
    expect((await opened([zip('a.csv', 'b.csv')])).files).toHaveLength(2)
  })
})

describe('an answer for pictures', () => {
  const draw = drawn(5)
  const rows = 200
  const features = Uint8Array.from({ length: rows * 64 }, () => Math.floor(draw() * 256))
  const targets = Uint8Array.from({ length: rows }, (_, row) => row % 2)
  const data = fromArrays({ features, targets, task: 'multiclass', inputSize: 64, scale: 1 / 255, classNames: ['no', 'yes'] })
  const parts = partsOf(data, 0)
  const option = (name: 'line' | 'dense' | 'wide', rightOf: (row: number) => number): Option => {
    const said = Float64Array.from({ length: 2 * rows }, (_, i) => {
      const right = rightOf(Math.floor(i / 2))
      return i % 2 === parts.actual[Math.floor(i / 2)] ? right : 1 - right
    })
    const losses = Float64Array.from({ length: rows }, (_, row) => -Math.log(rightOf(row)))
    return {
      candidate: { name, title: name, spec: { network: { inputSize: 64, layers: [], loss: 'categoricalCrossentropy' } } },
      epochs: 1,
      said,
      losses,
      networks: [],
    } as Option
  }

  it('holds every picture out once, and every class in every part', () => {
    expect([...parts.rows].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row))
    for (const { test } of parts.parts) expect(Array.from(test.targets).filter((own) => own === 1)).toHaveLength(20)
    expect(() => partsOf({ ...data, rows: 12 }, 0)).toThrow('there are 12 pictures; at least 20 are needed')
  })

  it('is no better than guessing where networks are chosen by luck: those that choose never judge', () => {
    // Of a hundred networks that guess, the best looks good on the very pictures that it is chosen by.
    const luck = Array.from({ length: 100 }, () => {
      const sure = Float64Array.from({ length: rows }, () => (draw() < 0.5 ? 0.35 : 0.65))
      return option('dense', (row) => sure[row] ?? 0.5)
    })
    const { score } = judge([option('line', () => 0.5), ...luck], parts)
    expect(score.verdict).toBe('noBetterThanGuessing')
    const [accuracy] = score.metrics.filter(({ name }) => name === 'accuracy')
    expect(accuracy?.interval[0]).toBeLessThan(0.5)
    expect(accuracy?.interval[1]).toBeGreaterThan(0.5)
  })

  it('says which kind of network does better, for real', () => {
    /** Right as often as it says. */
    const says = (chance: number) => Float64Array.from({ length: rows }, () => (draw() < chance ? chance : 1 - chance))
    const [poor, other, good] = [says(0.6), says(0.6), says(0.95)]
    const line = option('line', () => 0.5)
    expect(judge([line, option('dense', (row) => at(poor, row)), option('wide', (row) => at(good, row))], parts).kinds).toBe(
      'Networks with convolutions do better than a dense one.',
    )
    expect(judge([line, option('dense', (row) => at(poor, row)), option('wide', (row) => at(other, row))], parts).kinds).toBe(
      'Networks with convolutions and a dense one cannot be told apart.',
    )
    expect(judge([line, option('wide', (row) => at(good, row))], parts)).toMatchObject({
      kinds: undefined,
      score: { verdict: 'betterThanLinear' },
    })
  })

  it('knows a picture that is like no other', () => {
    const likeness = new Likeness(data, [8, 8, 1])
    expect(likeness.isOutside(features.slice(0, 64))).toBe(false)
    expect(likeness.isOutside(new Uint8Array(64).fill(255))).toBe(true)
  })
})
