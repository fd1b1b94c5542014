// The values that a range is tried at.

import { at } from '../core/at.ts'
import type { Range } from './config.ts'

/** Values of a range, evenly apart (by factors, where it is logarithmic), both ends among them, of three digits, each once. */
export function pointsOf({ low, high, log, points }: Range, whole = false): number[] {
  const at = (part: number): number => (log ? low * (high / low) ** part : low + part * (high - low))
  const rounded = (value: number): number => (whole ? Math.round(value) : Number(value.toPrecision(3)))
  const inner = Array.from({ length: points - 2 }, (_, i) => rounded(at((i + 1) / (points - 1))))
  return [...new Set([low, ...inner.filter((value) => value > low && value < high), high])]
}

/** The value in the middle, where a parameter is not searched, or not yet. */
export function startOf(range: Range, whole = false): number {
  const points = pointsOf(range, whole)
  return at(points, Math.floor((points.length - 1) / 2))
}
