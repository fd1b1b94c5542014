// Finds the measurements of a configuration in any of the studies.

import type { Params } from '../../study/space/distributions.ts'
import { Space } from '../../study/space/space.ts'
import type { Trial } from '../../study/trial.ts'
import { type Curves, curvesOf, failureOf, until } from '../curves.ts'
import { stagedSpace } from './protocol.ts'
import type { Measured } from './result.ts'

/** What the trials of several studies over the staged space measured for a configuration; those studies share their seeds. */
export class Measurements {
  readonly #space: Space
  readonly #trials = new Map<string, Trial[]>()
  /** Of seeds that were added later, one after the other. */
  readonly #more: Measurements[] = []
  readonly #epochs: number

  constructor(epochs: number) {
    this.#epochs = epochs
    this.#space = new Space(stagedSpace(epochs))
  }

  add(trials: readonly Trial[]): void {
    for (const trial of trials) {
      const key = this.#keyOf(trial.params)
      this.#trials.set(key, [...(this.#trials.get(key) ?? []), trial])
    }
  }

  /** Trials with a seed of their own, which follows those before. */
  addSeed(trials: readonly Trial[]): void {
    const own = new Measurements(this.#epochs)
    own.add(trials)
    this.#more.push(own)
  }

  /** A longer training of the same network went through the same epochs, bit for bit, so it serves as well. */
  of(label: string, params: Params): Measured {
    const trials = this.#long(params)
    const found = trials.find(({ state }) => state === 'complete')
    const repeats: readonly Curves[] = found === undefined ? [] : until(curvesOf(found), Number(params.epochs))
    const failure = found === undefined ? trials.map(failureOf).find((reason) => reason !== undefined) : undefined
    const more = this.#more.map((own) => own.of(label, params))
    return {
      label,
      params,
      repeats: [...repeats, ...more.flatMap((one) => one.repeats)],
      failure: failure ?? more.find((one) => one.failure !== undefined)?.failure,
    }
  }

  /** Those that no trial measured, and that no trial of another of them will measure. */
  missing(configurations: readonly Params[]): Params[] {
    const wanted = configurations.filter((params) => this.#long(params).length === 0)
    const covers = (a: Params, b: Params): boolean => this.#keyOf(a) === this.#keyOf(b) && Number(a.epochs) >= Number(b.epochs)
    return wanted.filter((params, i) => !wanted.some((other, j) => i !== j && covers(other, params) && !(covers(params, other) && i < j)))
  }

  /** Its trials with at least this many epochs. */
  #long(params: Params): Trial[] {
    return (this.#trials.get(this.#keyOf(params)) ?? []).filter((trial) => Number(trial.params.epochs) >= Number(params.epochs))
  }

  #keyOf({ epochs: _epochs, ...rest }: Params): string {
    return this.#space.key(rest)
  }
}
