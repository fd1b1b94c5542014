import { readFile } from 'node:fs/promises'
import { InvalidDataError } from '../../core/errors.ts'
import { DataUnavailableError } from '../errors.ts'
import { gunzip, isGzip, type UnpackOptions } from '../unpack.ts'

/** What the system said went wrong, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** The bytes of a file, packed or not, as they lie there. Throws DataUnavailableError naming the file. */
export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const bytes = await readFile(path)
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  } catch (cause) {
    const reason = { ENOENT: 'there is no such file', EACCES: 'permission denied', EISDIR: 'this is a folder, not a file' }[
      codeOf(cause) ?? ''
    ]
    throw new DataUnavailableError(`${path}: ${reason ?? (cause instanceof Error ? cause.message : String(cause))}`, { cause })
  }
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
