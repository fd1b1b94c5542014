/**
 * Keras's older `.h5`: one HDF5 file whose attribute `model_config` has the layers, and in the group `model_weights` a group for each layer of the
 * model, whose attribute `weight_names` lists its weights in the order the layer made them, a model within it with all of its own
 * (`keras/src/legacy/saving/legacy_h5_format.py`).
 */

import { InvalidDataError } from '../../core/errors.ts'
import { UnsupportedModelError } from '../errors.ts'
import { modelOfGraph, type ReadOptions } from '../graph.ts'
import { hardSigmoidOf } from '../layers/convention.ts'
import { readLayers, type TakeWeights } from '../layers/read.ts'
import { readBranches, readTopology } from '../layers/topology.ts'
import { type KeyFinder, keyFinder } from '../layers/weights.ts'
import type { Model } from '../model.ts'
import { modelOfLayers } from '../network/model.ts'
import { readNetwork } from '../network/read.ts'
import { parseJson } from '../notes.ts'
import { otherKind } from '../recognize.ts'
import { type H5Reader, type H5wasm, readH5 } from './h5.ts'
import { keptNames } from './names.ts'

const WEIGHTS = 'model_weights'

/** A text attribute; h5py writes one as a text or as a list of one. */
const textOf = (value: unknown): string | undefined => {
  const [text] = [value].flat()
  return typeof text === 'string' ? text : undefined
}

/** A list of texts, which Keras divides into `weight_names0`, … where it is longer than HDF5 takes. */
function textsOf(file: H5Reader, path: string, name: string): string[] {
  const whole = file.attribute(path, name)
  if (whole !== undefined) return [whole].flat().filter((text) => typeof text === 'string')
  const chunks: string[] = []
  for (let i = 0; ; i++) {
    const chunk = file.attribute(path, `${name}${i}`)
    if (chunk === undefined) return chunks
    chunks.push(...[chunk].flat().filter((text) => typeof text === 'string'))
  }
}

function withoutModel(file: H5Reader, name: string): UnsupportedModelError {
  const weights =
    [WEIGHTS, 'layers', '_layer_checkpoint_dependencies', 'vars'].some((group) => file.names('').includes(group)) ||
    textsOf(file, '', 'layer_names').length > 0
  return new UnsupportedModelError(
    weights
      ? `${name}: holds weights alone (save_weights), not the network they are of: in Python, make the model, load_weights(…) them and model.save('model.keras')`
      : `${name}: is an HDF5 file that Keras did not write a model into; there is no model_config`,
  )
}

/** The weights of a group, in their order and by their names. */
interface Group {
  readonly path: string
  readonly keys: readonly string[]
  readonly keyOf: KeyFinder
}

/** What takes a layer's weights; of each group the names are read once, however many layers of a model are in it. */
function taker(file: H5Reader, name: string): TakeWeights {
  const groups = new Map<string, Group>()
  const groupOf = (top: string): Group => {
    const path = `${file.names('').includes(WEIGHTS) ? `${WEIGHTS}/` : ''}${top}`
    const keys = textsOf(file, path, 'weight_names')
    return { path, keys, keyOf: keyFinder(keys) }
  }
  return (layer, variables, inner) => {
    const { within } = layer
    const top = within[0] ?? layer.name
    const group = groups.get(top) ?? groupOf(top)
    groups.set(top, group)
    const { path, keys, keyOf } = group
    return variables.map((variable, i) => {
      // Keras itself goes by the order, and names may be of an earlier life of the layer.
      const place = i + (inner?.first ?? 0)
      const own = inner?.name === undefined ? layer : { name: inner.name, within: [...within, layer.name] }
      const key = within.length === 0 && keys.length > place ? keys[place] : keyOf(own, variable, i)
      if (key === undefined)
        throw new InvalidDataError(`${name}: the weights of layer "${layer.name}" have no ${variable}; the file is damaged`)
      return file.tensor(`${path}/${key}`)
    })
  }
}

/**
 * The model of a `.h5` file of Keras, saved whole (`model.save('model.h5')`), where it is dense layers in a row.
 * @param h5wasm the package, which reads it: `import * as h5wasm from 'h5wasm'`
 * @throws UnsupportedModelError naming the layer that no dense network has, or for a file of weights alone; InvalidDataError where it is damaged
 */
export async function fromKerasH5(bytes: Uint8Array, h5wasm: H5wasm, options: ReadOptions = {}): Promise<Model> {
  const { name = 'the .h5 file', notes } = options
  const other = otherKind(bytes, 'hdf5', '.h5 file', name)
  if (other !== undefined) throw other
  return readH5(h5wasm, bytes, name, options, (file) => {
    const config = textOf(file.attribute('', 'model_config'))
    if (config === undefined) throw withoutModel(file, name)
    const version = textOf(file.attribute('', 'keras_version'))
    if (version?.startsWith('1.') === true)
      throw new UnsupportedModelError(`${name}: was saved by Keras ${version}, whose layers have other fields; save it by Keras 2 or 3`)
    const topology = parseJson(config, `${name}: its model_config`)
    const [slope, take] = [hardSigmoidOf(version), taker(file, name)]
    const row = () => {
      const layers = readTopology(topology, name)
      return modelOfGraph(readLayers(layers, slope, take, name), undefined, name, notes, keptNames(layers))
    }
    const branches = () => readBranches(topology, name)
    const network = () => readNetwork(branches().layers, branches().output, slope, take, name)
    return modelOfLayers({ row, network, notes: undefined, labels: () => ({}) }, name, notes)
  })
}
