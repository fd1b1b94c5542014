// What the shaders are told of a recurrent layer (shaders/lib/recurrent.wgsl).

import { MERGE_MODES } from '../../core/layers/bidirectional.ts'
import { lastAxis } from '../../core/layers/kind.ts'
import type { LayerLayout } from '../../core/layout.ts'

/** As shaders/lib/recurrent.wgsl's. */
const CELLS = { simpleRnn: 0, gru: 1, gruResetAfter: 2, lstm: 3 } as const
const GATES = { simpleRnn: 1, gru: 3, lstm: 4 } as const

/** Numbers of the struct Layer. */
export interface Recurrence {
  readonly cell: number
  readonly gates: number
  readonly slots: number
  readonly biases: number
  readonly stateUnits: number
  readonly states4: number
  readonly ways: number
  readonly merge: number
  readonly backwards: number
  readonly sequences: number
}

/** Of a layer that is recurrent. */
export function recurrenceOf({ layer, tensors }: LayerLayout): Recurrence | undefined {
  const own = layer.type === 'bidirectional' ? layer.layer : layer
  if (own.type !== 'simpleRnn' && own.type !== 'gru' && own.type !== 'lstm') return undefined
  const after = own.type === 'gru' && own.resetAfter
  const gates = GATES[own.type]
  const bias = tensors.find(({ name }) => name.endsWith('bias'))
  return {
    cell: CELLS[after ? 'gruResetAfter' : own.type],
    gates,
    slots: own.type === 'gru' ? 4 : gates,
    biases: (bias?.size ?? 0) / (gates * own.units),
    stateUnits: own.units,
    states4: Math.ceil(own.units / 4),
    ways: layer.type === 'bidirectional' ? 2 : 1,
    merge: layer.type === 'bidirectional' ? 1 + MERGE_MODES.indexOf(layer.mergeMode) : 0,
    backwards: Number(own.goBackwards),
    sequences: Number(own.returnSequences),
  }
}

/** vec4s of scratch that a row of the batch takes: gates, states, and cells of an lstm; in training also what is carried from step to step. */
export function scratchOf({ slots, states4, ways, cell }: Recurrence, { input }: LayerLayout) {
  const steps = ways * lastAxis(input).positions * states4
  return { values: steps * slots, hidden: steps, cells: cell === CELLS.lstm ? 2 * steps : 0, carry: 2 * ways * states4 }
}
