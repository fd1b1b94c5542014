import { type Layout, parameterLayout } from '../../src/core/layout.ts'
import type { Member, Topology } from '../../src/core/population.ts'
import { Purpose, philox4x32 } from '../../src/core/random.ts'
import { at } from './close.ts'
import { activationOracle, softmax } from './oracleActivations.ts'
import { rowAccuracy, rowLoss } from './oracleLosses.ts'

/** As core's Examples, with numbers of any precision. */
export interface OracleExamples {
  readonly features: ArrayLike<number>
  readonly rows: number
  readonly scale?: number | undefined
  readonly targets: ArrayLike<number>
  readonly sampleWeights?: ArrayLike<number> | undefined
}

/** Per layer [kernel (inputs x units), bias], numbers of any precision. */
export type OracleWeights = readonly (readonly [ArrayLike<number>, ArrayLike<number>])[]

/** A network's layers one after the other in core's flat order. */
export function flatWeights(weights: OracleWeights): Float64Array {
  return Float64Array.from(weights.flatMap(([kernel, bias]) => [...Array.from(kernel), ...Array.from(bias)]))
}

function rowFeatures({ features, scale }: OracleExamples, row: number, size: number): number[] {
  const factor = scale === undefined ? 1 : Math.fround(scale)
  return Array.from({ length: size }, (_, i) => at(features, row * size + i) * factor)
}

/** One number an output; class numbers become one-hot. */
export function rowTargets({ targets, rows }: OracleExamples, row: number, { units, loss }: Topology): number[] {
  const outputs = units.at(-1) ?? 0
  const sparse = targets.length === rows && (loss === 'categoricalCrossentropy' || loss === 'sparseCategoricalCrossentropy')
  return Array.from({ length: outputs }, (_, k) => (sparse ? (at(targets, row) === k ? 1 : 0) : at(targets, row * outputs + k)))
}

/** Which outputs of a layer stay, for a row of a batch. */
export function dropoutKeeps(member: Member, layer: number, epoch: number, step: number, row: number, units: number): boolean[] {
  const threshold = Math.floor((member.layers[layer]?.dropout ?? 0) * 2 ** 32)
  return Array.from({ length: units }, (_, u) => {
    const block = row * Math.ceil(units / 4) + Math.floor(u / 4)
    return at(philox4x32([block, step, epoch, 0], [member.seed, Purpose.dropout | (layer << 8)]), u % 4) >= threshold
  })
}

interface LayerPass {
  readonly inputs: readonly number[]
  readonly logits: readonly number[]
  readonly outputs: readonly number[]
  /** 0 for a dropped output, else 1 / (1 - dropout). */
  readonly factors: readonly number[]
}

/** Where in training a batch stands; without it dropout is off. */
export interface Moment {
  readonly epoch: number
  readonly step: number
}

function forward(
  layout: Layout,
  member: Member,
  parameters: Float64Array,
  features: number[],
  row: number,
  moment: Moment | undefined,
): LayerPass[] {
  let inputs = features
  return layout.layers.map((layer, l) => {
    const { activation, dropout = 0 } = member.layers[l] ?? {}
    if (activation === undefined) throw new Error(`the member has no layer ${l}`)
    const logits = Array.from({ length: layer.units }, (_, u) =>
      inputs.reduce((sum, x, i) => sum + x * at(parameters, layer.kernel + i * layer.units + u), at(parameters, layer.bias + u)),
    )
    const values = activation.name === 'softmax' ? softmax(logits) : logits.map(activationOracle(activation).value)
    const keeps = moment !== undefined && dropout > 0 ? dropoutKeeps(member, l, moment.epoch, moment.step, row, layer.units) : undefined
    const factors = values.map((_, u) => (keeps === undefined ? 1 : keeps[u] ? 1 / (1 - dropout) : 0))
    const pass = { inputs, logits, outputs: values.map((y, u) => y * at(factors, u)), factors }
    inputs = pass.outputs
    return pass
  })
}

