// The pyramid search for the widths of a network, as a pure function of the trials so far.

import * as z from 'zod/mini'
import { whole } from '../../core/fields.ts'
import { MAX_UNITS } from '../../core/rules.ts'
import { type Direction, isBetter, isFinished, type Trial } from '../trial.ts'

const factor = () => {
  const allowed = { error: 'must be a number from 1.01 to 1000' }
  return z.number(allowed).check(z.minimum(1.01, allowed), z.maximum(1000, allowed))
}
const start = z.enum(['same', 'half'])

export const pyramidFields = z.strictObject({
  widths: z
    .array(z.string())
    .check(z.minLength(1, { error: 'must name at least one parameter' }), z.describe("Parameters of the layers' widths, first to last")),
  layers: z.optional(z.string()).check(z.describe('The parameter of the number of layers; "layers" unless given')),
  inputSize: whole(1, 2 ** 24).check(z.describe('The first layer stays narrower than this')),
  outputSize: whole(1, MAX_UNITS).check(z.describe('No further layer is narrower than this')),
  startWidth: z.optional(whole(1, MAX_UNITS)).check(z.describe('The first width of the first layer; 2 unless given')),
  growth: z.optional(factor()).check(z.describe('What the width of the first layer grows by; 2 unless given')),
  shrink: z.optional(factor()).check(z.describe('What the width of a further layer shrinks by; 2 unless given')),
  startFrom: z
    .optional(z.union([start, z.array(start).check(z.minLength(1))]))
    .check(
      z.describe(
        'The first width of a further layer: the same as, or half of, the layer before; a list holds one a further layer, its last entry for all beyond',
      ),
    ),
  patience: z.optional(whole(1, 1000)).check(z.describe('So many worse widths in a row end a layer; 1 unless given')),
})

export type PyramidOptions = z.infer<typeof pyramidFields>

/** A configuration that a strategy wants to know about. */
export interface Cell<Configuration> {
  readonly params: Configuration
  /** Undefined until the study has tried it. */
  readonly trial: Trial | undefined
  /** NaN, worse than everything, unless the trial is complete. */
  readonly value: number
}

/** The cells asked for so far, in order; the last ones may be unfinished. There is no winner before all the cells it needs are finished. */
export interface Search<Configuration> {
  readonly cells: readonly Cell<Configuration>[]
  readonly winner: Cell<Configuration> | undefined
}

export const isSettled = ({ trial }: Cell<unknown>): boolean => trial !== undefined && isFinished(trial)

/**
 * The pyramid search for an architecture, as the study of Fashion-MNIST that this package replays shows it in its Table 1. The first
 * layer's width grows from `startWidth` by `growth` while it is below the input size; a further layer's shrinks by `shrink`, from the
 * width of the layer before it or half of that, down to the output size. A layer ends at the `patience`-th width in a row that is worse than the
 * layer's best so far (an equal one is not worse), and keeps its best, of equals the earlier. Layers are added until the best of a new
 * one does not beat the network without it. Fractions of units are rounded up as widths grow, down as they shrink.
 *
 * Table 1 itself begins layers 2 and 3 at the width of the layer before (512, 128) and layer 4 at half of it (16 alone was tried after 32):
 * `startFrom: ['same', 'same', 'half']`.
 * @param cellOf the cell of a network with these hidden widths; undefined, where the space has no such configuration, ends the layer
 */
export function searchPyramid<Configuration>(
  options: PyramidOptions,
  direction: Direction,
  cellOf: (widths: readonly number[]) => Cell<Configuration> | undefined,
): Search<Configuration> {
  const { patience = 1 } = options
  const cells: Cell<Configuration>[] = []
  let winner: Cell<Configuration> | undefined
  let kept: readonly number[] = []
  for (let layer = 0; layer < options.widths.length; layer++) {
    let best: { cell: Cell<Configuration>; width: number } | undefined
    let worse = 0
    for (const width of widthsOf(options, layer, kept.at(-1))) {
      const cell = cellOf([...kept, width])
      if (cell === undefined) break
      cells.push(cell)
      if (!isSettled(cell)) return { cells, winner: undefined }
      const isWorse = best !== undefined && (Number.isNaN(cell.value) || isBetter(best.cell.value, cell.value, direction))
      if (best === undefined || isBetter(cell.value, best.cell.value, direction)) best = { cell, width }
      worse = isWorse ? worse + 1 : 0
      if (worse === patience) break
    }
    if (best === undefined || (winner !== undefined && !isBetter(best.cell.value, winner.value, direction))) break
    winner = best.cell
    kept = [...kept, best.width]
  }
  return { cells, winner: winner === undefined || Number.isNaN(winner.value) ? undefined : winner }
}

function* widthsOf(options: PyramidOptions, layer: number, before: number | undefined): Generator<number> {
  const { inputSize, outputSize, startWidth = 2, growth = 2, shrink = 2, startFrom = 'same' } = options
  if (before === undefined) {
    for (let width = startWidth; width < inputSize; width = Math.ceil(width * growth)) yield width
    return
  }
  const from = typeof startFrom === 'string' ? startFrom : (startFrom[layer - 1] ?? startFrom.at(-1))
  for (let width = from === 'half' ? Math.floor(before / 2) : before; width >= outputSize; width = Math.floor(width / shrink)) yield width
}
