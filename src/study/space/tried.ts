// Which configurations a study has tried.

import type { Params } from './distributions.ts'

/**
 * The keys of the trials' configurations, kept from one question to the next: as long as a study only gains trials, only those are looked at. A configuration is
 * a value, so one that is the same object has the same key.
 */
export class Tried {
  readonly #keyOf: (params: Params) => string
  #seen: Params[] = []
  #keys = new Set<string>()

  constructor(keyOf: (params: Params) => string) {
    this.#keyOf = keyOf
  }

  /** The keys of these trials; the same set as before, with more in it, where these trials begin with those before. */
  among(trials: readonly { readonly params: Params }[]): ReadonlySet<string> {
    const seen = this.#seen
    if (seen.length > trials.length || seen.some((params, i) => trials[i]?.params !== params)) {
      this.#seen = []
      this.#keys = new Set()
    }
    for (let i = this.#seen.length; i < trials.length; i++) {
      const params = trials[i]?.params ?? {}
      this.#seen.push(params)
      this.#keys.add(this.#keyOf(params))
    }
    return this.#keys
  }
}
