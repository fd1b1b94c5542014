// Fashion-MNIST: its files, their checksums, and the dataset made from them.

import { InvalidDataError } from '../core/errors.ts'
import { fromIdx, parseIdx } from './idx.ts'
import type { Split } from './split.ts'
import { gunzip, isGzip } from './unpack.ts'

/**
 * The four files of Fashion-MNIST (https://github.com/zalandoresearch/fashion-mnist, MIT), with the SHA-256 of what each holds
 * UNPACKED: the official files and Debian's package dataset-fashion-mnist are gzipped differently around the same bytes.
 * The small files come first, so that a server that does not answer costs little.
 */
const fashionMnistFiles = {
  'train-labels-idx1-ubyte': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  't10k-labels-idx1-ubyte': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  't10k-images-idx3-ubyte': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  'train-images-idx3-ubyte': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
} as const

export type FashionMnistFile = keyof typeof fashionMnistFiles

export const fashionMnistFileNames = Object.keys(fashionMnistFiles) as readonly FashionMnistFile[]

const classNames = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'] as const

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!globalThis.crypto?.subtle)
    throw new InvalidDataError('the checksum needs crypto.subtle, which a page has only when served by https or from localhost')
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * The unpacked bytes of one of the files, given packed or not. Throws InvalidDataError, naming `source`, when they are damaged,
 * truncated, no IDX data, or not those that were published.
 */
export async function verifyFashionMnist(
  file: FashionMnistFile,
  bytes: Uint8Array<ArrayBuffer>,
  source: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const raw = isGzip(bytes) ? await gunzip(bytes, source) : bytes
  // The header first: "truncated" or "wrong magic number" says more than "wrong checksum".
  await parseIdx(raw, source)
  const found = await sha256(raw)
  if (found !== fashionMnistFiles[file])
    throw new InvalidDataError(
      `${source}: the SHA-256 of its unpacked content is ${found}, and that of ${file} is ${fashionMnistFiles[file]}; delete the file and fetch it again`,
    )
  return raw
}

/** Where a file's bytes came from, for messages, and the bytes, gzipped or not. */
export interface FileBytes {
  readonly source: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Both parts of Fashion-MNIST, every file checked; `read` is asked for each. 60,000 and 10,000 rows of 784 bytes, scale 1/255. */
export async function assembleFashionMnist(read: (file: FashionMnistFile) => Promise<FileBytes>): Promise<Split> {
  const parse = async (file: FashionMnistFile) => {
    const { source, bytes } = await read(file)
    return parseIdx(await verifyFashionMnist(file, bytes, source), source)
  }
  const trainLabels = await parse('train-labels-idx1-ubyte')
  const testLabels = await parse('t10k-labels-idx1-ubyte')
  return {
    test: fromIdx(await parse('t10k-images-idx3-ubyte'), testLabels, classNames),
    train: fromIdx(await parse('train-images-idx3-ubyte'), trainLabels, classNames),
  }
}
