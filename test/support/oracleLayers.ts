/** Every kind of layer in float64: a batch of rows forwards, and the derivatives of the loss backwards. */

import { resolveActivation } from '../../src/core/activations.ts'
import type { LayerType } from '../../src/core/layers/index.ts'
import { lastAxis } from '../../src/core/layers/kind.ts'
import { groupsOf } from '../../src/core/layers/layerNormalization.ts'
import type { LoweredType } from '../../src/core/lower.ts'
import type { MemberLayer } from '../../src/core/population.ts'
import { Purpose, philox4x32 } from '../../src/core/random.ts'
import { at } from './close.ts'
import { activate, differentiate, sigmoid } from './oracleActivations.ts'
import { AUGMENT_ORACLES } from './oracleAugment.ts'
import {
  add,
  cut,
  dropoutFactors,
  dropoutKeeps,
  type LayerOracle,
  type Pass,
  positionsOf,
  type Rows,
  tensorAt,
  times,
} from './oraclePass.ts'
import { bidirectional, embedding, gru, lstm, simpleRnn } from './oracleRecurrent.ts'
import { WINDOW_ORACLES } from './oracleWindows.ts'

const dense: LayerOracle<'dense'> = {
  forward(pass) {
    const { layout, own, parameters, inputs } = pass
    const width = lastAxis(layout.input).width
    const { units } = pass.layer
    const kernel = tensorAt(pass, 'kernel') ?? 0
    const bias = tensorAt(pass, 'bias')
    pass.logits = inputs.map((row) =>
      cut(row, width).flatMap((x) =>
        Array.from({ length: units }, (_, u) =>
          x.reduce(
            (sum, value, i) => sum + value * at(parameters, kernel + i * units + u),
            bias === undefined ? 0 : at(parameters, bias + u),
          ),
        ),
      ),
    )
    const outputs = pass.logits.map((row) => cut(row, units).flatMap((logits) => activate(own.activation, logits)))
    pass.outputs = times(outputs, dropoutFactors(pass, own.dropout, outputs, units))
  },
  backward(pass, given, finished) {
    const { layout, own, layer, parameters, gradient, inputs } = pass
    const width = lastAxis(layout.input).width
    const { units } = layer
    const kernel = tensorAt(pass, 'kernel') ?? 0
    const bias = tensorAt(pass, 'bias')
    const masked = times(given, dropoutFactors(pass, own.dropout, given, units))
    const delta = finished
      ? given
      : masked.map((row, b) =>
          cut(row, units).flatMap((d, p) => differentiate(own.activation, (pass.logits[b] ?? []).slice(p * units, (p + 1) * units), d)),
        )
    if (layer.trainable) {
      const xs = positionsOf(inputs, width)
      positionsOf(delta, units).forEach((d, r) => {
        d.forEach((value, u) => {
          for (const [i, x] of (xs[r] ?? []).entries()) add(gradient, kernel + i * units + u, x * value)
          if (bias !== undefined) add(gradient, bias + u, value)
        })
      })
    }
    return delta.map((row) =>
      cut(row, units).flatMap((d) =>
        Array.from({ length: width }, (_, i) => d.reduce((sum, value, u) => sum + value * at(parameters, kernel + i * units + u), 0)),
      ),
    )
  },
}

const dropout: LayerOracle<'dropout'> = {
  forward(pass) {
    const { inputs, layout, own } = pass
    pass.outputs = times(inputs, dropoutFactors(pass, own.rate, inputs, lastAxis(layout.input).width))
  },
  backward: (pass, delta) => times(delta, dropoutFactors(pass, pass.own.rate, delta, lastAxis(pass.layout.input).width)),
}

const activation: LayerOracle<'activation'> = {
  forward(pass) {
    const { width } = lastAxis(pass.layout.input)
    pass.logits = pass.inputs
    pass.outputs = pass.inputs.map((row) => cut(row, width).flatMap((logits) => activate(pass.own.activation, logits)))
  },
  backward({ inputs, own, layout }, delta, finished) {
    const { width } = lastAxis(layout.input)
    if (finished) return delta
    return delta.map((row, b) =>
      cut(row, width).flatMap((d, p) => differentiate(own.activation, (inputs[b] ?? []).slice(p * width, (p + 1) * width), d)),
    )
  },
}

