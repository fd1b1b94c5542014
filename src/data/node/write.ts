// Writes files atomically: beside the target, then renamed.

import { createHash, randomUUID } from 'node:crypto'
import { constants, type Stats, writeFile as writeDescriptor } from 'node:fs'
import { access, type FileHandle, lstat, open, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { EspalierError } from '../../core/errors.ts'
import { codeOf, isOfPath, reasonOf, syncFolder, unlessAbsent } from './system.ts'

/** A file could not be written; what was there before is unchanged. The message says where and why. */
export class FileWriteError extends EspalierError {
  override readonly name = 'FileWriteError'
  /** As the system has it: ENOSPC. */
  readonly code: string | undefined
  /** Whether another path would help (rather than, for example, more space). */
  readonly isOfPath: boolean

  constructor(path: string, cause: unknown) {
    super(`${path}: cannot be written: ${reasonOfWriting(cause)}`, { cause })
    this.code = codeOf(cause)
    this.isOfPath = isOfPath(cause)
  }
}

/** When writing, it is the folder that may be missing, and the folder that a new file is created in. */
function reasonOfWriting(cause: unknown): string {
  if (codeOf(cause) === 'ENOENT') return 'there is no such folder'
  if (codeOf(cause) === 'EACCES') return 'permission denied, for the file or for its folder'
  return reasonOf(cause) ?? (cause instanceof Error ? cause.message : String(cause))
}

export interface NewFile {
  readonly path: string
  readonly content: string | Uint8Array
}

/** Content that is being written: beside its target, or in memory for a pipe. `commit` puts it in place. */
interface Staged {
  readonly path: string
  commit(): Promise<void>
  readonly temporary?: string
}

/**
 * Writes files so that after a kill, a full disk or a power cut each is either the old one or the new one, complete. All are written
 * beside their targets first; only when every byte lies on the disk are they renamed, one right after the other. A file keeps its mode and,
 * where that is allowed, its owner; through a symbolic link what it leads to is replaced. Pipes and devices, which have no old content, are
 * written straight. A process that is killed may leave a `<name>.<uuid>.tmp` behind.
 * @throws FileWriteError; no file is changed then, unless renaming itself failed
 */
export async function replaceFiles(files: readonly NewFile[]): Promise<void> {
  const staged: Staged[] = []
  try {
    for (const { path, content } of files) staged.push(await named(path, stage(path, content)))
    for (const { path, commit } of staged) await named(path, commit())
  } finally {
    await Promise.all(staged.map(({ temporary }) => temporary !== undefined && rm(temporary, { force: true })))
  }
  const folders = staged.flatMap(({ temporary }) => (temporary === undefined ? [] : [dirname(temporary)]))
  // Not every file system can; the files themselves are on the disk.
  await Promise.all([...new Set(folders)].map((folder) => syncFolder(folder).catch(() => undefined)))
}

/** The same of one file. */
export const replaceFile = (path: string, content: NewFile['content']): Promise<void> => replaceFiles([{ path, content }])

/** Checks, before hours of work, that a file can be written there, and leaves nothing behind. @throws FileWriteError */
export async function checkWritable(path: string): Promise<void> {
  const { temporary } = await named(path, stage(path, ''))
  if (temporary !== undefined) await rm(temporary, { force: true })
}

async function named<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw new FileWriteError(path, cause)
  }
}

async function stage(path: string, content: NewFile['content']): Promise<Staged> {
  const descriptor = await descriptorOf(path)
  if (descriptor !== undefined) return { path, commit: () => writeTo(descriptor, content) }
  const existing = await unlessAbsent(stat(path), undefined)
  if (existing?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
  if (existing !== undefined && !existing.isFile()) return { path, commit: () => writeFile(path, content) }
  const target = await targetOf(path)
  // Renaming needs permission on the folder only.
  if (existing !== undefined) await access(target, constants.W_OK)
  const temporary = `${stemOf(target)}.${randomUUID()}.tmp`
  try {
    const handle = await open(temporary, 'wx', existing?.mode)
    try {
      if (existing !== undefined) await likeBefore(handle, existing)
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  return { path, temporary, commit: () => rename(temporary, target) }
}

/** The owner first, because changing it may clear bits of the mode. */
async function likeBefore(handle: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  const made = await handle.stat()
  if (made.uid !== uid || made.gid !== gid) {
    await handle.chown(uid, gid).catch((error: unknown) => {
      // Only root may give files away.
      if (codeOf(error) !== 'EPERM') throw error
    })
  }
  await handle.chmod(mode & 0o7777)
}

/** How many nested links a system follows. */
const MOST_LINKS = 40

/** Where a path leads through symbolic links, though the file may not be there yet. */
async function targetOf(path: string): Promise<string> {
  let at = path
  for (let links = 0; links <= MOST_LINKS; links++) {
    // As the system does, which follows a folder's own link before "..".
    at = join(await realpath(dirname(at)), basename(resolve(at)))
    const found = await unlessAbsent(lstat(at), undefined)
    if (!found?.isSymbolicLink()) return at
    at = resolve(dirname(at), await readlink(at))
  }
  throw Object.assign(new Error(), { code: 'ELOOP' })
}

/**
 * Files that the shell has opened for the process, like /dev/stdout. Opened again they would be written from the beginning, over existing content;
 * and they must not be replaced.
 */
async function descriptorOf(path: string): Promise<number | undefined> {
  const said = resolve(path)
  const link = /^\/dev\/std(out|err)$/.test(said) ? await readlink(said).catch(() => said) : said
  const [, number] = /^(?:\/proc\/self|\/dev)\/fd\/(\d+)$/.exec(resolve('/dev', link)) ?? []
  return number === undefined ? undefined : Number(number)
}

/** Through the stream that has the descriptor, if there is one, so that earlier output comes first. */
function writeTo(descriptor: number, content: NewFile['content']): Promise<void> {
  const stream = { 1: process.stdout, 2: process.stderr }[descriptor]
  return new Promise((done, failed) => {
    const end = (error: Error | null | undefined) => (error ? failed(error) : done())
    if (stream === undefined) writeDescriptor(descriptor, content, end)
    else stream.write(content, end)
  })
}

/** The beginning of the temporary names of a file; a name too long for a suffix gets another one. */
function stemOf(path: string): string {
  const name = basename(path)
  return join(dirname(path), Buffer.byteLength(name) <= 200 ? name : createHash('sha256').update(name).digest('hex'))
}

/** Whether `path` was left by a process that was killed while writing `target`. */
export const isLeftOf = (path: string, target: string): boolean => path.startsWith(`${stemOf(target)}.`) && path.endsWith('.tmp')
