// Reads the named data sets in Node.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DataUnavailableError } from '../errors.ts'
import { assembleFashionMnist } from '../fashion-mnist.ts'
import type { LoadOptions } from '../load.ts'
import type { Split } from '../split.ts'
import { fetchFashionMnist } from './fetch.ts'
import { readBytes, readText } from './files.ts'
import { fashionMnistPaths, findFashionMnist } from './find.ts'

/** The text of the package's data/pima.arff, or of the one in `folder`. The address is seen from dist/, where this code runs. */
export function readPimaText({ folder }: LoadOptions = {}): Promise<string> {
  return readText(folder === undefined ? fileURLToPath(new URL('../data/pima.arff', import.meta.url)) : join(folder, 'pima.arff'))
}

/** Fashion-MNIST from where `findFashionMnist` finds it, or else, unless `download` is false, from where `fetchFashionMnist` puts it. */
export async function readFashionMnist(options: LoadOptions = {}): Promise<Split> {
  const found = await findFashionMnist(options)
  if (found === undefined && options.download === false)
    throw new DataUnavailableError(
      'Fashion-MNIST is not on this machine: run `npx espalier data fetch fashion-mnist`, or put its four .gz files in a folder and name it by ESPALIER_DATA',
    )
  const { signal, onProgress } = options
  const paths = await fashionMnistPaths(found ?? (await fetchFashionMnist({ signal, onProgress })))
  return assembleFashionMnist(async (file) => {
    const source = paths.get(file) ?? file
    return { source, bytes: await readBytes(source) }
  })
}
