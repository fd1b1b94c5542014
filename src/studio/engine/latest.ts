// Keeps the last result of a computation while the same one is asked for.

/** Keeps the last result for as long as the same one is asked for. */
export class Latest<T> {
  #kept: { readonly key: string; readonly value: Promise<T> } | undefined

  /** What fails is not kept. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    if (this.#kept?.key === key) return this.#kept.value
    const kept = { key, value: make() }
    this.#kept = kept
    kept.value.catch(() => {
      if (this.#kept === kept) this.#kept = undefined
    })
    return kept.value
  }
}
