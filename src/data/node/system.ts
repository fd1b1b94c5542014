// Explains the errors that the operating system gives for a path.

import { open } from 'node:fs/promises'

/** The system's error code, such as ENOENT. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Errors that a person who named a path can correct, in words. */
const OF_PATHS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'this is a folder; a file is needed',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file of that name is in the way',
  EROFS: 'the file system is read-only',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its symbolic links go round in a circle',
  EBUSY: 'it is in use, or mounted by itself',
  ETXTBSY: 'it is a program that runs',
  ENXIO: 'there is nothing at the other end',
}

/** Errors of the machine at run time, in words. */
const OF_MACHINES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of disk space is used up',
  EFBIG: 'the file would be larger than is allowed here',
  EIO: 'reading or writing failed',
  EPIPE: 'who was to read it has gone',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
}

/** A system error in words, or undefined if a person cannot correct it. */
export function reasonOf(error: unknown): string | undefined {
  const code = codeOf(error) ?? ''
  return OF_PATHS[code] ?? OF_MACHINES[code]
}

/** Whether another path would do. */
export const isOfPath = (error: unknown): boolean => Object.hasOwn(OF_PATHS, codeOf(error) ?? '')

/** Returns `absent` if `work` finds no such file; other errors pass through. */
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
