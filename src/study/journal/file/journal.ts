// A journal in a file, as Optuna writes it.

import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DisposedError, InvalidSpecError } from '../../../core/errors.ts'
import { shown } from '../../../core/shown.ts'
import { CorruptJournalError } from '../errors.ts'
import type { Journal, JournalEntry } from '../journal.ts'
import { claimStudy } from './claim.ts'
import { corrupt, formatLines, parseLine, parseLines, readFrom, readLastLine } from './lines.ts'
import { acquireLock, isLocked, type LockOptions } from './lock.ts'
import { asJournalError, syncFolder, unlessAbsent } from './system.ts'

/** How the file is locked, and who is notified about repairs. */
export interface FileJournalOptions {
  /** Optuna's JournalFileSymlinkLock or JournalFileOpenLock. */
  readonly lock?: LockOptions['kind']
  readonly gracePeriod?: LockOptions['gracePeriod']
  /** Called with a sentence about a torn line that is dropped, or a lock that was taken by force. */
  readonly onNotice?: (notice: string) => void
}

/** A journal in a file that Optuna's JournalFileStorage may share at the same time. The first `append` creates the file. */
export class FileJournal implements Journal {
  readonly description: string
  readonly #path: string
  readonly #lock: LockOptions
  readonly #onNotice: (notice: string) => void
  /** Where an entry begins, so that later reads need not start at the beginning of the file. */
  #cursor = { number: 0, offset: 0 }
  /** The size that the file had at the last notice about a torn line. */
  #toldOf = 0
  #appending: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(path: string, { lock = 'symlink', gracePeriod = 30, onNotice = () => {} }: FileJournalOptions = {}) {
    if (typeof path !== 'string' || path === '')
      throw new InvalidSpecError(`the path of a journal is ${shown(path)}; it must be a text, as in new FileJournal('search.journal')`)
    this.description = path
    this.#path = path
    this.#lock = { kind: lock, gracePeriod, onNotice }
    this.#onNotice = onNotice
  }

  /**
   * Takes no lock, as in Optuna: a line that another process is writing counts once it is complete.
   * @throws CorruptJournalError naming the line; JournalError when the file cannot be read
   */
  async read(from: number): Promise<JournalEntry[]> {
    this.#check()
    try {
      const start = from >= this.#cursor.number ? this.#cursor : { number: 0, offset: 0 }
      const { entries, end, torn } = await this.#readLines(start)
      if (torn > 0 && this.#toldOf !== end + torn) await this.#tellIfTorn(start, end + torn)
      this.#cursor = { number: start.number + entries.length, offset: end }
      return entries.slice(from - start.number)
    } catch (cause) {
      throw asJournalError(this.#path, cause)
    }
  }

  /** @throws JournalError when the file cannot be written; then none of the entries is in it */
  append(entries: readonly JournalEntry[]): Promise<void> {
    return this.#enqueue(async () => {
      if (entries.length > 0) await this.#append(entries)
    })
  }

  /** @throws JournalError as `append`; CorruptJournalError as `read` */
  appendAt(length: number, entries: readonly JournalEntry[]): Promise<boolean> {
    return this.#enqueue(() => this.#append(entries, length))
  }

  /** Of the processes of this machine. */
  async claim(study: string): Promise<() => Promise<void>> {
    return claimStudy(this.#path, study)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#appending
  }

  async #readLines(start: { readonly number: number; readonly offset: number }) {
    const handle = await unlessAbsent(open(this.#path, 'r'), undefined)
    if (handle === undefined) return { entries: [], end: 0, torn: 0 }
    try {
      const { size } = await handle.stat()
      // A complete line may lack its newline; then the cursor is one byte past the end.
      if (size < start.offset - 1)
        throw new CorruptJournalError(`${this.#path}: has ${size} bytes where it had ${start.offset}; it was replaced while it was read`)
      return parseLines(await readFrom(handle, start.offset), this.#path, start.number, start.offset)
    } finally {
      await handle.close()
    }
  }

  /** A line may look torn because it is being written: then there is a lock, or the line has grown at the next look. */
  async #tellIfTorn(start: { readonly number: number; readonly offset: number }, size: number): Promise<void> {
    if (await isLocked(this.#path)) return
    const { end, torn } = await this.#readLines(start)
    if (torn === 0 || end + torn !== size) return
    this.#toldOf = size
    this.#onNotice(tornNotice(this.#path, torn))
  }

  /** One after the other. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    this.#check()
    const done = this.#appending.then(work)
    // The caller gets the failure; the next call starts afresh.
    this.#appending = done.catch(() => {})
    return done
  }

  /** @param length how many entries there must be, if that matters */
  async #append(entries: readonly JournalEntry[], length?: number): Promise<boolean> {
    try {
      const lock = await acquireLock(this.#path, this.#lock)
      try {
        if (length !== undefined && (await this.#length()) !== length) return false
        await this.#write(formatLines(entries))
        return true
      } finally {
        await lock.release()
      }
    } catch (cause) {
      throw asJournalError(this.#path, cause)
    }
  }

  /** How many whole entries there are. */
  async #length(): Promise<number> {
    const { entries } = await this.#readLines(this.#cursor)
    return this.#cursor.number + entries.length
  }

  async #write(lines: string): Promise<void> {
    const handle = await open(this.#path, 'a+')
    try {
      const { size, closed } = await this.#repair(handle)
      try {
        await handle.appendFile(closed ? lines : `\n${lines}`)
        await handle.sync()
      } catch (error) {
        await handle.truncate(size)
        throw error
      }
      if (size === 0) await syncFolder(dirname(this.#path))
    } finally {
      await handle.close()
    }
  }

  /** Cuts off a torn last line. Returns the size after that, and whether the last line has its newline. */
  async #repair(handle: FileHandle): Promise<{ size: number; closed: boolean }> {
    const { size } = await handle.stat()
    if (size === 0) return { size, closed: true }
    const { line, closed } = await readLastLine(handle, size)
    const parsed = parseLine(line)
    if (typeof parsed === 'object') return { size, closed }
    if (parsed === 'foreign') throw corrupt(this.#path, 'the last line', line)
    const torn = line.length + (closed ? 1 : 0)
    await handle.truncate(size - torn)
    if (this.#toldOf !== size) this.#onNotice(tornNotice(this.#path, torn))
    this.#toldOf = 0
    return { size: size - torn, closed: true }
  }

  #check(): void {
    if (this.#closed) throw new DisposedError(`the journal ${this.#path} was closed`)
  }
}

const tornNotice = (path: string, bytes: number): string =>
  `${path}: the last line was cut off by a crash; its ${bytes} byte${bytes === 1 ? ' is' : 's are'} dropped`
