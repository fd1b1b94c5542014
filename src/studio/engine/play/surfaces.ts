// What networks say over the whole plane, as bytes.

import type { MemberState, Session } from '../../../backend/backend.ts'
import { at, missing } from '../../../core/at.ts'
import { parameterLayout } from '../../../core/layout.ts'
import { compileNetwork } from '../../../learn/predictor/network.ts'
import { GRID } from '../../playProtocol.ts'

/** The middles of the cells of a square from -1 to 1, row by row from the top left, y pointing up: (size x size x 2). */
function gridOf(size: number): Float32Array {
  const middle = (i: number): number => ((i + 0.5) / size) * 2 - 1
  const places = new Float32Array(2 * size * size)
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) places.set([middle(column), -middle(row)], 2 * (row * size + column))
  return places
}

const SMALL = { features: gridOf(GRID.small), rows: GRID.small ** 2 }
const LARGE = { features: gridOf(GRID.large), rows: GRID.large ** 2 }
const UNIT = Float64Array.from(gridOf(GRID.unit))

/** The probability of class 1 as bytes. What is not finite, of a network that diverged, is the middle. */
export async function surfaceOf(session: Session, member: number, size: 'small' | 'large'): Promise<Uint8Array> {
  const outputs = await session.predict(member, size === 'small' ? SMALL : LARGE)
  return Uint8Array.from(outputs, (value) => (Number.isFinite(value) ? Math.round(255 * value) : 128))
}

/** Rows that a compiled network takes at a time; a multiple of 4, as its loops want them. */
const ROWS = GRID.unit * 4

/** What every hidden unit says over the plane: one byte a place, 128 for 0, 255 for 1 and more. (units x GRID.unit x GRID.unit) */
export function unitsOf({ population: { topology, members } }: Session, member: number, { parameters }: MemberState): Uint8Array {
  const hidden = parameterLayout(topology).layers.slice(0, -1)
  const places = GRID.unit ** 2
  const width = (layer: (typeof hidden)[number]): number => at(layer.output, 0)
  const bytes = new Uint8Array(hidden.reduce((sum, layer) => sum + width(layer), 0) * places)
  if (!parameters.every(Number.isFinite)) return bytes.fill(128)
  let first = 0
  for (const [i, layer] of hidden.entries()) {
    const last = at(layer.tensors, layer.tensors.length - 1)
    const units = width(layer)
    const below = {
      kind: 'network' as const,
      topology: { ...topology, layers: topology.layers.slice(0, i + 1) },
      layers: at(members, member).layers.slice(0, i + 1),
      parameters: parameters.subarray(0, last.offset + last.size),
    }
    const { forward } = compileNetwork(below, 2)
    const out = new Float64Array(ROWS * units)
    for (let from = 0; from < places; from += ROWS) {
      const rows = Math.min(ROWS, places - from)
      forward(UNIT.subarray(2 * from, 2 * (from + rows)), rows, out)
      for (let row = 0; row < rows; row++)
        for (let unit = 0; unit < units; unit++) {
          const said = out[row * units + unit] ?? missing(out, row * units + unit)
          bytes[(first + unit) * places + from + row] = 128 + Math.round(127 * Math.max(-1, Math.min(1, said)))
        }
    }
    first += units
  }
  return bytes
}

/** Of every layer the root mean square of what its parameters moved by. */
export function movedBetween({ population: { topology } }: Session, before: Float32Array | undefined, now: Float32Array): number[] {
  return parameterLayout(topology).layers.map(({ tensors }) => {
    let [sum, count] = [0, 0]
    for (const { offset, size } of tensors)
      for (let i = offset; i < offset + size; i++) {
        if (before !== undefined) sum += (at(now, i) - at(before, i)) ** 2
        count++
      }
    return Math.sqrt(sum / Math.max(1, count))
  })
}
