// Recurrent layers and embeddings in float64: one row after the other, one step after the other.

import type { Activation } from '../../src/core/activations.ts'
import { lastAxis } from '../../src/core/layers/kind.ts'
import type { MemberLayer, TopologyLayer } from '../../src/core/population.ts'
import { at } from './close.ts'
import { activate, differentiate } from './oracleActivations.ts'
import type { LayerOracle, Pass } from './oraclePass.ts'

type Kind = 'simpleRnn' | 'gru' | 'lstm'
type Cell = Extract<TopologyLayer, { readonly type: Kind }>
type CellMember = Extract<MemberLayer, { readonly type: Kind }>
type Vector = readonly number[]

const zeros = (n: number): number[] => new Array<number>(n).fill(0)
const plus = (...all: readonly Vector[]): number[] => (all[0] ?? []).map((_, i) => all.reduce((sum, x) => sum + at(x, i), 0))
const times = (...all: readonly Vector[]): number[] => (all[0] ?? []).map((_, i) => all.reduce((product, x) => product * at(x, i), 1))
const less = (a: Vector, b: Vector): number[] => a.map((x, i) => x - at(b, i))

/** A recurrence with its tensors, of which it is told where they begin. */
interface Way {
  readonly cell: Cell
  readonly own: CellMember
  readonly inputs: number
  readonly parameters: Float64Array
  readonly gradient: Float64Array
  readonly kernel: number
  readonly recurrent: number
  readonly bias: number | undefined
  readonly backwards: boolean
}

const GATES = { simpleRnn: 1, gru: 3, lstm: 4 } as const

/** A vector times the columns of gate g of a kernel that begins at `start`. */
function product({ cell, parameters }: Way, x: Vector, start: number, g: number): number[] {
  const { units } = cell
  const columns = GATES[cell.type] * units
  return Array.from({ length: units }, (_, u) =>
    x.reduce((sum, value, i) => sum + value * at(parameters, start + i * columns + g * units + u), 0),
  )
}

/** Gate g of a row of biases. */
function biasOf({ cell, parameters, bias }: Way, g: number, row = 0): number[] {
  const { units } = cell
  if (bias === undefined) return zeros(units)
  return Array.from({ length: units }, (_, u) => at(parameters, bias + row * GATES[cell.type] * units + g * units + u))
}

/** Adds what deltas of gate g's sums are of a kernel and its input, and returns what they are of the input. */
function backProduct({ cell, parameters, gradient }: Way, x: Vector, start: number, g: number, delta: Vector): number[] {
  const { units } = cell
  const columns = GATES[cell.type] * units
  return x.map((value, i) =>
    delta.reduce((sum, d, u) => {
      const place = start + i * columns + g * units + u
      if (cell.trainable) gradient[place] = at(gradient, place) + value * d
      return sum + d * at(parameters, place)
    }, 0),
  )
}

function backBias({ cell, gradient, bias }: Way, g: number, delta: Vector, row = 0): void {
  if (bias === undefined || !cell.trainable) return
  delta.forEach((d, u) => {
    const place = bias + row * GATES[cell.type] * cell.units + g * cell.units + u
    gradient[place] = at(gradient, place) + d
  })
}

/** A step forwards, and the way back. */
interface Step {
  readonly state: Vector
  readonly cells: Vector
  /** From deltas of the state and the cells after it to those before it, and of its input. */
  back(state: Vector, cells: Vector): { readonly x: Vector; readonly state: Vector; readonly cells: Vector }
}

/** Both products and the bias of gate g, and the way back to the input and the state. */
function sums(way: Way, x: Vector, h: Vector, g: number) {
  const after = way.cell.type === 'gru' && way.cell.resetAfter
  const z = plus(
    product(way, x, way.kernel, g),
    biasOf(way, g),
    product(way, h, way.recurrent, g),
    after ? biasOf(way, g, 1) : zeros(way.cell.units),
  )
  const back = (delta: Vector) => {
    backBias(way, g, delta)
    if (after) backBias(way, g, delta, 1)
    return { x: backProduct(way, x, way.kernel, g, delta), h: backProduct(way, h, way.recurrent, g, delta) }
  }
  return { z, back }
}

const lift = (activation: Activation, z: Vector): number[] => activate(activation, z)
const lower = (activation: Activation, z: Vector, delta: Vector): number[] => differentiate(activation, z, delta)

function simpleStep(way: Way, x: Vector, h: Vector): Step {
  const { z, back } = sums(way, x, h, 0)
  return {
    state: lift(way.own.activation, z),
    cells: [],
    back(state) {
      const of = back(lower(way.own.activation, z, state))
      return { x: of.x, state: of.h, cells: [] }
    },
  }
}

