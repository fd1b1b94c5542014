// Finds Fashion-MNIST on this machine.

import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { DataUnavailableError } from '../errors.ts'
import { type FashionMnistFile, fashionMnistFileNames } from '../fashion-mnist.ts'

/** Where espalier keeps what it fetches: `$XDG_CACHE_HOME/espalier`, or `~/.cache/espalier`. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'espalier')
}

/** The path of a file of Fashion-MNIST in a folder, gzipped or not; undefined where it is not there. */
async function pathIn(folder: string, file: FashionMnistFile): Promise<string | undefined> {
  for (const path of [join(folder, `${file}.gz`), join(folder, file)]) {
    const found = await stat(path).catch(() => undefined)
    if (found?.isFile()) return path
  }
  return undefined
}

/** The paths of all four files in a folder. Throws DataUnavailableError naming those that are not there. */
export async function fashionMnistPaths(folder: string): Promise<ReadonlyMap<FashionMnistFile, string>> {
  const paths = new Map<FashionMnistFile, string>()
  for (const file of fashionMnistFileNames) {
    const path = await pathIn(folder, file)
    if (path !== undefined) paths.set(file, path)
  }
  const absent = fashionMnistFileNames.filter((file) => !paths.has(file))
  if (absent.length > 0)
    throw new DataUnavailableError(`${folder}: Fashion-MNIST is not all there; missing ${absent.map((file) => `${file}.gz`).join(', ')}`)
  return paths
}

/**
 * The folder that holds Fashion-MNIST's four files on this machine: the first of `$ESPALIER_DATA/fashion-mnist`, `$ESPALIER_DATA`,
 * /usr/share/datasets/fashion-mnist (Debian's package), espalier's cache, and `.cache/fashion-mnist` of the working folder.
 * Undefined where none does. The files' content is checked when they are read. A `folder` given is looked in alone, and
 * DataUnavailableError thrown where a file is missing there.
 */
export async function findFashionMnist(options: { readonly folder?: string | undefined } = {}): Promise<string | undefined> {
  if (options.folder !== undefined) {
    await fashionMnistPaths(options.folder)
    return options.folder
  }
  const data = process.env.ESPALIER_DATA
  const folders = [
    ...(data ? [join(data, 'fashion-mnist'), data] : []),
    '/usr/share/datasets/fashion-mnist',
    join(cacheFolder(), 'fashion-mnist'),
    resolve('.cache/fashion-mnist'),
  ]
  for (const folder of folders) {
    const found = await Promise.all(fashionMnistFileNames.map((file) => pathIn(folder, file)))
    if (found.every((path) => path !== undefined)) return folder
  }
  return undefined
}