/** Whether position r of the batch counts: not where its token is 0. */
function countsAt({ tokens, layout }: Pass<'batchNormalization'>, r: number): boolean {
  const { positions } = lastAxis(layout.input)
  return tokens === undefined || at(tokens[Math.floor(r / positions)] ?? [], r % positions) !== 0
}

/** How many count: where some do not, Keras adds its epsilon (`_moments` of `batch_normalization.py`). */
const counted = (pass: Pass<'batchNormalization'>, { length }: ArrayLike<unknown>): number =>
  length + (pass.tokens === undefined ? 0 : 1e-7)

/** Mean and variance of each column over the batch, or the moving ones. */
function statistics(pass: Pass<'batchNormalization'>): { mean: number[]; variance: number[]; ofBatch: boolean } {
  const { layout, layer, state, inputs, moment } = pass
  const { width } = lastAxis(layout.input)
  const [meanAt = 0, varianceAt = 0] = layout.state.map(({ offset }) => offset)
  const columns = Array.from({ length: width }, (_, i) => i)
  if (moment === undefined || !layer.trainable)
    return { mean: columns.map((i) => at(state, meanAt + i)), variance: columns.map((i) => at(state, varianceAt + i)), ofBatch: false }
  const xs = positionsOf(inputs, width).filter((_, r) => countsAt(pass, r))
  const mean = columns.map((i) => xs.reduce((sum, x) => sum + at(x, i), 0) / counted(pass, xs))
  return {
    mean,
    variance: columns.map((i) => xs.reduce((sum, x) => sum + (at(x, i) - at(mean, i)) ** 2, 0) / counted(pass, xs)),
    ofBatch: true,
  }
}

const batchNormalization: LayerOracle<'batchNormalization'> = {
  forward(pass) {
    const { layout, own, parameters, state, inputs } = pass
    const { width } = lastAxis(layout.input)
    const [gamma, beta] = [tensorAt(pass, 'gamma'), tensorAt(pass, 'beta')]
    const { mean, variance, ofBatch } = statistics(pass)
    pass.outputs = inputs.map((row) =>
      row.map((x, at0) => {
        const i = at0 % width
        const normalized = (x - at(mean, i)) / Math.sqrt(at(variance, i) + own.epsilon)
        return normalized * (gamma === undefined ? 1 : at(parameters, gamma + i)) + (beta === undefined ? 0 : at(parameters, beta + i))
      }),
    )
    pass.logits = [mean, variance]
    if (!ofBatch) return
    for (const [s, values] of [mean, variance].entries()) {
      const offset = layout.state[s]?.offset ?? 0
      values.forEach((value, i) => {
        state[offset + i] = own.momentum * at(state, offset + i) + (1 - own.momentum) * value
      })
    }
  },
  backward(pass, delta) {
    const { layout, layer, own, parameters, gradient, inputs, moment } = pass
    const { width } = lastAxis(layout.input)
    const [gamma, beta] = [tensorAt(pass, 'gamma'), tensorAt(pass, 'beta')]
    const [mean = [], variance = []] = pass.logits // as `forward` had them: the moving ones have moved
    const inverse = (i: number) => 1 / Math.sqrt(at(variance, i) + own.epsilon)
    const normalized = (x: number, i: number) => (x - at(mean, i)) * inverse(i)
    const scale = (i: number) => (gamma === undefined ? 1 : at(parameters, gamma + i))
    const xs = positionsOf(inputs, width)
    const ds = positionsOf(delta, width)
    const count = counted(
      pass,
      xs.filter((_, r) => countsAt(pass, r)),
    )
    const sums = Array.from({ length: width }, (_, i) => ({
      delta: ds.reduce((sum, d) => sum + at(d, i), 0),
      product: ds.reduce((sum, d, r) => sum + at(d, i) * normalized(at(xs[r] ?? [], i), i), 0),
    }))
    if (layer.trainable) {
      sums.forEach((own1, i) => {
        if (gamma !== undefined) add(gradient, gamma + i, own1.product)
        if (beta !== undefined) add(gradient, beta + i, own1.delta)
      })
    }
    const ofBatch = moment !== undefined && layer.trainable
    return delta.map((row, b) =>
      row.map((d, at0) => {
        const i = at0 % width
        const own1 = sums[i] ?? { delta: 0, product: 0 }
        const centred =
          ofBatch && countsAt(pass, b * lastAxis(layout.input).positions + Math.floor(at0 / width))
            ? d - own1.delta / count - (normalized(at(inputs[b] ?? [], at0), i) * own1.product) / count
            : d
        return centred * scale(i) * inverse(i)
      }),
    )
  },
}

