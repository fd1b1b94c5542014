import * as z from 'zod/mini'
import { UnsupportedModelError } from '../errors.ts'
import { parseParts } from '../notes.ts'
import type { LayerJson } from './convention.ts'

/** The JSON of a model's layers, as TensorFlow.js and Keras write it, as a list of layers in a row. */

const layerSchema = z.looseObject({
  class_name: z.string(),
  config: z.record(z.string(), z.unknown()),
  name: z.optional(z.string()),
  inbound_nodes: z.optional(z.unknown()),
  /** Keras's name of a class of one's own: `Custom>Dense`. */
  registered_name: z.optional(z.nullable(z.string())),
})
const layersSchema = z.array(layerSchema)
const modelSchema = z.looseObject({
  class_name: z.string(),
  /** Keras 2.1 wrote the list of a Sequential model's layers itself. */
  config: z.union([layersSchema, z.looseObject({ layers: layersSchema, output_layers: z.optional(z.unknown()) })]),
})

/**
 * The names of the layers a layer takes its inputs from, one for every use: `["dense", 0, 0]` in Keras 2 and TensorFlow.js,
 * `{ keras_history: ["dense", 0, 0] }` in Keras 3.
 */
function sourcesOf(nodes: unknown): string[] {
  if (Array.isArray(nodes)) {
    const [name, node, tensor] = nodes
    if (typeof name === 'string' && typeof node === 'number' && typeof tensor === 'number') return [name]
    return nodes.flatMap(sourcesOf)
  }
  if (typeof nodes !== 'object' || nodes === null) return []
  return Object.values(nodes).flatMap(sourcesOf)
}

/** @throws UnsupportedModelError for a kind of model that is no row of layers; InvalidDataError where the JSON is damaged */
export function readTopology(topology: unknown, file: string): LayerJson[] {
  const { class_name, config } = parseParts(modelSchema, topology, `${file}: its topology`)
  const given = Array.isArray(config) ? config : config.layers
  const layers = given.map(({ class_name: className, config: own, name, inbound_nodes, registered_name }) => {
    const said = own.name ?? name
    if (registered_name?.includes('>') === true)
      throw new UnsupportedModelError(
        `${file}: layer "${String(said)}" is of the class ${registered_name}, which Keras itself does not have`,
      )
    return { className, config: own, name: typeof said === 'string' ? said : className, sources: sourcesOf(inbound_nodes) }
  })
  if (class_name === 'Sequential') return layers
  if (!['Functional', 'Model'].includes(class_name))
    throw new UnsupportedModelError(`${file}: is a model of the class ${class_name}; only Sequential and Functional ones are read`)
  layers.forEach(({ name, sources }, i) => {
    const before = i === 0 ? [] : [layers[i - 1]?.name]
    if (sources.length !== before.length || sources[0] !== before[0])
      throw new UnsupportedModelError(
        `${file}: layer "${name}" takes ${sources.length === 0 ? 'no input' : `its input from ${sources.map((source) => `"${source}"`).join(' and ')}`}` +
          `; a network here is a row of layers without branches, each with its input from the one before`,
      )
  })
  const outputs = Array.isArray(config) ? [] : sourcesOf(config.output_layers)
  if (outputs.length > 1 || (outputs.length === 1 && outputs[0] !== layers.at(-1)?.name))
    throw new UnsupportedModelError(
      `${file}: gives the outputs of ${outputs.map((output) => `"${output}"`).join(' and ')}; a network here gives those of its last layer alone`,
    )
  return layers
}