function lstmStep(way: Way, x: Vector, h: Vector, c: Vector): Step {
  const { activation, recurrentActivation: gate } = way.own
  const [i, f, g, o] = [0, 1, 2, 3].map((index) => sums(way, x, h, index)) as [Sums, Sums, Sums, Sums]
  const cells = plus(times(lift(gate, f.z), c), times(lift(gate, i.z), lift(activation, g.z)))
  return {
    state: times(lift(gate, o.z), lift(activation, cells)),
    cells,
    back(state, after) {
      const delta = plus(after, lower(activation, cells, times(state, lift(gate, o.z))))
      const all = [
        i.back(lower(gate, i.z, times(delta, lift(activation, g.z)))),
        f.back(lower(gate, f.z, times(delta, c))),
        g.back(lower(activation, g.z, times(delta, lift(gate, i.z)))),
        o.back(lower(gate, o.z, times(state, lift(activation, cells)))),
      ]
      return { x: plus(...all.map((of) => of.x)), state: plus(...all.map((of) => of.h)), cells: times(delta, lift(gate, f.z)) }
    },
  }
}

type Sums = ReturnType<typeof sums>

function gruStep(way: Way, x: Vector, h: Vector): Step {
  const { activation, recurrentActivation: gate } = way.own
  const after = way.cell.type === 'gru' && way.cell.resetAfter
  const [zs, rs] = [sums(way, x, h, 0), sums(way, x, h, 1)]
  const [z, r] = [lift(gate, zs.z), lift(gate, rs.z)]
  const part = after ? plus(product(way, h, way.recurrent, 2), biasOf(way, 2, 1)) : times(r, h)
  const ofInputs = plus(product(way, x, way.kernel, 2), biasOf(way, 2))
  const sum = plus(ofInputs, after ? times(r, part) : product(way, part, way.recurrent, 2))
  const candidate = lift(activation, sum)
  return {
    state: plus(times(z, less(h, candidate)), candidate),
    cells: [],
    back(state) {
      const delta = lower(
        activation,
        sum,
        times(
          state,
          z.map((value) => 1 - value),
        ),
      )
      const dz = zs.back(lower(gate, zs.z, times(state, less(h, candidate))))
      backBias(way, 2, delta)
      const dx = backProduct(way, x, way.kernel, 2, delta)
      let ofR: number[]
      let ofState: number[]
      if (after) {
        const ofPart = times(delta, r)
        ofR = times(delta, part)
        backBias(way, 2, ofPart, 1)
        ofState = backProduct(way, h, way.recurrent, 2, ofPart)
      } else {
        const ofPart = backProduct(way, part, way.recurrent, 2, delta)
        ofR = times(ofPart, h)
        ofState = times(ofPart, r)
      }
      const dr = rs.back(lower(gate, rs.z, ofR))
      return { x: plus(dx, dz.x, dr.x), state: plus(times(state, z), ofState, dz.h, dr.h), cells: [] }
    },
  }
}

const STEPS = { simpleRnn: simpleStep, gru: gruStep, lstm: lstmStep } as const

/** A masked step: everything stays. */
const still = (state: Vector, cells: Vector, inputs: number): Step => ({
  state,
  cells,
  back: (delta, ofCells) => ({ x: zeros(inputs), state: delta, cells: ofCells }),
})

/** All steps of a row in the order they are taken, and the way back from deltas of every state. */
function run(way: Way, row: readonly Vector[], masked: readonly boolean[]) {
  const { units } = way.cell
  const order = row.map((_, s) => (way.backwards ? row.length - 1 - s : s))
  let state: Vector = zeros(units)
  let cells: Vector = way.cell.type === 'lstm' ? zeros(units) : []
  const steps = order.map((t) => {
    const step = masked[t] === true ? still(state, cells, way.inputs) : STEPS[way.cell.type](way, row[t] ?? [], state, cells)
    state = step.state
    cells = step.cells
    return step
  })
  const back = (deltas: readonly Vector[]): Vector[] => {
    const xs: Vector[] = row.map(() => [])
    let later: { state: Vector; cells: Vector } = { state: zeros(units), cells: way.cell.type === 'lstm' ? zeros(units) : [] }
    for (let s = steps.length - 1; s >= 0; s--) {
      const of = steps[s]?.back(plus(later.state, deltas[s] ?? zeros(units)), later.cells)
      if (of === undefined) throw new RangeError(`no step ${s}`)
      xs[order[s] ?? 0] = of.x
      later = of
    }
    return xs
  }
  return { states: steps.map((step) => step.state), back }
}

type Rows = readonly Vector[]
type Merge = 'one' | 'concat' | 'sum' | 'ave' | 'mul'

function waysOf(pass: Pass, cell: Cell, own: CellMember, both: boolean): Way[] {
  const { layout, parameters, gradient } = pass
  const offsets = layout.tensors.map(({ offset }) => offset)
  const each = 2 + Number(cell.useBias)
  return Array.from({ length: both ? 2 : 1 }, (_, i): Way => {
    const [kernel = 0, recurrent = 0, bias] = offsets.slice(i * each, (i + 1) * each)
    const { width } = lastAxis(layout.input)
    return { cell, own, inputs: width, parameters, gradient, kernel, recurrent, bias, backwards: both ? i === 1 : cell.goBackwards }
  })
}

