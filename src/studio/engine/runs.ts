// Runs studies, one tab at a time for each.

import type { StudyInfo, StudyState } from '../protocol.ts'
import type { Backends } from './backends.ts'
import type { DataReader } from './data.ts'
import { problemOf } from './problems.ts'
import type { StudioStore } from './store.ts'
import type { Told } from './training.ts'

const lockOf = (id: string): string => `espalier-studio:${id}`

export interface RunsTools {
  readonly store: StudioStore
  readonly data: DataReader
  readonly backends: Backends
  /** A study has another state, or another backend here: to be looked up. */
  readonly onChange: (id: string) => Promise<void>
  /** What could not be written to a study's own record. */
  readonly onProblem: (error: unknown) => void
  readonly onProgress: (id: string, told: Told) => void
}

interface Run {
  readonly stop: AbortController
  readonly ended: Promise<void>
  /** Whether the lock is this tab's. */
  isHere: boolean
  /** What trains it; undefined until that is opened. */
  backend: string | undefined
}

/**
 * The studies that this tab trains, or waits to train: one tab holds a study's lock, and when that tab is gone the next one continues
 * (Web Locks; a tab that crashes releases its own).
 */
export class Runs {
  readonly #tools: RunsTools
  readonly #runs = new Map<string, Run>()
  /** Studies that other tabs said to train. */
  readonly #elsewhere = new Set<string>()

  constructor(tools: RunsTools) {
    this.#tools = tools
  }

  /** The studies that this tab trains, or is about to. */
  get here(): readonly string[] {
    return [...this.#runs].filter(([, { isHere }]) => isHere).map(([id]) => id)
  }

  /** Another tab tells whether it trains a study. */
  hear(id: string, isTrained: boolean): void {
    if (isTrained) this.#elsewhere.add(id)
    else this.#elsewhere.delete(id)
  }

  /**
   * Who trains a study. Another tab is one that has told so: the lock alone says nothing, for a page that is reloaded leaves it to its engine, which may take
   * seconds to end.
   */
  trainerOf(id: string): StudyInfo['trainer'] {
    if (this.#runs.get(id)?.isHere === true) return 'here'
    return this.#elsewhere.has(id) ? 'elsewhere' : 'none'
  }

  /** What trains the study here. */
  backendOf(id: string): string | undefined {
    return this.#runs.get(id)?.backend
  }

  /** Trains what should be trained, as soon as no other tab does, and stops what should not. */
  follow(id: string, state: StudyState | undefined): void {
    const run = this.#runs.get(id)
    if (state !== 'running') run?.stop.abort()
    else if (run === undefined) this.#begin(id)
  }

  /** Resolves when this tab no longer trains the study. */
  async stopped(id: string): Promise<void> {
    await this.#runs.get(id)?.ended
  }

  /** Works while no tab trains the study, and none may start to. */
  async alone(id: string, work: () => Promise<void>): Promise<void> {
    await navigator.locks.request(lockOf(id), work)
  }

  #begin(id: string): void {
    const stop = new AbortController()
    const ended = navigator.locks
      .request(lockOf(id), { signal: stop.signal }, () => this.#train(id, stop.signal))
      .catch((error) => {
        // What waits for the lock is stopped by an error.
        if (!stop.signal.aborted) throw error
      })
      .finally(() => this.#runs.delete(id))
      .then(() => this.#tools.onChange(id))
      .catch(this.#tools.onProblem)
    this.#runs.set(id, { stop, ended, isHere: false, backend: undefined })
  }

  async #train(id: string, signal: AbortSignal): Promise<void> {
    const { store, data, backends, onChange, onProgress } = this.#tools
    const run = this.#runs.get(id)
    if (run !== undefined) run.isHere = true
    this.#elsewhere.delete(id)
    await onChange(id)
    // Another tab may have brought it to its end, or a person stopped it, while this one waited.
    const study = await store.study(id)
    if (study?.state !== 'running') return
    const config = study.what.kind === 'search' ? study.what.config.backend : { prefer: 'wasm' as const, workers: null }
    try {
      // Who runs no study loads none of it.
      const { train } = await import('./training.ts')
      const report = await backends.use(config, async (backend) => {
        if (run !== undefined) run.backend = backend.description
        await onChange(id)
        return train(study, { data, backend, signal, tell: (told) => onProgress(id, told) })
      })
      if (report !== undefined) await store.addReport(id, report)
      await store.update(id, ({ state }) => (state === 'running' ? { state: 'finished', problem: undefined } : {}))
    } catch (error) {
      if (signal.aborted) return
      await store.update(id, ({ state }) => (state === 'running' ? { state: 'failed', problem: problemOf(error) } : {}))
    }
  }
}
