import { strFromU8, unzipSync } from 'fflate'
import * as h5wasm from 'h5wasm'
import { at } from '../support/close.ts'

/**
 * A `.keras` file computed layer by layer as Keras 3's sources say (`keras/src/layers/**`, `keras/src/activations/activations.py`), in plain loops
 * that share nothing with the package: constants rounded to float32 where Keras makes tensors of them, the rest in float64.
 */

interface Layer {
  readonly class_name: string
  readonly config: Readonly<Record<string, unknown>>
}

export interface KerasFile {
  readonly config: { readonly class_name: string; readonly config: { readonly layers: readonly Layer[] } } & Readonly<
    Record<string, unknown>
  >
  readonly metadata: Readonly<Record<string, unknown>>
  /** By path. */
  readonly datasets: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
  readonly groups: readonly string[]
}

/** Reads the archive with fflate and h5wasm alone. */
export async function openKeras(bytes: Uint8Array): Promise<KerasFile> {
  const files = unzipSync(bytes)
  const text = (name: string) => JSON.parse(strFromU8(files[name] ?? new Uint8Array()))
  const { FS } = await h5wasm.ready
  FS.writeFile('/test.h5', files['model.weights.h5'] ?? new Uint8Array())
  const file = new h5wasm.File('/test.h5', 'r')
  const datasets = new Map<string, { shape: readonly number[]; data: Float32Array }>()
  const groups: string[] = []
  const walk = (group: h5wasm.Group, path: string): void => {
    for (const key of group.keys()) {
      const child = group.get(key)
      if (child instanceof h5wasm.Group) {
        groups.push(`${path}${key}`)
        walk(child, `${path}${key}/`)
      } else if (child instanceof h5wasm.Dataset) {
        datasets.set(`${path}${key}`, { shape: child.shape ?? [], data: Float32Array.from(child.value as Float32Array) })
      }
    }
  }
  walk(file, '')
  file.close()
  return { config: text('config.json'), metadata: text('metadata.json'), datasets, groups }
}

const relu6 = (x: number) => Math.min(Math.max(x, 0), 6)
const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 }
const ACTIVATIONS: Readonly<Record<string, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => SELU.scale * (x > 0 ? x : SELU.alpha * Math.expm1(x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  softsign: (x) => x / (1 + Math.abs(x)),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  hard_sigmoid: (x) => relu6(x + 3) / 6,
}

function activate(name: unknown, row: readonly number[]): number[] {
  if (name === 'softmax') {
    const powers = row.map((x) => Math.exp(x - Math.max(...row)))
    const sum = powers.reduce((a, b) => a + b, 0)
    return powers.map((x) => x / sum)
  }
  const formula = ACTIVATIONS[String(name)]
  if (formula === undefined) throw new Error(`Keras has no activation ${String(name)}`)
  return row.map(formula)
}

function compute({ class_name, config }: Layer, weights: readonly Float32Array[], row: readonly number[]): number[] {
  const list = (key: string) => (config[key] as number[]).map(Math.fround)
  switch (class_name) {
    case 'InputLayer':
      return [...row]
    case 'Dropout':
      if (config.rate !== 0) throw new Error('a Dropout that drops')
      return [...row]
    case 'Rescaling':
      return row.map((x) => x * Number(config.scale) + Number(config.offset))
    case 'Normalization': {
      const [mean, variance] = [list('mean'), list('variance')]
      return row.map((x, i) => Math.fround(x - at(mean, i)) / Math.max(Math.sqrt(at(variance, i)), 1e-7))
    }
    case 'Activation':
      return activate(config.activation, row)
    case 'LeakyReLU':
      return row.map((x) => (x >= 0 ? x : Number(config.negative_slope) * x))
    case 'ELU':
      return row.map((x) => (x > 0 ? x : Number(config.alpha) * Math.expm1(x)))
    case 'Dense': {
      const [kernel = new Float32Array(), bias = new Float32Array()] = weights
      const sums = Array.from(bias, (b, unit) => row.reduce((sum, x, i) => sum + x * at(kernel, i * bias.length + unit), b))
      return activate(config.activation, sums)
    }
    default:
      throw new Error(`Keras's ${class_name} is not among what the package writes`)
  }
}

/** `keras/src/utils/naming.py` of the classes that are written. */
const PATHS: Readonly<Record<string, string>> = {
  Dense: 'dense',
  LeakyReLU: 'leaky_re_lu',
  ELU: 'elu',
  Activation: 'activation',
  Normalization: 'normalization',
  Rescaling: 'rescaling',
  InputLayer: 'input_layer',
  Dropout: 'dropout',
}

/** Outputs, rows x units of the last layer. */
export function predictKeras({ config, datasets }: KerasFile, features: ArrayLike<number>, width: number): Float32Array {
  const used: Record<string, number> = {}
  const layers = config.config.layers.map((layer) => {
    const name = PATHS[layer.class_name] ?? ''
    const count = used[name] ?? 0
    used[name] = count + 1
    const path = `layers/${name}${count === 0 ? '' : `_${count}`}/vars`
    return { layer, weights: ['0', '1'].flatMap((i) => datasets.get(`${path}/${i}`)?.data ?? []) }
  })
  const rows = Array.from({ length: features.length / width }, (_, row) =>
    Array.from({ length: width }, (_, i) => at(features, row * width + i)),
  )
  return Float32Array.from(rows.flatMap((row) => layers.reduce((values, { layer, weights }) => compute(layer, weights, values), row)))
}
