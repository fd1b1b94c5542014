// Reads files, with errors that name the file.

import type { Stats } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { InvalidDataError } from '../../core/errors.ts'
import { DataUnavailableError } from '../errors.ts'
import { gunzip, isGzip, type UnpackOptions } from '../unpack.ts'
import { reasonOf } from './system.ts'

/** The bytes of a file, packed or not, as they lie there. Throws DataUnavailableError naming the file. */
export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    // Some devices, as /dev/zero, never end.
    if (isDevice(await stat(path))) throw new DataUnavailableError(`${path}: this is a device; a file is needed`)
    const bytes = await readFile(path)
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  } catch (cause) {
    if (cause instanceof DataUnavailableError) throw cause
    throw new DataUnavailableError(`${path}: ${reasonOf(cause) ?? (cause instanceof Error ? cause.message : String(cause))}`, { cause })
  }
}

const isDevice = (found: Stats): boolean => found.isCharacterDevice() || found.isBlockDevice()

/**
 * The bytes of a file that another one names, as a model its weights: it must be in the other's folder or below, after following links. If the other
 * is a link itself, as in caches that store files by content, the folder it leads to is allowed as well.
 * @param path from the folder of `document`
 * @throws DataUnavailableError naming the file; InvalidDataError if it is elsewhere
 */
export async function readBeside(document: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const named = join(dirname(document), path)
  const folders = await Promise.all([realpath(dirname(document)), realpath(document).then(dirname)])
  const real = await realpath(named).catch((cause: unknown) => {
    const reason = reasonOf(cause) ?? 'it cannot be found'
    throw new DataUnavailableError(`${document}: needs the file ${path} beside it: ${named}: ${reason}`, { cause })
  })
  if (!folders.some((folder) => isWithin(folder, real)))
    throw new InvalidDataError(`${document}: names ${JSON.stringify(path)}, which leads out of its folder; only files there are read`)
  if (!(await stat(real)).isFile()) throw new DataUnavailableError(`${named}: this is no file`)
  return readBytes(named)
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** The text of a file, gzipped or not. Throws InvalidDataError where it is not UTF-8, or unpacks to more than is allowed. */
export async function readText(path: string, options: UnpackOptions = {}): Promise<string> {
  const bytes = await readBytes(path)
  const raw = isGzip(bytes) ? await gunzip(bytes, path, options) : bytes
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw)
  } catch (cause) {
    throw new InvalidDataError(`${path}: this is not UTF-8 text; convert it, for example by: iconv -f latin1 -t utf-8`, { cause })
  }
}

/** Runs `parse`, and puts the file's name before the message of what it refuses. */
export async function naming<T>(path: string, parse: () => T | Promise<T>): Promise<T> {
  try {
    return await parse()
  } catch (cause) {
    if (cause instanceof InvalidDataError && !cause.message.includes(path))
      throw new InvalidDataError(`${path}: ${cause.message}`, { cause })
    throw cause
  }
}
