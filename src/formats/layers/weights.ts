/** Finding a layer's weights by the names that Keras, its converters and TensorFlow.js give them. */

import type { ReadLayer } from './topology.ts'

/** `sequential/dense/kernel:0` as its parts. */
const partsOf = (key: string): string[] => key.replace(/:\d+$/, '').split('/')

/** The key of a layer's variable; undefined where no key names it, or where several do and nothing distinguishes them. */
export type KeyFinder = (layer: Pick<ReadLayer, 'name' | 'within'>, variable: string, index: number) => string | undefined

/**
 * Finds which of `keys` names a variable of a layer: `dense/kernel`, `sequential/dense/kernel`, with a part between as TensorFlow 2.2 wrote it
 * (`dense/cell/kernel`), or by the variable's number, `dense/0`.
 */
export function keyFinder(keys: readonly string[]): KeyFinder {
  // By each part, so that many layers do not look through many keys.
  const named = new Map<string, { readonly key: string; readonly parts: readonly string[] }[]>()
  for (const key of keys) {
    const parts = partsOf(key)
    for (const part of new Set(parts.slice(0, -1))) {
      const others = named.get(part)
      if (others === undefined) named.set(part, [{ key, parts }])
      else others.push({ key, parts })
    }
  }
  return ({ name, within }, variable, index) => {
    const of = (named.get(name) ?? []).filter(({ parts }) => parts.at(-1) === variable || parts.at(-1) === String(index))
    const nested = of.filter(({ parts }) => within.every((model) => parts.includes(model)))
    // A layer of the same name in a model within has a longer path.
    const least = nested.reduce((fewest, { parts }) => Math.min(fewest, parts.length), Number.POSITIVE_INFINITY)
    const shortest = nested.filter(({ parts }) => parts.length === least)
    return [nested, shortest, of].find((found) => found.length === 1)?.[0]?.key
  }
}
