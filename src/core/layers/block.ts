// What the kinds that end a block of layers have in common.

/** Where a block is in the flat list of a network's layers: those of its branches come first, this one is the last. */
export interface BlockShape {
  /** The output of each branch, by the number of its layer; of an empty one what the block reads. -1 is the network's inputs. */
  readonly from: readonly number[]
  /** How many layers of the list are the block's, this one included. */
  readonly span: number
}

/** Which output a layer reads, where it is not that of the layer before it: the first of a branch reads what its block does. */
export interface Reads {
  readonly from?: readonly number[] | undefined
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((size, i) => size === b[i])

/** Why a block cannot join outputs of these shapes, of which those of the last axis may differ where `joins`. */
export function joinRefusal(
  name: string,
  { from }: BlockShape,
  [first = [], ...others]: readonly (readonly number[])[],
  joins: boolean,
): string | undefined {
  if (new Set(from).size < from.length) return `${name} has more than one way without a layer; leave ${joins ? 'all but one' : 'it'} out`
  const part = (shape: readonly number[]) => (joins ? shape.slice(0, -1) : shape)
  const strange = others.find((shape) => shape.length !== first.length || !sameShape(part(shape), part(first)))
  if (strange === undefined) return undefined
  const text = (shape: readonly number[]) => `[${shape.join(', ')}]`
  return `${name} cannot ${joins ? 'join' : 'add'} ${text(strange)} and ${text(first)}; they must be the same${joins ? ' but for the last axis' : ''}`
}
