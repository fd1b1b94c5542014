// Turns errors of the operating system into journal errors.

import { codeOf, reasonOf } from '../../../data/node/system.ts'
import { JournalError } from '../errors.ts'

export { codeOf, syncFolder, unlessAbsent } from '../../../data/node/system.ts'

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; choose a place that may be written',
  EISDIR: 'this is a folder; name a file in it',
  ENOENT: 'there is no such folder; create it first',
  ENOSPC: 'the disk is full; nothing was added; make room and resume',
  EROFS: 'the file system is read-only; choose another place',
}

/** Adds the path, and what to do, to the system's message. */
export function asJournalError(path: string, cause: unknown): unknown {
  const code = codeOf(cause)
  if (code === undefined || cause instanceof JournalError) return cause
  return new JournalError(`${path}: ${ADVICE[code] ?? reasonOf(cause) ?? (cause instanceof Error ? cause.message : code)}`, { cause })
}
