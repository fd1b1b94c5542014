// The lines of a journal file, and what a crash may leave at its end.

import type { FileHandle } from 'node:fs/promises'
import { JsonDepthError } from '../../../core/json.ts'
import type { Json } from '../../trial.ts'
import { isEntry } from '../entries.ts'
import { CorruptJournalError } from '../errors.ts'
import type { JournalEntry } from '../journal.ts'
import { parseJson, stringifyJson } from '../json.ts'

const NEWLINE = 0x0a
const CHUNK = 65536

export const formatLines = (entries: readonly JournalEntry[]): string => entries.map((entry) => `${stringifyJson(entry)}\n`).join('')

/**
 * 'torn' is what a crash can leave as the last line: the beginning of an object, or blocks that were never filled. No beginning of an entry
 * is JSON by itself, so a line that lacks only its newline is still an entry; Optuna 3.1 agrees.
 */
type Line = { readonly entry: JournalEntry } | 'torn' | 'foreign'

export function parseLine(bytes: Uint8Array): Line {
  let json: Json
  try {
    json = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    // It is complete, only unknown: dropping it as the beginning of an entry would lose it.
    if (cause instanceof JsonDepthError) return 'foreign'
    const first = bytes[0]
    return first === undefined || first === 0 || first === 0x7b ? 'torn' : 'foreign'
  }
  return isEntry(json) ? { entry: json } : 'foreign'
}

export interface Lines {
  readonly entries: JournalEntry[]
  /** Where the next entry will begin. */
  readonly end: number
  /** Bytes of a torn last line. */
  readonly torn: number
}

/**
 * The entries in the bytes of a journal from `start` on, where entry number `first` begins.
 * @throws CorruptJournalError for a line that is not an entry, except a torn last one
 */
export function parseLines(bytes: Uint8Array, path: string, first: number, start: number): Lines {
  const entries: JournalEntry[] = []
  let at = 0
  while (at < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, at)
    const end = newline < 0 ? bytes.length : newline
    const line = parseLine(bytes.subarray(at, end))
    if (typeof line !== 'object') {
      const isLast = newline < 0 || newline === bytes.length - 1
      if (line === 'torn' && isLast) return { entries, end: start + at, torn: bytes.length - at }
      throw corrupt(path, `line ${first + entries.length + 1}`, bytes.subarray(at, end))
    }
    entries.push(line.entry)
    at = end + 1
  }
  return { entries, end: start + at, torn: 0 }
}

const FIRST_LINE = 'line 1'

export function corrupt(path: string, line: string, bytes: Uint8Array): CorruptJournalError {
  const shown = JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 60)))
  // Of a file of another kind, as a study file, nobody must cut off what there is.
  const advice =
    line === FIRST_LINE
      ? 'this is no journal, as espalier study and Optuna write them, or its beginning is damaged; name another file, or restore it from a copy'
      : 'restore the file from a copy, or cut it off before there'
  return new CorruptJournalError(`${path}: ${line} is no journal entry: ${shown}${bytes.length > 60 ? '…' : ''}; ${advice}`)
}

/** All bytes from `start` on. */
export async function readFrom(handle: FileHandle, start: number): Promise<Uint8Array> {
  const { size } = await handle.stat()
  const bytes = new Uint8Array(Math.max(0, size - start))
  let at = 0
  while (at < bytes.length) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at)
    if (bytesRead === 0) break
    at += bytesRead
  }
  return bytes.subarray(0, at)
}

/** The last line without its newline, and whether it has one. */
export async function readLastLine(handle: FileHandle, size: number): Promise<{ line: Uint8Array; closed: boolean }> {
  for (let length = CHUNK; ; length *= 2) {
    const start = Math.max(0, size - length)
    const bytes = await readFrom(handle, start)
    const closed = bytes.at(-1) === NEWLINE
    const end = closed ? bytes.length - 1 : bytes.length
    const newline = end === 0 ? -1 : bytes.lastIndexOf(NEWLINE, end - 1)
    if (newline >= 0 || start === 0) return { line: bytes.subarray(newline + 1, end), closed }
  }
}
