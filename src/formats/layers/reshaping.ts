/** Layers that see the same numbers in another shape, or in another order. */

import { at } from '../../core/at.ts'
import { listed } from '../../core/excerpt.ts'
import { sizeOf } from '../../core/shape.ts'
import { moved } from './shape.ts'
import { damaged, type LayerReader, refuse, type Step } from './step.ts'

const unknown = refuse('gets rows of a shape that the file does not say')

export const flatten: LayerReader = ({ field, shape }) => {
  const first = field('data_format', 'text') === 'channels_first'
  if (shape === undefined) return first ? unknown : [{ kind: 'flat' }]
  const axes = shape.map((_, axis) => axis)
  // It puts the channels last before it flattens, so that a network of either order has the same weights after it.
  const move: Step[] = first && shape.length > 1 ? [{ kind: 'move', order: moved(shape, [...axes.slice(1), 0]) }] : []
  return [...move, { kind: 'shape', shape: [sizeOf(shape)] }]
}

export const reshape: LayerReader = ({ field, shape }) => {
  const target = field('target_shape', 'shape')
  if (target === undefined) return refuse('has no target_shape: it is no layer but an operation')
  if (shape === undefined) return target.length === 1 ? [{ kind: 'flat' }] : unknown
  const size = sizeOf(shape)
  const rest = target.reduce<number>((product, part) => (part === null || part < 0 ? product : product * part), 1)
  const whole = target.map((part) => (part === null || part < 0 ? size / rest : part))
  if (sizeOf(whole) !== size || !whole.every(Number.isInteger))
    return damaged(`makes rows of shape ${target.join(' x ')} of rows of ${size} numbers`)
  return [{ kind: 'shape', shape: whole }]
}

/** `dims` count from 1, the batch being 0. */
export const permute: LayerReader = ({ field, shape }) => {
  const axes = (field('dims', 'axes') ?? []).map((axis) => axis - 1)
  if (shape === undefined) return unknown
  if (axes.toSorted((a, b) => a - b).join() !== shape.map((_, axis) => axis).join())
    return damaged(`puts the dimensions ${listed(axes.map(String))} in another order; its rows have ${shape.length}`)
  return [
    { kind: 'move', order: moved(shape, axes) },
    { kind: 'shape', shape: axes.map((axis) => at(shape, axis)) },
  ]
}
