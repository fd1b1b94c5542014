// The studio's store in IndexedDB.

import type { DBSchema, IDBPDatabase } from 'idb'
import type { Report } from '../../report/model.ts'
import { OpenedDatabase } from '../../study/journal/indexeddb/opened.ts'
import { filesOf } from '../config.ts'
import type { StudyRecord } from './record.ts'

interface StudioSchema extends DBSchema {
  /** By id. */
  studies: { key: string; value: StudyRecord }
  /** Dropped files by their SHA-256. */
  files: { key: string; value: Uint8Array<ArrayBuffer> }
  /** Of replays that have ended, by the study's id. */
  reports: { key: string; value: Report }
}

/** What the studio keeps in the browser beside the journals. Tabs share it. */
export class StudioStore {
  readonly #database = new OpenedDatabase<StudioSchema>({
    name: 'espalier-studio',
    description: "the browser's store of the studio",
    create,
    advice: ADVICE,
  })

  async studies(): Promise<StudyRecord[]> {
    const studies = await this.#database.use((database) => database.getAll('studies'))
    return studies.sort((a, b) => b.created - a.created)
  }

  async study(id: string): Promise<StudyRecord | undefined> {
    return this.#database.use((database) => database.get('studies', id))
  }

  async add(study: StudyRecord): Promise<void> {
    await this.#database.use((database) => database.put('studies', study))
  }

  /**
   * Changes the current record of a study, whichever tab changed it last.
   * @returns the new record; undefined if it was deleted
   */
  async update(id: string, change: (study: StudyRecord) => Partial<StudyRecord>): Promise<StudyRecord | undefined> {
    return this.#database.use(async (database) => {
      const transaction = database.transaction('studies', 'readwrite', { durability: 'strict' })
      const study = await transaction.store.get(id)
      const changed = study && { ...study, ...change(study) }
      if (changed !== undefined) await transaction.store.put(changed)
      await transaction.done
      return changed
    })
  }

  /** @param used digests of files that something else needs */
  async delete(id: string, used: readonly string[]): Promise<void> {
    await this.#database.use(async (database) => {
      await database.delete('studies', id)
      await database.delete('reports', id)
      const digests = [...used, ...(await database.getAll('studies')).flatMap(digestsOf)]
      const files = await database.getAllKeys('files')
      await Promise.all(files.filter((digest) => !digests.includes(digest)).map((digest) => database.delete('files', digest)))
    })
  }

  async addFile(digest: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#database.use((database) => database.put('files', bytes, digest))
  }

  async file(digest: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#database.use((database) => database.get('files', digest))
  }

  async addReport(id: string, report: Report): Promise<void> {
    await this.#database.use((database) => database.put('reports', report, id))
  }

  async report(id: string): Promise<Report | undefined> {
    return this.#database.use((database) => database.get('reports', id))
  }
}

function create(database: IDBPDatabase<StudioSchema>): void {
  database.createObjectStore('studies', { keyPath: 'id' })
  database.createObjectStore('files')
  database.createObjectStore('reports')
}

export const ADVICE = {
  QuotaExceededError: 'it is full; delete studies that are no longer needed, or free space on the disk',
  InvalidStateError: 'it was closed, or this browser keeps no data (private browsing): open the studio in a normal window',
  SecurityError: 'this page may not keep data; allow it in the browser, or open the studio in a normal window',
  VersionError: 'a later studio made it; open that one',
}

const digestsOf = ({ what }: StudyRecord): string[] =>
  what.kind !== 'search' ? [] : filesOf(what.config.data.source).map(({ digest }) => digest)