const prelu: LayerOracle<'prelu'> = {
  forward(pass) {
    const alpha = alphaOf(pass)
    pass.outputs = pass.inputs.map((row) => row.map((x, i) => (x > 0 ? x : at(pass.parameters, alpha(i)) * x)))
  },
  backward(pass, delta) {
    const { inputs, parameters, gradient, layer } = pass
    const alpha = alphaOf(pass)
    return delta.map((row, b) =>
      row.map((d, i) => {
        const x = at(inputs[b] ?? [], i)
        if (layer.trainable) add(gradient, alpha(i), d * Math.min(x, 0))
        return x > 0 ? d : at(parameters, alpha(i)) * d
      }),
    )
  },
}

/** Where the alpha of number i of a row is. */
function alphaOf({ layout }: Pass<'prelu'>): (i: number) => number {
  const [{ offset, size } = { offset: 0, size: 1 }] = layout.tensors
  return (i) => offset + (i % size)
}

const flatten: LayerOracle<'flatten'> = {
  forward(pass) {
    pass.outputs = pass.inputs
  },
  backward: (_, delta) => delta,
}

const glu: LayerOracle<'glu'> = {
  forward(pass) {
    const { width } = lastAxis(pass.layout.input)
    const half = width / 2
    pass.outputs = pass.inputs.map((row) =>
      cut(row, width).flatMap((x) => x.slice(0, half).map((value, i) => value * sigmoid(at(x, half + i)))),
    )
  },
  backward({ inputs, layout }, delta) {
    const { width } = lastAxis(layout.input)
    const half = width / 2
    return delta.map((row, b) =>
      cut(row, half).flatMap((d, p) => {
        const x = (inputs[b] ?? []).slice(p * width, (p + 1) * width)
        const gate = d.map((_, i) => sigmoid(at(x, half + i)))
        return [...d.map((value, i) => value * at(gate, i)), ...d.map((value, i) => value * at(x, i) * at(gate, i) * (1 - at(gate, i)))]
      }),
    )
  },
}

const residual: LayerOracle<'residual'> = {
  forward(pass) {
    const [one = [], two = []] = pass.all
    pass.outputs = one.map((row, b) => row.map((x, i) => x + at(two[b] ?? [], i)))
  },
  backwards: (_, delta) => [delta, delta],
}

const concatenate: LayerOracle<'concatenate'> = {
  forward(pass) {
    const { positions } = lastAxis(pass.layout.output)
    const widths = pass.shapes.map((shape) => lastAxis(shape).width)
    pass.outputs = (pass.all[0] ?? []).map((_, b) =>
      Array.from({ length: positions }, (_, p) =>
        pass.all.flatMap((rows, k) => (rows[b] ?? []).slice(p * at(widths, k), (p + 1) * at(widths, k))),
      ).flat(),
    )
  },
  backwards({ layout, shapes }, delta) {
    const { width } = lastAxis(layout.output)
    let end = 0
    return shapes.map((shape) => {
      const start = end
      end += lastAxis(shape).width
      return delta.map((row) => cut(row, width).flatMap((d) => d.slice(start, end)))
    })
  },
}

/** Numbers of a normal distribution by Box and Muller, as assembly/layers/gaussianNoise.ts says. */
function noiseOf({ seed, index, moment }: Pick<Pass, 'seed' | 'index' | 'moment'>, block: number): number[] {
  if (moment === undefined) return [0, 0, 0, 0]
  const words = philox4x32([block, moment.step, moment.epoch, 0], [seed, Purpose.noise | (index << 8)])
  return [0, 2].flatMap((i) => {
    const radius = Math.sqrt(-2 * Math.log(((at(words, i) >>> 8) + 1) * 2 ** -24))
    const angle = 2 * Math.PI * (at(words, i + 1) >>> 8) * 2 ** -24
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })
}

