// Stores checkpoints in a folder.

import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isLeftOf, replaceFile } from '../../../data/node/write.ts'
import type { Checkpoint } from '../../../train/result.ts'
import type { CheckpointStore } from '../checkpoints.ts'
import { decodeCheckpoints, encodeCheckpoints, keyOf } from './checkpoint-format.ts'
import { asJournalError, codeOf, syncFolder, unlessAbsent } from './system.ts'

const SUFFIX = '.safetensors'
/** The name of a key's file, or of what a crash left of it. */
const NAME = /^(.*)\.safetensors(?:\.[\da-f-]{36}\.tmp)?$/

/** Who hears of a damaged checkpoint. */
export interface FileCheckpointsOptions {
  /** Called with a sentence about checkpoints that are damaged and therefore ignored. */
  readonly onNotice?: (notice: string) => void
}

/** Checkpoints in the folder `<journal>.checkpoints`, one file per key (file/checkpoint-format.ts). The first `save` creates the folder. */
export class FileCheckpoints implements CheckpointStore {
  readonly #folder: string
  readonly #onNotice: (notice: string) => void

  /** @param journal the path of the journal they belong to */
  constructor(journal: string, { onNotice = () => {} }: FileCheckpointsOptions = {}) {
    this.#folder = `${journal}.checkpoints`
    this.#onNotice = onNotice
  }

  /** @throws JournalError when the file cannot be written; the key has what it had before */
  async save(key: string, checkpoints: readonly Checkpoint[]): Promise<void> {
    const path = this.#pathOf(key)
    try {
      await this.#makeFolder()
      await replaceFile(path, encodeCheckpoints(checkpoints, isLong(key) ? { key } : {}))
    } catch (cause) {
      throw asJournalError(path, cause)
    }
  }

  async load(key: string): Promise<readonly Checkpoint[] | undefined> {
    const path = this.#pathOf(key)
    const bytes = await unlessAbsent(readFile(path), undefined).catch((cause) => {
      throw asJournalError(path, cause)
    })
    if (bytes === undefined) return undefined
    try {
      return decodeCheckpoints(bytes, path).checkpoints
    } catch (error) {
      this.#onNotice(`${error instanceof Error ? error.message : String(error)}; the trial begins anew`)
      return undefined
    }
  }

  /** Also removes what a crash during `save` may have left of the key. */
  async delete(key: string): Promise<void> {
    const path = this.#pathOf(key)
    try {
      const paths = (await this.#names()).map((name) => join(this.#folder, name))
      await Promise.all(paths.filter((one) => one === path || isLeftOf(one, path)).map((one) => rm(one, { force: true })))
    } catch (cause) {
      throw asJournalError(this.#folder, cause)
    }
  }

  /** Including those of which a crash during `save` left nothing complete: they can be deleted. */
  async keys(): Promise<string[]> {
    const names = await this.#names().catch((cause) => {
      throw asJournalError(this.#folder, cause)
    })
    const keys = await Promise.all(names.map((name) => this.#keyOf(name)))
    return [...new Set(keys.flatMap((key) => key ?? []))]
  }

  /** The key of a file; undefined if it does not belong to the store, or has its key inside and is damaged, or is gone by now. */
  async #keyOf(name: string): Promise<string | undefined> {
    const [, key = ''] = NAME.exec(name) ?? []
    const path = join(this.#folder, name)
    try {
      return (key.includes(SHORTENED) ? keyOf(await readFile(path), path) : decodeURIComponent(key)) || undefined
    } catch {
      return undefined
    }
  }

  #pathOf(key: string): string {
    return join(this.#folder, nameOf(key))
  }

  async #names(): Promise<string[]> {
    return unlessAbsent(readdir(this.#folder), [])
  }

  async #makeFolder(): Promise<void> {
    try {
      await mkdir(this.#folder)
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return
      throw error
    }
    await syncFolder(dirname(this.#folder))
  }
}

/** How long a name may be without its suffixes: file systems take 255 characters in total. */
const LONGEST = 200
/** Comes before the hash of a name that was cut; no encoded key contains it. */
const SHORTENED = '='

/** A key may hold slashes, and characters that some file systems refuse. */
const encoded = (key: string): string => encodeURIComponent(key.replace(/\p{Surrogate}/gu, '\ufffd')).replaceAll('*', '%2A')
const isLong = (key: string): boolean => encoded(key).length > LONGEST

function nameOf(key: string): string {
  const hash = isLong(key) ? `${SHORTENED}${createHash('sha256').update(key).digest('hex')}` : ''
  return `${encoded(key).slice(0, LONGEST - hash.length)}${hash}${SUFFIX}`
}