/** Adds one row's gradient, `delta` being the loss's derivative by the output layer's pre-activations. */
function backward(
  layout: Layout,
  member: Member,
  parameters: Float64Array,
  passes: readonly LayerPass[],
  output: readonly number[],
  gradient: Float64Array,
): void {
  let delta = output
  for (let l = passes.length - 1; l >= 0; l--) {
    const layer = layout.layers[l]
    const pass = passes[l]
    if (layer === undefined || pass === undefined) throw new Error(`no layer ${l}`)
    const { kernel, bias, units } = layer
    const here = delta
    const below = pass.inputs.map((x, i) => {
      let sum = 0
      for (let u = 0; u < units; u++) {
        const index = kernel + i * units + u
        gradient[index] = at(gradient, index) + x * at(here, u)
        sum += at(parameters, index) * at(here, u)
      }
      return sum
    })
    for (let u = 0; u < units; u++) gradient[bias + u] = at(gradient, bias + u) + at(here, u)
    const previous = passes[l - 1]
    const activation = member.layers[l - 1]?.activation
    if (previous === undefined || activation === undefined) return
    const { derivative } = activationOracle(activation)
    delta = below.map((d, i) => d * at(previous.factors, i) * derivative(at(previous.logits, i)))
  }
}

/** l1 sum |w| + l2 sum w^2 over every kernel; its gradient (sign(0) = 0) is added to `gradient`. */
function addPenalties(layout: Layout, member: Member, parameters: Float64Array, gradient: Float64Array): number {
  let penalty = 0
  for (const [l, { kernel, bias }] of layout.layers.entries()) {
    const { l1 = 0, l2 = 0 } = member.layers[l] ?? {}
    for (let i = kernel; i < bias; i++) {
      const w = at(parameters, i)
      penalty += l1 * Math.abs(w) + l2 * w * w
      gradient[i] = at(gradient, i) + l1 * Math.sign(w) + 2 * l2 * w
    }
  }
  return penalty
}

export interface BatchResult {
  readonly loss: number
  /** Mean over the rows. */
  readonly accuracy: number
  readonly gradient: Float64Array
  readonly outputs: readonly (readonly number[])[]
}

/**
 * Loss, penalties included, of some rows, and its gradient. `weights` multiply each row's loss; the sum is divided by the number of
 * rows (Keras 3) or of rows whose weight is not 0 (Keras 2.2; a batch without such a row teaches nothing).
 */
export function batchGradient(
  topology: Topology,
  member: Member,
  parameters: Float64Array,
  examples: OracleExamples,
  rows: ArrayLike<number>,
  weights: ArrayLike<number>,
  moment?: Moment,
): BatchResult {
  const layout = parameterLayout(topology)
  const gradient = new Float64Array(layout.parameters)
  const counted = member.dialect === 'keras2.2' ? Array.from(weights).filter((w) => w !== 0).length : rows.length
  const output = member.layers.at(-1)?.activation
  let loss = 0
  let accuracy = 0
  const outputs = Array.from(rows, (row, b) => {
    const passes = forward(layout, member, parameters, rowFeatures(examples, row, topology.inputSize), b, moment)
    const last = passes.at(-1)
    if (last === undefined || output === undefined) throw new Error('the network has no layers')
    const targets = rowTargets(examples, row, topology)
    const result = rowLoss(topology, member.dialect, last.logits, last.outputs, targets, () => activationOracle(output))
    const share = counted === 0 ? 0 : at(weights, b) / counted
    loss += share * result.loss
    accuracy += rowAccuracy(topology, last.outputs, targets) / rows.length
    backward(
      layout,
      member,
      parameters,
      passes,
      result.delta.map((d) => d * share),
      gradient,
    )
    return last.outputs
  })
  return { loss: loss + addPenalties(layout, member, parameters, gradient), accuracy, gradient, outputs }
}