const gaussianNoise: LayerOracle<'gaussianNoise'> = {
  forward(pass) {
    const { width, positions } = lastAxis(pass.layout.input)
    const blocks = Math.ceil(width / 4)
    pass.outputs = pass.inputs.map((row, b) =>
      row.map((x, i) => {
        const [p, u] = [Math.floor(i / width), i % width]
        return x + pass.own.stddev * at(noiseOf(pass, (b * positions + p) * blocks + Math.floor(u / 4)), u % 4)
      }),
    )
  },
  backward: (_, delta) => delta,
}

/** One mask for all positions of a row. */
function spatially(pass: Pass<'spatialDropout1d' | 'spatialDropout2d'>, rows: Rows): Rows {
  const { layout, own, index, seed, moment } = pass
  const { width } = lastAxis(layout.input)
  if (moment === undefined) return rows
  return rows.map((row, b) => {
    const keeps = dropoutKeeps(seed, own.rate, index, moment, b, width)
    return row.map((x, i) => (keeps[i % width] === true ? x / (1 - own.rate) : 0))
  })
}

const spatialDropout: LayerOracle<'spatialDropout1d' | 'spatialDropout2d'> = {
  forward(pass) {
    pass.outputs = spatially(pass, pass.inputs)
  },
  backward: (pass, delta) => spatially(pass, delta),
}

/** The groups of a row with mean, 1 / deviation and normalised numbers. */
function normalizedGroups({ layout, layer, own }: Pass<'layerNormalization'>, row: readonly number[]) {
  const size = row.length / groupsOf(layer, layout.input).groups
  return cut(row, size).map((x) => {
    const mean = x.reduce((sum, value) => sum + value, 0) / size
    const inverse = 1 / Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size + own.epsilon)
    return { inverse, normalized: x.map((value) => (value - mean) * inverse) }
  })
}

const layerNormalization: LayerOracle<'layerNormalization'> = {
  forward(pass) {
    const { parameters } = pass
    const [gamma, beta] = [tensorAt(pass, 'gamma'), tensorAt(pass, 'beta')]
    pass.outputs = pass.inputs.map((row) =>
      normalizedGroups(pass, row).flatMap(({ normalized }) =>
        normalized.map(
          (x, i) => x * (gamma === undefined ? 1 : at(parameters, gamma + i)) + (beta === undefined ? 0 : at(parameters, beta + i)),
        ),
      ),
    )
  },
  backward(pass, delta) {
    const { layer, parameters, gradient, inputs } = pass
    const [gamma, beta] = [tensorAt(pass, 'gamma'), tensorAt(pass, 'beta')]
    return delta.map((row, b) => {
      const groups = normalizedGroups(pass, inputs[b] ?? [])
      return cut(row, row.length / groups.length).flatMap((d, g) => {
        const { inverse, normalized } = groups[g] ?? { inverse: 0, normalized: [] }
        if (layer.trainable) {
          d.forEach((value, i) => {
            if (gamma !== undefined) add(gradient, gamma + i, value * at(normalized, i))
            if (beta !== undefined) add(gradient, beta + i, value)
          })
        }
        const scaled = d.map((value, i) => value * (gamma === undefined ? 1 : at(parameters, gamma + i)))
        const mean = scaled.reduce((sum, value) => sum + value, 0) / d.length
        const slope = scaled.reduce((sum, value, i) => sum + value * at(normalized, i), 0) / d.length
        return scaled.map((value, i) => inverse * (value - mean - at(normalized, i) * slope))
      })
    })
  },
}

const ORACLES: { readonly [K in LoweredType]: LayerOracle<K> } = {
  dense,
  dropout,
  activation,
  batchNormalization,
  prelu,
  flatten,
  glu,
  simpleRnn,
  gru,
  lstm,
  bidirectional,
  embedding,
  residual,
  concatenate,
  gaussianNoise,
  spatialDropout1d: spatialDropout as LayerOracle<'spatialDropout1d'>,
  spatialDropout2d: spatialDropout as LayerOracle<'spatialDropout2d'>,
  layerNormalization,
  ...WINDOW_ORACLES,
  ...AUGMENT_ORACLES,
}

/** Of a kind that `lower` leaves. */
export const layerOracle = (type: LayerType): LayerOracle<LayerType> => ORACLES[type as LoweredType] as unknown as LayerOracle<LayerType>

/** The activation of a layer, linear where it has none. */
export const outputActivation = (own: MemberLayer | undefined) =>
  own?.type === 'dense' || own?.type === 'activation' ? own.activation : resolveActivation('linear', 'keras3')
