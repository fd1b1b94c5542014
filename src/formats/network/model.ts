// What a file of layers is: dense layers in a row, into which affine steps are folded, or a network of any kinds.

import { EspalierError, InvalidDataError } from '../../core/errors.ts'
import { outputSizeOf, weightsLayout } from '../../core/layout.ts'
import { resolveMember, resolveTopology, splitSpec } from '../../core/resolve.ts'
import type { TrainSpec } from '../../core/spec.ts'
import { NotARowError, UnsupportedModelError } from '../errors.ts'
import { checkModel, checkTransforms, fittingLabels, isDenseRow, type ReadOptions } from '../graph.ts'
import { inputSizeOfSpec, type Labels, layoutOf, type Model, storedLayoutOf } from '../model.ts'
import { readNotes } from '../notes.ts'

interface Ways {
  /** The model as dense layers in a row. */
  readonly row: () => Model
  /** The model as a network of any kinds, by the file alone. */
  readonly network: () => Model
  /** What espalier noted beside it. */
  readonly notes: unknown
  /** Of a file without notes. */
  readonly labels: () => Labels
}

/**
 * Reads a file in the way that it is for: as dense layers in a row, or else as a network of any kinds.
 * @throws where neither can be read, what `network` does of layers that are no dense ones in a row, else what `row` does
 */
export function modelOfLayers({ row, network, notes, labels }: Ways, name: string, read: ReadOptions['notes'] = 'read'): Model {
  const noted = notes === undefined || read === 'ignore' ? undefined : readNotes(notes, name)
  if (noted !== undefined && !isDenseRow(noted.spec, storedLayoutOf(noted.spec, name))) return asNoted(network(), noted, name)
  try {
    return row()
  } catch (error) {
    if (!(error instanceof UnsupportedModelError)) throw error
    const found = attempt(network)
    if (found instanceof EspalierError) throw error instanceof NotARowError ? found : error
    checkModel(found, name)
    const [inputs, outputs] = [inputSizeOfSpec(found.spec), outputSizeOf(resolveTopology(splitSpec(found.spec).topology))]
    return { ...found, data: { ...found.data, ...(read === 'ignore' ? {} : fittingLabels(labels(), inputs, outputs)) } }
  }
}

function attempt(network: () => Model): Model | EspalierError {
  try {
    return network()
  } catch (error) {
    if (error instanceof EspalierError) return error
    throw error
  }
}

/** What decides predictions: the shapes of tensors, and the activations that do anything, in order. */
function essence(spec: TrainSpec): string {
  const { topology, member } = splitSpec(spec)
  const resolved = resolveTopology(topology)
  const shapes = weightsLayout(layoutOf(spec))
    .flat()
    .map(({ shape }) => shape)
  const activations = resolveMember(member, resolved).layers.flatMap((layer) =>
    'activation' in layer && layer.activation.kernel !== 'linear'
      ? [[layer.activation.kernel, ...layer.activation.numbers.map((value) => value.toPrecision(6))]]
      : [],
  )
  return JSON.stringify([resolved.inputShape, shapes, activations])
}

/** A network by the spec that was noted beside it, if it is still that one. */
function asNoted(found: Model, noted: Pick<Model, 'spec' | 'data'>, name: string): Model {
  if (essence(found.spec) !== essence(noted.spec))
    throw new InvalidDataError(
      `${name}: its network is not the one that espalier noted beside it: another program changed it; to read the network alone, pass { notes: 'ignore' }`,
    )
  // Activations that are layers of their own in the file, and other layers without weights, are none there: the tensors are the same, in one order.
  const tensors = found.weights.flat()
  const weights = weightsLayout(layoutOf(noted.spec)).map((layer) => tensors.splice(0, layer.length))
  const model = { ...noted, weights }
  checkModel(model, name)
  checkTransforms(model)
  return model
}
