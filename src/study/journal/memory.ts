// A journal and checkpoints in memory.

import type { Checkpoint } from '../../train/result.ts'
import type { CheckpointStore } from './checkpoints.ts'
import { runsAlready } from './errors.ts'
import type { Journal, JournalEntry } from './journal.ts'

/** A journal that lives as long as its object. It holds no resources: it can still be read after `close`. */
export class MemoryJournal implements Journal {
  readonly description = 'memory'
  readonly #entries: JournalEntry[]
  readonly #running = new Set<string>()

  /** @param entries what it begins with, as read from another journal */
  constructor(entries: readonly JournalEntry[] = []) {
    this.#entries = [...entries]
  }

  async read(from: number): Promise<JournalEntry[]> {
    return this.#entries.slice(from)
  }

  async append(entries: readonly JournalEntry[]): Promise<void> {
    this.#entries.push(...entries)
  }

  async appendAt(length: number, entries: readonly JournalEntry[]): Promise<boolean> {
    if (length !== this.#entries.length) return false
    this.#entries.push(...entries)
    return true
  }

  async claim(study: string): Promise<() => Promise<void>> {
    if (this.#running.has(study)) throw runsAlready(this.description, study, 'another loop of this process')
    this.#running.add(study)
    return async () => void this.#running.delete(study)
  }

  async close(): Promise<void> {}
}

/** Checkpoints that live as long as their object. */
export class MemoryCheckpoints implements CheckpointStore {
  readonly #checkpoints = new Map<string, readonly Checkpoint[]>()

  async save(key: string, checkpoints: readonly Checkpoint[]): Promise<void> {
    this.#checkpoints.set(key, structuredClone(checkpoints))
  }

  async load(key: string): Promise<readonly Checkpoint[] | undefined> {
    const checkpoints = this.#checkpoints.get(key)
    return checkpoints && structuredClone(checkpoints)
  }

  async delete(key: string): Promise<void> {
    this.#checkpoints.delete(key)
  }

  async keys(): Promise<string[]> {
    return [...this.#checkpoints.keys()]
  }
}
