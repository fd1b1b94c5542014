import { open } from 'node:fs/promises'
import { JournalError } from '../errors.ts'

/** What the system said went wrong, such as ENOENT. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Answers `absent` when `work` finds no such file; what else it throws it throws. */
export async function unlessAbsent<T, A>(work: Promise<T>, absent: A): Promise<T | A> {
  try {
    return await work
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return absent
    throw error
  }
}

/** A new file, or a new name of one, survives a power cut only once its folder is flushed as well. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no such thing: it refuses to open a folder, and writes names through.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; choose a place that may be written',
  EISDIR: 'this is a folder; name a file in it',
  ENOENT: 'there is no such folder; make it first',
  ENOSPC: 'the disk is full; nothing was added; make room and resume',
  EROFS: 'the file system is read-only; choose another place',
}

/** Gives what the system says the path and what to do. */
export function asJournalError(path: string, cause: unknown): unknown {
  const code = codeOf(cause)
  if (code === undefined || cause instanceof JournalError) return cause
  return new JournalError(`${path}: ${ADVICE[code] ?? (cause instanceof Error ? cause.message : code)}`, { cause })
}
