// Predicts with a model that was read from a file.

import type { Backend } from '../backend/backend.ts'
import { checkFeatures, readRows } from '../core/examples.ts'
import type { Numbers } from '../core/numbers.ts'
import type { Features } from '../core/population.ts'
import { resolveMember, resolveTopology, splitSpec } from '../core/resolve.ts'
import { inUnits } from '../core/units.ts'
import { transformFromJSON } from '../data/transform.ts'
import { checkBackend } from '../train/check.ts'
import { inputSizeOfSpec, type Model } from './model.ts'

/** Rows as the network saw them in training: scaled, then transformed. Bytes without a transform stay bytes, with their scale. */
function prepare({ spec, data }: Model, rowsGiven: Numbers | readonly Numbers[]): Features {
  const inputSize = inputSizeOfSpec(spec)
  const { features, rows } = readRows(rowsGiven, inputSize, 'predict')
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
 * Outputs, rows x units of the last layer, of raw features (rows x inputSize, row-major, or one array a row): they are scaled as the model says.
 * Predicted numbers are in the target's own units.
 * @throws InvalidSpecError where the model is none; InvalidDataError naming row and column
 */
export async function predictModel(backend: Backend, model: Model, features: Numbers | readonly Numbers[]): Promise<Float32Array> {
  checkBackend(backend)
  const { topology: topologySpec, member } = splitSpec(model.spec)
  const topology = resolveTopology(topologySpec)
  const prepared = prepare(model, features)
  checkFeatures(prepared, topology, 'predict')
  const population = { topology, members: [resolveMember(member, topology, model.weights)] }
  const session = await backend.createSession(population, {})
  try {
    return inUnits(await session.predict(0, prepared), model.data.preparation?.target.units)
  } finally {
    await session.dispose()
  }
}
