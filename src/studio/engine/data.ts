// Reads the data of studies: dropped files and samples.

import { at } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { parseArff } from '../../data/arff.ts'
import type { Dataset } from '../../data/dataset.ts'
import { download } from '../../data/download.ts'
import { loadDataset } from '../../data/load.ts'
import { type Split, trainTestSplit } from '../../data/split.ts'
import { fitMinMax, fitStandardizer, type TransformNumbers } from '../../data/transform.ts'
import { prepareTable } from '../../prepare/index.ts'
import { FORMATS, type ReadingOptions } from '../../table/options.ts'
import { readTable } from '../../table/read.ts'
import type { Table } from '../../table/table.ts'
import { type DataSource, filesOf, imagesTitle, readingOf, SAMPLE_FILES, type StoredFile, type StudioConfig } from '../config.ts'
import { prepareOptions, splitOptions, tableSplitOptions } from '../dataOptions.ts'
import type { DataDescription } from '../description.ts'
import type { PictureShape } from '../pictures.ts'
import type { DataRequest } from '../protocol.ts'
import { describeTable } from './describeTable.ts'
import type { Files } from './files.ts'
import { Latest } from './latest.ts'
import { arePictures, isArchive } from './pictures/recognize.ts'
import { datasetOf, type IdxFile, type IdxPair, isIdx, type NamedBytes, pairIdx, readIdx } from './reading.ts'

/** Rows ready to train on, and of images what was learnt from the training part to scale them, in the order it was applied. */
export interface StudioData extends Split {
  readonly transforms: readonly TransformNumbers[]
}

/** Reads what studies train on: dropped files, and the samples that lie beside the studio. */
export class DataReader {
  readonly #files: Files
  readonly #samples: URL
  // A page asks again at every change of a configuration, and most of them are not of the data.
  readonly #loaded = new Latest<StudioData>()
  readonly #tables = new Latest<Table>()
  readonly #splits = new Latest<ReadImages>()

  /** @param samples the address of the folder with `pima.arff`, and `fashion-mnist/` where there is one */
  constructor(files: Files, samples: URL) {
    this.#files = files
    this.#samples = samples
  }

  /** Files that were dropped are kept if they can be read. @throws InvalidDataError, DataUnavailableError, JournalError */
  async describe(request: DataRequest): Promise<DataDescription> {
    if (request.kind === 'stored') return this.#describe(request.source)
    if (request.kind === 'sample') return this.#describe({ kind: 'sample', name: request.name })
    const { source, said } = await this.#sourceOf(request)
    const description = await this.#describe(source)
    await this.#files.keep(filesOf(source))
    return { ...description, problems: [...description.problems, ...said.map((message) => ({ message }))] }
  }

