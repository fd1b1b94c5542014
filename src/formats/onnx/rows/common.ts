/** What operators do to what is computed of the inputs, each row by itself: what they have in common. */

import type { Affine, Numbers } from '../../fold.ts'
import { expand } from '../constants.ts'
import { constantInput, type NodeView, rowsInput } from '../node.ts'
import type { Size } from '../size.ts'
import { affine } from '../steps.ts'
import { type Constant, isHalf, typeName } from '../tensors.ts'
import { type Rows, rowsOf, type Value } from '../values.ts'

/** What an operator makes of a node of which some inputs are computed. */
export type Operators = readonly (readonly [name: string, operator: (node: NodeView) => Value | Value[]])[]

export const WITHOUT_BRANCHES = 'a network here is a row of steps without branches'

/** What is computed here is float32; a runtime rounds float16 after each step. */
export function checkType(node: NodeView, type: number): void {
  if (isHalf(type))
    throw node.unsupported(
      `computes in ${typeName(type)}, which rounds after each step; a network here computes in float32: export it in float32`,
    )
}

/** A row of numbers that are computed with. */
export function computed(node: NodeView, i: number): Rows {
  const rows = rowsInput(node, i)
  if (rows.whole) throw node.unsupported('computes with whole numbers; here they are cast to floats first')
  if (rows.shape?.includes('rows') === false) throw node.unsupported('computes with rows and columns in one')
  return rows
}

export function floats(node: NodeView, i: number, what: string): Constant | undefined {
  const constant = constantInput(node, i, what)
  if (constant !== undefined) checkType(node, constant.type)
  return constant
}

/** Where nothing says the shape it is (rows, columns). */
export const shapeIn = ({ shape }: Rows): readonly Size[] => shape ?? ['rows', -1]

/** Whether all columns are the last size, all others of which are 1. */
export const isOneRow = (rows: Rows): boolean =>
  shapeIn(rows)
    .slice(0, -1)
    .every((size) => size === 'rows' || size === 1) && shapeIn(rows).at(-1) !== 'rows'

/** Whether values have a shape, or may have: else a runtime repeats some of them, each row beside each other row even. */
export const isAlike = (...values: readonly Rows[]): boolean =>
  new Set(values.flatMap(({ shape }) => (shape === undefined ? [] : [shape.join()]))).size <= 1

/** A constant's numbers for each column of rows of `shape`, one where it is one for all; and the shape that comes out. */
export function columns(node: NodeView, constant: Constant, shape: readonly Size[]): { values: Numbers; shape: readonly Size[] } {
  const rank = Math.max(shape.length, constant.shape.length)
  const whole = Array.from({ length: rank }, (_, i): Size => {
    const [own = 1, other = 1] = [shape[shape.length - rank + i], constant.shape[constant.shape.length - rank + i]]
    if (other === 1 || own === other) return own
    if (own === -1) return other
    if (own === 'rows' && other === node.batch) throw node.unsupported('has numbers of its own for each row')
    throw node.unsupported(`takes a constant of shape ${constant.shape.join(' x ')}; what comes before it is of shape ${shape.join(' x ')}`)
  })
  if (constant.data.length === 1) return { values: constant.data, shape: whole }
  const sizes = whole.filter((size): size is number => size !== 'rows')
  if (sizes.includes(-1)) throw node.unsupported('takes a constant beside sizes that the file does not give')
  // Along the rows the constant has size 1, as checked above.
  const at = whole.indexOf('rows') - (rank - constant.shape.length)
  const own = at < 0 ? constant.shape : constant.shape.toSpliced(at, 1)
  return { values: expand(node, { ...constant, shape: own }, sizes).data, shape: whole }
}

/** Rows on which a step works that has a factor or an offset from a constant. */
export function stepWith(node: NodeView, rows: Rows, constant: Constant, affineOf: (values: Numbers) => Affine): Rows {
  checkType(node, constant.type)
  const { values, shape } = columns(node, constant, shapeIn(rows))
  return rowsOf(rows, affine(rows.step, affineOf(values), node.where), rows.shape === undefined && values.length === 1 ? undefined : shape)
}

const ONE = [1]
const ZERO = [0]
export const map = (values: Numbers, change: (value: number) => number): Float64Array => Float64Array.from(values, change)
export const added = (values: Numbers): Affine => ({ factor: ONE, offset: values })
export const times = (values: Numbers): Affine => ({ factor: values, offset: ZERO })

/** The one number that a constant is. */
export function scalar(node: NodeView, constant: Constant | undefined, otherwise: number): number {
  if (constant === undefined) return otherwise
  checkType(node, constant.type)
  const [value = otherwise] = constant.data
  if (constant.data.some((other) => other !== value)) throw node.unsupported('has another number for each column')
  return value
}

export function neither(node: NodeView): never {
  throw node.damaged('computes nothing of the inputs')
}
