/** The features of a number by what was learned of its column. Without the schema of what is learned, so that a page which predicts loads no more than this. */

import type { Features } from './features.ts'
import type { NumberEncoding } from './kinds.ts'
import { logarithmOf } from './logarithm.ts'
import { writePeriodic } from './periodic.ts'
import { writePiecewiseLinear } from './piecewise.ts'
import { quantileNormal } from './quantile.ts'

/** `x / sqrt(1 + (x / 3)²)`: nearly x in the middle, never beyond 3 (Holzmüller, Grinsztajn & Steinwart 2024: "Better by Default", RealMLP). */
const smoothClip = (x: number): number => x / Math.sqrt(1 + (x / 3) ** 2)

/** How many features a number becomes. */
export function numberWidth(encoding: NumberEncoding): number {
  if (encoding.kind === 'piecewiseLinear') return encoding.edges.length - 1
  return encoding.kind === 'periodic' ? 2 * encoding.frequencies.length : 1
}

/** Writes the features of a number, computed in float64, from a place on. */
export function writeNumber(x: number, encoding: NumberEncoding, to: Features, at: number): void {
  switch (encoding.kind) {
    case 'none':
      to[at] = x
      break
    case 'standard':
      to[at] = (x - encoding.mean) / encoding.scale
      break
    case 'minMax':
      to[at] = (x - encoding.min) / encoding.scale
      break
    case 'robust': {
      const measured = encoding.unit === undefined ? x : logarithmOf(x, encoding.unit)
      const scaled = (measured - encoding.median) * encoding.factor
      to[at] = encoding.smoothClip ? smoothClip(scaled) : scaled
      break
    }
    case 'quantile':
      to[at] = quantileNormal(x, encoding.quantiles)
      break
    case 'piecewiseLinear':
      writePiecewiseLinear(x, encoding.edges, to, at)
      break
    case 'periodic':
      writePeriodic((x - encoding.mean) / encoding.scale, encoding.frequencies, to, at)
      break
    default:
      encoding satisfies never
  }
}

/** The features of a number, in float64. */
export function encodeNumber(x: number, encoding: NumberEncoding): number[] {
  const features: number[] = []
  writeNumber(x, encoding, features, 0)
  return features
}

/** What a column's features are called: by the column, or the column and what of it. */
export function numberNames(name: string, encoding: NumberEncoding): string[] {
  switch (encoding.kind) {
    case 'piecewiseLinear':
      return encoding.edges.slice(1).map((edge, i) => `${name}[${encoding.edges[i]}, ${edge}]`)
    case 'periodic': {
      const places = encoding.frequencies.map((_, i) => i + 1)
      return [...places.map((i) => `${name} cos ${i}`), ...places.map((i) => `${name} sin ${i}`)]
    }
    default:
      return [name]
  }
}
