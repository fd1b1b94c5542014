// Reads the data that a command names.

import { stat } from 'node:fs/promises'
import { suggest } from '../core/suggest.ts'
import { parseArff } from '../data/arff.ts'
import type { DownloadProgress } from '../data/download.ts'
import { readDataset, readIdxFolder, readPimaText } from '../data/node.ts'
import { type Dataset, datasetNames, loadDataset, type Split, type TableOptions } from '../index.ts'
import { UsageError } from './exit.ts'
import { type Progress, startProgress } from './progress.ts'

/** One set of rows, or the two parts a source comes in. */
export type Source = { readonly all: Dataset } | Split

/** A fetch shows a bar; what is on this machine already shows none. */
async function loadFashionMnist(signal: AbortSignal | undefined): Promise<Split> {
  let progress: Progress | undefined
  const onProgress = ({ file, loaded, total }: DownloadProgress) => {
    progress ??= startProgress('Fetching fashion-mnist')
    if (total) progress.update(loaded / total, file)
  }
  try {
    return await loadDataset('fashion-mnist', { onProgress, signal })
  } finally {
    progress?.stop()
  }
}

function refuseColumns(source: string, { target }: TableOptions): void {
  if (target !== undefined)
    throw new UsageError(`the target is said to be ${JSON.stringify(target)}; ${source} has no columns, so leave it out`)
}

/**
 * Reads what a person named: a data set of the package, a file, or a folder of IDX files. `path` is where a file would be.
 * @throws UsageError when it is none of them
 */
export async function readSource(source: string, path: string, options: TableOptions = {}, signal?: AbortSignal): Promise<Source> {
  if (source === 'pima') return { all: parseArff(await readPimaText({}), { target: 'class', ...options }) }
  if (source === 'fashion-mnist') {
    refuseColumns(source, options)
    return loadFashionMnist(signal)
  }
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) {
    const looksLikePath = /[./\\]/.test(source)
    throw new UsageError(
      looksLikePath
        ? `there is no file or folder ${path}`
        : `there is no data set "${source}" (there are ${datasetNames.join(' and ')}), nor a file ${path}${suggest(source, datasetNames)}`,
    )
  }
  if (!found.isDirectory()) return { all: await readDataset(path, options) }
  refuseColumns(source, options)
  return readIdxFolder(path, options.classNames ? { classNames: options.classNames } : {})
}
