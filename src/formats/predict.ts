import type { Backend } from '../backend/backend.ts'
import { InvalidDataError } from '../core/errors.ts'
import { checkFeatures } from '../core/examples.ts'
import type { Features } from '../core/population.ts'
import { resolveMember, resolveTopology, splitSpec } from '../core/resolve.ts'
import { transformFromJSON } from '../data/transform.ts'
import type { Model } from './model.ts'

/** Rows as the network saw them in training: scaled, then transformed. Bytes without a transform stay bytes, with their scale. */
function prepare({ spec, data }: Model, features: Float32Array | Uint8Array): Features {
  const { inputSize } = spec.network
  const rows = features.length / inputSize
  if (!Number.isInteger(rows)) throw new InvalidDataError(`features holds ${features.length} numbers; they must be rows of ${inputSize}`)
  const { scale } = data
  if (data.transforms.length === 0) {
    if (scale === undefined) return { features, rows }
    return features instanceof Uint8Array ? { features, rows, scale } : { features: features.map((value) => value * scale), rows }
  }
  const given = { features, rows, inputSize, featureNames: [], ...(scale === undefined ? {} : { scale }) }
  const [first, ...others] = data.transforms.map(transformFromJSON)
  const changed = others.reduce(
    (before, transform) => transform.apply(before),
    first?.apply(given) ?? { ...given, features: Float32Array.from(features) },
  )
  return { features: changed.features, rows }
}

/**
 * Outputs, rows x units of the last layer, of raw features (rows x inputSize, row-major): they are scaled as the model says.
 * @throws InvalidSpecError where the model is none; InvalidDataError naming row and column
 */
export async function predictModel(backend: Backend, model: Model, features: Float32Array | Uint8Array): Promise<Float32Array> {
  const { topology: topologySpec, member } = splitSpec(model.spec)
  const topology = resolveTopology(topologySpec)
  const prepared = prepare(model, features)
  checkFeatures(prepared, topology.inputSize, 'predict')
  const population = { topology, members: [resolveMember(member, topology, model.weights)] }
  const session = await backend.createSession(population, {})
  try {
    return await session.predict(0, prepared)
  } finally {
    await session.dispose()
  }
}
