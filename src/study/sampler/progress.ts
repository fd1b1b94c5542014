// Remembers how far a sampler has come with a study's trials.

import type { StudyView, Trial } from '../trial.ts'

/** What was derived of the first trials of a study. */
export interface Reached<State> {
  /** How many trials. */
  readonly count: number
  readonly state: State
}

/**
 * Keeps what a sampler derived of the first trials of a study, so that the next proposal goes on from there. It is derived from the trials alone, all of
 * which had ended and never change; where they are others than before (another study, a journal read anew) there is nothing to go on from.
 */
export class Progress<State> {
  #known: { readonly view: StudyView; readonly trials: readonly Trial[]; readonly state: State } | undefined

  /** What was derived of at most `most` first trials; undefined if that must begin again. */
  reached({ space, seed, directions, trials }: StudyView, most: number): Reached<State> | undefined {
    const known = this.#known
    if (known === undefined || known.trials.length > most) return undefined
    const { view } = known
    if (view.space !== space || view.seed !== seed || view.directions.join() !== directions.join()) return undefined
    const isSame = known.trials.every((trial, i) => trial === trials[i] || isSameFailure(trial, trials[i]))
    return isSame ? { count: known.trials.length, state: known.state } : undefined
  }

  keep(view: StudyView, { count, state }: Reached<State>): void {
    this.#known = { view: { ...view, trials: [] }, trials: view.trials.slice(0, count), state }
  }
}

/** A study counts a trial that nobody will end as failed, in a view that it makes for one proposal. */
const isSameFailure = (a: Trial, b: Trial | undefined): boolean =>
  b !== undefined && a.state === 'fail' && b.state === 'fail' && a.params === b.params && a.systemAttrs === b.systemAttrs
