// Dropped files, stored by their SHA-256.

import { InvalidDataError } from '../../core/errors.ts'
import type { StoredFile } from '../config.ts'
import type { NamedBytes } from './reading.ts'
import type { StudioStore } from './store.ts'

/** Dropped files, by their SHA-256: stored in the browser for the next time, and in memory while the engine runs. */
export class Files {
  readonly #store: StudioStore
  readonly #atHand = new Map<string, Uint8Array<ArrayBuffer>>()

  constructor(store: StudioStore) {
    this.#store = store
  }

  /** Holds it in memory and returns its key; `keep` stores it. */
  async take({ name, bytes }: NamedBytes): Promise<StoredFile> {
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    const digest = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
    this.#atHand.set(digest, bytes)
    return { name, digest, bytes: bytes.length }
  }

  /** Also again, where files went with a study that was deleted. @throws JournalError where the browser's storage is full */
  async keep(files: readonly StoredFile[]): Promise<void> {
    for (const file of files) await this.#store.addFile(file.digest, await this.read(file))
  }

  /** @throws InvalidDataError where this browser does not have it */
  async read({ name, digest }: StoredFile): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = this.#atHand.get(digest) ?? (await this.#store.file(digest))
    if (bytes === undefined)
      throw new InvalidDataError(`this browser does not have ${name}: drop the file once more (a link names a file, it does not hold it)`)
    this.#atHand.set(digest, bytes)
    return bytes
  }
}
