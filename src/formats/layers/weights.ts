import type { ReadLayer } from './topology.ts'

/** Finding a layer's weights by the names that Keras, its converters and TensorFlow.js give them. */

/** `sequential/dense/kernel:0` as its parts. */
const partsOf = (key: string): string[] => key.replace(/:\d+$/, '').split('/')

/**
 * Which of `keys` names a variable of a layer: `dense/kernel`, `sequential/dense/kernel`, with a part between as TensorFlow 2.2 wrote it
 * (`dense/cell/kernel`), or by the variable's number, `dense/0`. Undefined where none does, or several that nothing tells apart.
 */
export function keyOf(keys: readonly string[], { name, within }: ReadLayer, variable: string, index: number): string | undefined {
  const of = keys.filter((key) => {
    const parts = partsOf(key)
    const last = parts.at(-1)
    return parts.slice(0, -1).includes(name) && (last === variable || last === String(index))
  })
  const nested = of.filter((key) => within.every((model) => partsOf(key).includes(model)))
  // A layer of the same name in a model within has a longer path.
  const shortest = nested.filter((key) => partsOf(key).length === Math.min(...nested.map((other) => partsOf(other).length)))
  return [nested, shortest, of].find((found) => found.length === 1)?.[0]
}
