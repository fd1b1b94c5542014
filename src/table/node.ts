/** Tables from files and from standard input. */

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { InvalidDataError } from '../core/errors.ts'
import { DataUnavailableError } from '../data/errors.ts'
import { reasonOf } from '../data/node/system.ts'
import type { ReadTableOptions } from './options.ts'
import { readFrom } from './read.ts'
import { type Bytes, bytesOf, kept, type TableSource } from './source.ts'
import type { Table } from './table.ts'

const PIECE = 2 ** 20

/** What standard input is called, as programs of Unix have it. */
export const STANDARD_INPUT = '-'

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: PIECE })) yield chunk as Uint8Array
  } catch (cause) {
    throw unavailable(path, cause)
  }
}

const unavailable = (path: string, cause: unknown): DataUnavailableError =>
  new DataUnavailableError(`${path}: ${reasonOf(cause) ?? (cause instanceof Error ? cause.message : String(cause))}`, { cause })

async function openPath(path: string): Promise<{ readonly bytes: Bytes; readonly total: number | undefined }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unavailable(path, cause)
  })
  if (found.isDirectory()) throw new InvalidDataError(`${path}: this is a folder; name the table in it`)
  // Some devices, as /dev/zero, never end.
  if (found.isCharacterDevice() || found.isBlockDevice()) throw new DataUnavailableError(`${path}: this is a device; a file is needed`)
  // A pipe flows once.
  const open = found.isFile() ? () => piecesOf(path) : kept(piecesOf(path))
  return { bytes: { name: path, open }, total: found.isFile() ? found.size : undefined }
}

/**
 * Reads a table from a file, or from standard input where the path is `-`; else as `readTable` of `espalier` does, but that a text is the path of a
 * file. Of files only the columns are kept in memory.
 * @throws DataUnavailableError where there is no such file; InvalidDataError for what is no table; both name the file
 */
export async function readTable(source: string | URL | Exclude<TableSource, string>, options: ReadTableOptions = {}): Promise<Table> {
  const named = source instanceof URL ? fileURLToPath(source) : source
  if (typeof named !== 'string') return readFrom(() => bytesOf(named, options), options)
  const opened =
    named === STANDARD_INPUT ? { bytes: { name: 'standard input', open: kept(process.stdin) }, total: undefined } : await openPath(named)
  const { name = opened.bytes.name } = options
  return readFrom(() => ({ ...opened, bytes: { ...opened.bytes, name } }), options)
}
