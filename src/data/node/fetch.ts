// Fetches Fashion-MNIST into a folder and verifies it.

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { EspalierError } from '../../core/errors.ts'
import { type DownloadOptions, download, fileAt } from '../download.ts'
import { DataUnavailableError } from '../errors.ts'
import { fashionMnistFileNames, verifyFashionMnist } from '../fashion-mnist.ts'
import { unpackDebianPackage } from './apt.ts'
import { readBytes } from './files.ts'
import { cacheFolder, fashionMnistPaths } from './find.ts'
import { reasonOf } from './system.ts'
import { replaceFiles } from './write.ts'

/** The download the authors give (https://github.com/zalandoresearch/fashion-mnist#get-the-data); it does not offer https. */
const OFFICIAL = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'

/** Where the files come from and go to. */
export interface FetchOptions extends DownloadOptions {
  /** The folder to put the files in. Default: `fashion-mnist` in espalier's cache. */
  readonly folder?: string
  /** Addresses of folders with the four .gz files, tried in turn. Default: the official download. */
  readonly mirrors?: readonly (string | URL)[]
  /** Whether to try `apt-get download` after the mirrors. Default true. */
  readonly apt?: boolean
}

/** A way to get the four files into a folder; returns that folder. */
type Route = (temporary: string) => Promise<string>

function mirrorRoute(mirror: string | URL, options: DownloadOptions): Route {
  return async (temporary) => {
    for (const file of fashionMnistFileNames) {
      const url = fileAt(mirror, `${file}.gz`)
      const bytes = await download(url, options)
      await verifyFashionMnist(file, bytes, url.href)
      await replaceFiles([{ path: join(temporary, `${file}.gz`), content: bytes }])
    }
    return temporary
  }
}

/** Throws InvalidDataError or DataUnavailableError unless all four files are there and as published. */
async function verifyFolder(folder: string): Promise<void> {
  for (const [file, path] of await fashionMnistPaths(folder)) await verifyFashionMnist(file, await readBytes(path), path)
}

async function temporaryBeside(target: string): Promise<string> {
  const parent = dirname(resolve(target))
  try {
    await mkdir(parent, { recursive: true })
    return await mkdtemp(join(parent, '.fetching-'))
  } catch (cause) {
    throw new DataUnavailableError(
      `${parent}: cannot write there (${reasonOf(cause) ?? String(cause)}); name a folder that can be written to, or set XDG_CACHE_HOME`,
      { cause },
    )
  }
}

/** Gets the files by one route, checks them, and only then writes them to `target`; the temporary folder is always removed. */
async function install(route: Route, target: string): Promise<void> {
  // Beside the target, where there is room for it.
  const temporary = await temporaryBeside(target)
  try {
    const from = await route(temporary)
    await verifyFolder(from)
    await mkdir(target, { recursive: true })
    const fetched = fashionMnistFileNames.map(async (file) => ({
      path: join(target, `${file}.gz`),
      content: await readBytes(join(from, `${file}.gz`)),
    }))
    await replaceFiles(await Promise.all(fetched))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/**
 * Fetches Fashion-MNIST (31 MB) and returns the folder it is in; does nothing where that folder has it already. Tries the official
 * download, then, on Debian and Ubuntu, their package `dataset-fashion-mnist`, unpacked without being installed. Every file is checked
 * against its SHA-256, and nothing half-written stays behind.
 * Throws DataUnavailableError, saying why each route failed, when none works; the signal's reason when aborted.
 */
export async function fetchFashionMnist(options: FetchOptions = {}): Promise<string> {
  const { signal, mirrors = [OFFICIAL], apt = true } = options
  const target = options.folder ?? join(cacheFolder(), 'fashion-mnist')
  const isThere = await verifyFolder(target).then(
    () => true,
    () => false, // Missing or damaged: either way it is fetched again.
  )
  if (isThere) return target
  const routes: Route[] = mirrors.map((mirror) => mirrorRoute(mirror, options))
  if (apt) routes.push((temporary) => unpackDebianPackage(temporary, options))
  const failures: string[] = []
  for (const route of routes) {
    signal?.throwIfAborted()
    try {
      await install(route, target)
      return target
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof EspalierError)) throw error
      failures.push(error.message)
    }
  }
  throw new DataUnavailableError(
    `Fashion-MNIST could not be fetched:\n${failures.map((failure) => `  - ${failure}`).join('\n')}\n` +
      'Copy its four .gz files from elsewhere into a folder, and name the folder by the environment variable ESPALIER_DATA.',
  )
}