  /** The data as a configuration wants it. @throws InvalidDataError, InvalidSpecError, DataUnavailableError */
  load(config: StudioConfig['data']): Promise<StudioData> {
    return this.#loaded.get(JSON.stringify(config), async () => {
      const { source } = config
      if (isTable(source)) return prepared(await this.#table(source), config)
      const { train, test } = await this.#images(source)
      return scaled(test === undefined ? trainTestSplit(train, splitOptions(config)) : { train, test }, config)
    })
  }

  /** The Pima data whole, for a replay. */
  async pima(): Promise<Dataset> {
    return parseArff(new TextDecoder().decode((await this.#sample('pima')).bytes), { target: 'class' })
  }

  /** Fashion-MNIST's two parts as published, for a replay. */
  async fashion(): Promise<Split> {
    const { train, test } = await this.#images({ kind: 'sample', name: 'fashion-mnist' })
    if (test === undefined) throw new Error('Fashion-MNIST has a test part')
    return { train, test }
  }

  async #sourceOf(request: Extract<DataRequest, { kind: 'files' }>): Promise<Sourced> {
    const { paths = [], reading = {}, pictures } = request
    const dropped = await Promise.all(
      request.files.map(async (file, i) => ({ name: paths[i] ?? file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
    )
    const isOne = dropped.length === 1 && !dropped.some(isArchive)
    const { files, said } = isOne ? { files: dropped, said: [] } : await (await import('./pictures/opened.ts')).opened(dropped)
    if (arePictures(files)) {
      const { readPictures } = await import('./pictures/read.ts')
      const { images, labels, said: saidOf, ...folder } = await readPictures(files, pictures ?? {})
      const train: [StoredFile, StoredFile] = [await this.#files.take(images), await this.#files.take(labels)]
      return { source: { kind: 'idx', train, test: null, folder }, said: saidOf }
    }
    return { source: await (files.some(isIdx) ? this.#idxSourceOf(files) : this.#tableSourceOf(files, reading)), said }
  }

  async #idxSourceOf(dropped: readonly NamedBytes[]): Promise<DataSource> {
    const { train, test } = pairIdx(await Promise.all(dropped.map(readIdx)))
    const take = async ({ images, labels }: IdxPair): Promise<[StoredFile, StoredFile]> => [
      await this.#files.take(images),
      await this.#files.take(labels),
    ]
    return { kind: 'idx', train: await take(train), test: test === undefined ? null : await take(test) }
  }

  async #tableSourceOf(dropped: readonly NamedBytes[], reading: ReadingOptions): Promise<DataSource> {
    const [first] = dropped
    if (first === undefined) throw new InvalidDataError('there is no file')
    if (dropped.length > 1) {
      const names = dropped.slice(0, 5).map(({ name }) => name)
      throw new InvalidDataError(
        `${names.join(', ')}${dropped.length > 5 ? ' …' : ''}: a table is one file; drop one of them (the files of IDX images and labels go together)`,
      )
    }
    const file = await this.#files.take(first)
    const { guesses } = await this.#read(file.digest, first, reading)
    const format = FORMATS.find((one) => guesses.some(({ of, value }) => of === 'format' && value === one)) ?? reading.format ?? 'csv'
    return { kind: 'table', format, file, header: null, delimiter: null, ...(Object.keys(reading).length > 0 && { reading }) }
  }

  /** Whether it is pictures, or else a table. */
  hasPictures(source: DataSource): boolean {
    return !isTable(source)
  }

  /** What people call it. */
  titleOf(source: DataSource): string {
    if (source.kind === 'table') return source.file.name
    if (source.kind === 'idx') return imagesTitle(source)
    return source.name === 'fashion-mnist' ? 'Fashion-MNIST' : SAMPLE_TITLES[source.name]
  }

  async #describe(source: DataSource): Promise<DataDescription> {
    const title = this.titleOf(source)
    if (isTable(source)) return describeTable(await this.#table(source), source, title)
    const { train, test } = await this.#images(source)
    const shape = await this.#shapeOf(source, train)
    const counts = train.classNames.map(() => 0)
    for (const own of train.targets) counts[own] = at(counts, own) + 1
    return {
      ...{
        source,
        title,
        rows: train.rows,
        testRows: test?.rows ?? 0,
        columns: [],
        preview: [],
        target: undefined,
        guesses: [],
        problems: [],
      },
      images: {
        ...{
          inputSize: train.inputSize,
          classes: train.classNames,
          counts,
          shape,
          isFolder: source.kind === 'idx' && source.folder !== undefined,
          isAnswered: shape[0] > 1 && shape[1] > 1,
        },
      },
    }
  }

  /** Pictures as they are learned from. @throws InvalidDataError, DataUnavailableError */
  async pictures(source: DataSource): Promise<{ readonly data: Dataset; readonly shape: PictureShape }> {
    if (isTable(source)) throw new InvalidDataError('a table has no pictures')
    const { train } = await this.#images(source)
    return { data: train, shape: await this.#shapeOf(source, train) }
  }

  /** The files of a folder of pictures, as IDX. */
  async idxFiles({ train: [images, labels] }: Extract<DataSource, { kind: 'idx' }>): Promise<readonly NamedBytes[]> {
    return Promise.all([images, labels].map(async (file) => ({ name: file.name, bytes: await this.#files.read(file) })))
  }

  /** Rows, columns and channels; of anything else than pictures one row. */
  async #shapeOf(source: Exclude<DataSource, TableSource>, { inputSize }: Dataset): Promise<PictureShape> {
    if (source.kind === 'sample') return [28, 28, 1]
    const [, height = 1, width = 1, channels = 1] = (await this.#idx(source.train[0])).array.shape
    return height * width * channels === inputSize ? [height, width, channels] : [1, inputSize, 1]
  }

  /** @throws InvalidDataError for pictures as well, InvalidSpecError, DataUnavailableError */
  async tableOf(source: DataSource): Promise<Table> {
    if (isTable(source)) return this.#table(source)
    throw new InvalidDataError('pictures have no columns to learn from one by one: run a study of them')
  }

  /** The typed columns of a source. @throws InvalidDataError, DataUnavailableError */
  async #table(source: TableSource): Promise<Table> {
    if (source.kind === 'sample') {
      const file = await this.#sample(source.name)
      return this.#read(source.name, file, readingOf(source))
    }
    const { name, digest } = source.file
    return this.#read(digest, { name, bytes: await this.#files.read(source.file) }, readingOf(source))
  }

  /** @param key by which the bytes are known */
  #read(key: string, { name, bytes }: NamedBytes, reading: ReadingOptions): Promise<Table> {
    return this.#tables.get(JSON.stringify([key, reading]), () => readTable(bytes, { ...reading, name }))
  }

  async #sample(name: SampleTable): Promise<NamedBytes> {
    const file = SAMPLE_FILES[name]
    return { name: file, bytes: await download(new URL(file, this.#samples)) }
  }

  #images(source: Exclude<DataSource, TableSource>): Promise<ReadImages> {
    const read = async ([images, labels]: readonly [StoredFile, StoredFile]): Promise<Dataset> =>
      datasetOf(
        { images: await this.#idx(images), labels: await this.#idx(labels) },
        source.kind === 'idx' ? source.folder?.classes : undefined,
      )
    return this.#splits.get(JSON.stringify(source), async () => {
      if (source.kind === 'sample') return loadDataset('fashion-mnist', { url: new URL('fashion-mnist/', this.#samples) })
      const { train, test } = source
      return { train: await read(train), test: test === null ? undefined : await read(test) }
    })
  }

  async #idx(file: StoredFile): Promise<IdxFile> {
    return readIdx({ name: file.name, bytes: await this.#files.read(file) })
  }
}

interface Sourced {
  readonly source: DataSource
  /** What a person should know of the files. */
  readonly said: readonly string[]
}

interface ReadImages {
  readonly train: Dataset
  readonly test: Dataset | undefined
}

type SampleTable = keyof typeof SAMPLE_FILES
const SAMPLE_TITLES: Readonly<Record<SampleTable, string>> = {
  pima: 'Pima Indians diabetes',
  'auto-mpg': 'Miles per gallon of cars',
  concrete: 'Strength of concrete',
  votes: 'Votes of the US House, 1984',
}

type TableSource =
  | Extract<DataSource, { kind: 'table' }>
  | { readonly kind: 'sample'; readonly name: SampleTable; readonly reading?: ReadingOptions | undefined }

const isTable = (source: DataSource): source is TableSource =>
  source.kind === 'table' || (source.kind === 'sample' && source.name in SAMPLE_FILES)

/** Scales images by what their training part says. */
function scaled({ train, test }: Split, { scaling }: StudioConfig['data']): StudioData {
  const fitted = { none: undefined, standardize: fitStandardizer, minMax: fitMinMax }[scaling]?.(train)
  if (fitted === undefined) return { train, test, transforms: [] }
  return { train: fitted.apply(train), test: fitted.apply(test), transforms: [fitted] }
}

/** A table by what its training rows say. @throws InvalidDataError, InvalidSpecError */
function prepared(table: Table, config: StudioConfig['data']): StudioData {
  const { train, test } = prepareTable(table, prepareOptions(config), tableSplitOptions(config))
  if (test === undefined) throw new Error('a part of the rows is always tested on')
  return { train, test, transforms: [] }
}
