// `loadDataset`: the data sets that have a name.

import { InvalidSpecError } from '../core/errors.ts'
import { shown } from '../core/shown.ts'
import { suggest } from '../core/suggest.ts'
import { parseArff } from './arff.ts'
import { checkOptions } from './check.ts'
import type { Dataset } from './dataset.ts'
import { type DownloadOptions, download, fileAt } from './download.ts'
import { assembleFashionMnist } from './fashion-mnist.ts'
import { type Split, type SplitOptions, trainTestSplit } from './split.ts'

/** The data sets that can be loaded by name. */
export const datasetNames = ['pima', 'fashion-mnist'] as const
/** A data set that `loadDataset` knows. */
export type DatasetName = (typeof datasetNames)[number]

/** Where the files of a data set are, or come from. */
export interface LoadOptions extends DownloadOptions {
  /** Node: the folder that holds the files, instead of the places usually looked in. */
  readonly folder?: string
  /** The address of a folder that holds the files. A browser needs it for fashion-mnist. */
  readonly url?: string | URL
  /** Node: whether to fetch a data set that is not on this machine. Default true. */
  readonly download?: boolean
}

/** Where the file is, and how its rows are split. */
export type LoadPimaOptions = LoadOptions & SplitOptions

/** What `espalier/node` has for this file. It is imported by name at run time, in Node only: browsers never see its `node:` imports. */
interface NodeSide {
  readFashionMnist(options: LoadOptions): Promise<Split>
  readPimaText(options: LoadOptions): Promise<string>
}

/** Not a literal, or bundlers for browsers would follow it. */
const nodeEntry = ['espalier', 'node'].join('/')

async function nodeSide({ url }: LoadOptions): Promise<NodeSide | undefined> {
  const { process } = globalThis as { process?: { versions?: { node?: string } } }
  if (url !== undefined || process?.versions?.node === undefined) return undefined
  return (await import(/* @vite-ignore */ /* webpackIgnore: true */ nodeEntry)) as NodeSide
}

async function loadPima(options: LoadPimaOptions): Promise<Split & { readonly all: Dataset }> {
  const node = await nodeSide(options)
  // Beside dist/, where the package has its copy; bundlers know this form and bring the file along.
  const address = () => (options.url === undefined ? new URL('../data/pima.arff', import.meta.url) : fileAt(options.url, 'pima.arff'))
  const text = node ? await node.readPimaText(options) : new TextDecoder().decode(await download(address(), options))
  const all = parseArff(text, { target: 'class' })
  const { testFraction, testRows, seed, shuffle, stratify = shuffle !== false } = options
  const split: SplitOptions = {
    stratify,
    ...(testFraction !== undefined && { testFraction }),
    ...(testRows !== undefined && { testRows }),
    ...(seed !== undefined && { seed }),
    ...(shuffle !== undefined && { shuffle }),
  }
  return { ...trainTestSplit(all, split), all }
}

async function loadFashionMnist(options: LoadOptions): Promise<Split> {
  const node = await nodeSide(options)
  if (node) return node.readFashionMnist(options)
  const { url } = options
  if (url === undefined)
    throw new InvalidSpecError(
      `url is undefined; in a browser, loadDataset('fashion-mnist', { url }) needs the address of a folder with the four .gz files`,
    )
  return assembleFashionMnist(async (file) => {
    const address = fileAt(url, `${file}.gz`)
    return { source: address.href, bytes: await download(address, options) }
  })
}

/**
 * Loads a data set by name.
 *
 * `pima`: the Pima Indians diabetes data, 768 rows of 8 features, raw, binary (`tested_positive` is 1), which comes with the package;
 * split into test (20 % unless testFraction or testRows says otherwise) and train, stratified by default, by `seed`; `all` is both.
 *
 * `fashion-mnist`: 60,000 and 10,000 rows of 784 bytes, scale 1/255, 10 classes, as published. Node looks in `folder`, or else in
 * ESPALIER_DATA, Debian's /usr/share/datasets/fashion-mnist and the caches, and fetches it if it is in none (see `fetchFashionMnist`
 * of `espalier/node`); a browser fetches from `url`. Every file is checked against its SHA-256.
 *
 * Throws InvalidSpecError for an unknown name, DataUnavailableError where a file cannot be had, InvalidDataError where one is damaged.
 */
export function loadDataset(name: 'pima', options?: LoadPimaOptions): Promise<Split & { readonly all: Dataset }>
export function loadDataset(name: 'fashion-mnist', options?: LoadOptions): Promise<Split>
export function loadDataset(name: string, options?: LoadPimaOptions): Promise<Split & { readonly all?: Dataset }>
export async function loadDataset(name: string, options: LoadPimaOptions = {}): Promise<Split & { readonly all?: Dataset }> {
  checkOptions(options, 'loadDataset')
  if (name === 'pima') return loadPima(options)
  if (name === 'fashion-mnist') return loadFashionMnist(options)
  if (typeof name !== 'string') throw new InvalidSpecError(`the name is ${shown(name)}; it must be one of ${datasetNames.join(', ')}`)
  throw new InvalidSpecError(`there is no data set "${name}"${suggest(name, datasetNames) || `; there are ${datasetNames.join(', ')}`}`)
}