/** Each row's recurrences, as they were, their outputs by place, and how they are merged. */
function runsOf(pass: Pass, cell: Cell, own: CellMember, both: boolean) {
  const { width, positions } = lastAxis(pass.layout.input)
  const ways = waysOf(pass, cell, own, both)
  return pass.inputs.map((row, b) => {
    const steps = Array.from({ length: positions }, (_, t) => row.slice(t * width, (t + 1) * width))
    const masked = steps.map((_, t) => pass.tokens !== undefined && at(pass.tokens[b] ?? [], t) === 0)
    return ways.map((way) => run(way, steps, masked))
  })
}

/** Whether place o of row b is 0: where two recurrences meet at a masked step. */
const isSilent = (pass: Pass, cell: Cell, both: boolean, b: number, o: number): boolean =>
  both && cell.returnSequences && pass.tokens !== undefined && at(pass.tokens[b] ?? [], o) === 0

/** By place of the outputs, the step of recurrence `i` that they are the state after. */
const stepsOf = (cell: Cell, both: boolean, positions: number, i: number): number[] =>
  cell.returnSequences ? Array.from({ length: positions }, (_, o) => (both && i === 1 ? positions - 1 - o : o)) : [positions - 1]

function forwardOf(pass: Pass, cell: Cell, own: CellMember, merge: Merge): Rows {
  const both = merge !== 'one'
  const { positions } = lastAxis(pass.layout.input)
  return runsOf(pass, cell, own, both).map((runs, row) => {
    const outputs = runs.map(({ states }, i) => stepsOf(cell, both, positions, i).map((s) => states[s] ?? []))
    const [first = [], second = []] = outputs
    return first.flatMap((a, o) => {
      const b = second[o] ?? []
      if (isSilent(pass, cell, both, row, o)) return zeros(lastAxis(pass.layout.output).width)
      if (merge === 'concat') return [...a, ...b]
      if (merge === 'sum') return plus(a, b)
      if (merge === 'ave') return plus(a, b).map((value) => value / 2)
      return merge === 'mul' ? times(a, b) : [...a]
    })
  })
}

function backwardOf(pass: Pass, cell: Cell, own: CellMember, merge: Merge, delta: Rows): Rows {
  const both = merge !== 'one'
  const { positions } = lastAxis(pass.layout.input)
  const { width: out } = lastAxis(pass.layout.output)
  return runsOf(pass, cell, own, both).map((runs, b) => {
    const xs = runs.map(({ back }, i) => {
      const deltas = Array.from({ length: positions }, () => zeros(cell.units))
      stepsOf(cell, both, positions, i).forEach((s, o) => {
        if (isSilent(pass, cell, both, b, o)) return
        const given = (delta[b] ?? []).slice(o * out, (o + 1) * out)
        const other = runs[1 - i]?.states[stepsOf(cell, both, positions, 1 - i)[o] ?? 0] ?? []
        if (merge === 'concat') deltas[s] = given.slice(i * cell.units, (i + 1) * cell.units)
        else if (merge === 'ave') deltas[s] = given.map((value) => value / 2)
        else deltas[s] = merge === 'mul' ? times(given, other) : given
      })
      return back(deltas)
    })
    return (xs[0] ?? []).flatMap((x, t) => (both ? plus(x, xs[1]?.[t] ?? []) : [...x]))
  })
}

const recurrent = <K extends Kind>(): LayerOracle<K> => ({
  forward(pass) {
    pass.outputs = forwardOf(pass as unknown as Pass, pass.layer as unknown as Cell, pass.own as unknown as CellMember, 'one')
  },
  backward: (pass, delta) =>
    backwardOf(pass as unknown as Pass, pass.layer as unknown as Cell, pass.own as unknown as CellMember, 'one', delta),
})

export const simpleRnn = recurrent<'simpleRnn'>()
export const gru = recurrent<'gru'>()
export const lstm = recurrent<'lstm'>()

export const bidirectional: LayerOracle<'bidirectional'> = {
  forward(pass) {
    pass.outputs = forwardOf(pass as unknown as Pass, pass.layer.layer, pass.own.layer, pass.layer.mergeMode)
  },
  backward: (pass, delta) => backwardOf(pass as unknown as Pass, pass.layer.layer, pass.own.layer, pass.layer.mergeMode, delta),
}

export const embedding: LayerOracle<'embedding'> = {
  forward(pass) {
    const { inputs, layer, layout, parameters } = pass
    const { outputDim: n } = layer
    const [{ offset } = { offset: 0 }] = layout.tensors
    pass.outputs = inputs.map((row) => row.flatMap((token) => Array.from({ length: n }, (_, i) => at(parameters, offset + token * n + i))))
  },
  backward({ inputs, layer, layout, gradient }, delta) {
    const { outputDim: n } = layer
    const [{ offset } = { offset: 0 }] = layout.tensors
    if (layer.trainable) {
      inputs.forEach((row, b) => {
        ;(delta[b] ?? []).forEach((d, i) => {
          const place = offset + at(row, Math.floor(i / n)) * n + (i % n)
          gradient[place] = at(gradient, place) + d
        })
      })
    }
    return inputs.map((row) => row.map(() => 0))
  },
}
