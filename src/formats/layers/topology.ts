/** The JSON of a model's layers, as TensorFlow.js and Keras write it, as a list of layers in a row; models within it are laid out. */

import * as z from 'zod/mini'
import { openShapeSchema } from '../../core/shape.ts'
import { NotARowError, UnsupportedModelError } from '../errors.ts'
import { parseParts } from '../notes.ts'
import { type LayerJson, snakeCase } from './convention.ts'

/** Where a layer is among those of its model: the how manieth of its class, which names it in the weights of a `.keras` file. */
interface Place {
  readonly classInSnakeCase: string
  readonly index: number
}

/** A layer of a file. */
export interface ReadLayer extends LayerJson {
  /** Of the models it is in, outermost first, then of itself. */
  readonly places: readonly Place[]
  /** The names of the models it is in, outermost first, without the model of the file itself. */
  readonly within: readonly string[]
  /** Of the batch it was built for; a size that was not said is null. */
  readonly inputShape: readonly (number | null)[] | undefined
  /** Whether it is called with training=True, also when the network predicts. */
  readonly training: boolean
  /** The names of the layers it takes its inputs from; undefined in a row, where it is the one before. */
  readonly sources?: readonly string[] | undefined
}

const layerSchema = z.looseObject({
  class_name: z.string(),
  // A Sequential's list of layers in Keras 2.1.
  config: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  name: z.optional(z.string()),
  inbound_nodes: z.optional(z.unknown()),
  module: z.optional(z.nullable(z.string())),
  /** Keras's name of a class of one's own: `Custom>Dense`. */
  registered_name: z.optional(z.nullable(z.string())),
  build_config: z.optional(z.unknown()),
})
const layersSchema = z.array(layerSchema)
const modelSchema = z.looseObject({ class_name: z.string(), config: z.unknown() })
const configSchema = z.union([
  layersSchema,
  z.looseObject({ layers: layersSchema, input_layers: z.optional(z.unknown()), output_layers: z.optional(z.unknown()) }),
])
const buildSchema = z.looseObject({ input_shape: openShapeSchema })

export const MODELS: readonly string[] = ['Sequential', 'Functional', 'Model']
/** Deeper than that nobody nests models, and a file that does would fill the stack. */
const DEEPEST = 32

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(' and ')

/** The parts of a call's arguments; whatever is nested deeper than any of Keras's is left out. */
const partsOf = (value: unknown): unknown[] => (typeof value === 'object' && value !== null ? Object.values(value) : [])

/**
 * The names of the layers a layer takes its inputs from, one for every use: `["dense", 0, 0]` in Keras 2 and TensorFlow.js,
 * `{ keras_history: ["dense", 0, 0] }` in Keras 3.
 */
function sourcesOf(nodes: unknown, depth = 0): string[] {
  if (Array.isArray(nodes)) {
    const [name, node, tensor] = nodes
    if (typeof name === 'string' && typeof node === 'number' && typeof tensor === 'number') return [name]
  }
  return depth > DEEPEST ? [] : partsOf(nodes).flatMap((part) => sourcesOf(part, depth + 1))
}

/** Whether a call has the argument training=True. */
function isTraining(nodes: unknown, depth = 0): boolean {
  if (typeof nodes !== 'object' || nodes === null || depth > DEEPEST) return false
  return ('training' in nodes && nodes.training === true) || partsOf(nodes).some((part) => isTraining(part, depth + 1))
}

/** Modules of Keras's own classes. */
const KERAS_MODULE = /^(keras|tf_keras|tensorflow|builtins)(\.|$)/

class Topology {
  readonly #file: string
  readonly #branches: boolean
  /** The name of the layer that gives the output, where the file says it. */
  output: string | undefined

  /** @param branches whether layers need not be in a row */
  constructor(file: string, branches: boolean) {
    this.#file = file
    this.#branches = branches
  }

  #unsupported(what: string): UnsupportedModelError {
    return new UnsupportedModelError(`${this.#file}: ${what}`)
  }

  /** @param places, within of the model itself */
  layersOf(model: unknown, places: readonly Place[], within: readonly string[]): ReadLayer[] {
    const { class_name, config: given } = parseParts(modelSchema, model, `${this.#file}: its topology`)
    if (!MODELS.includes(class_name))
      throw this.#unsupported(
        `is a model of the class ${class_name}; only Sequential and Functional ones are read, for a class of one's own is Python, which the file does not hold: make a Functional one of it and save that`,
      )
    if (within.length > DEEPEST) throw this.#unsupported(`has models within models, more than ${DEEPEST} deep`)
    const config = parseParts(configSchema, given, `${this.#file}: its topology`)
    const list = Array.isArray(config) ? config : config.layers
    const names = list.map(({ class_name, name, config: own }) => String((Array.isArray(own) ? undefined : own.name) ?? name ?? class_name))
    if (class_name !== 'Sequential') this.#checkRow(list, names, Array.isArray(config) ? {} : config)
    const counts = new Map<string, number>()
    const isRow = class_name === 'Sequential'
    return list.flatMap((layer, i) => {
      const classInSnakeCase = snakeCase(layer.class_name)
      const index = counts.get(classInSnakeCase) ?? 0
      counts.set(classInSnakeCase, index + 1)
      return this.#layer(layer, names[i] ?? '', [...places, { classInSnakeCase, index }], within, isRow)
    })
  }

  #layer(
    layer: z.infer<typeof layerSchema>,
    name: string,
    places: readonly Place[],
    within: readonly string[],
    isRow: boolean,
  ): ReadLayer[] {
    const { class_name: className, config, registered_name, module, inbound_nodes, build_config } = layer
    // Keras writes a class of its own with its module, any other with the name it was registered by.
    const ofKeras = typeof module === 'string' ? KERAS_MODULE.test(module) : typeof registered_name !== 'string'
    if (!ofKeras || registered_name?.includes('>') === true)
      throw this.#unsupported(
        `layer "${name}" is of the class ${registered_name ?? `${module}.${className}`}, which Keras itself does not have; the file does not hold what it computes`,
      )
    if (MODELS.includes(className) && !this.#branches) return this.layersOf(layer, places, [...within, name])
    if (Array.isArray(config)) throw this.#unsupported(`layer "${name}" (${className}) is not read: its config is a list`)
    const built = z.safeParse(buildSchema, build_config)
    const inputShape = built.success ? built.data.input_shape : undefined
    const sources = isRow ? undefined : sourcesOf(inbound_nodes)
    return [{ className, name, config, places, within, inputShape, training: isTraining(inbound_nodes), sources }]
  }

  /** That each layer of a Functional model takes its input from the one before, and the last gives the output. */
  #checkRow(
    layers: z.infer<typeof layersSchema>,
    names: readonly string[],
    config: { input_layers?: unknown; output_layers?: unknown },
  ): void {
    const inputs = sourcesOf(config.input_layers)
    if (inputs.length > 1) throw this.#unsupported(`has the inputs ${quoted(inputs)}; a network here has one`)
    for (const [i, { inbound_nodes }] of layers.entries()) {
      const sources = sourcesOf(inbound_nodes)
      const before = i === 0 ? [] : [names[i - 1]]
      const calls = Array.isArray(inbound_nodes) ? inbound_nodes.length : 0
      // A nested model keeps the call that made it, in Keras 2, and in the model around it one more.
      if (calls > 1 && sources.length > 1)
        throw this.#unsupported(`layer "${names[i]}" is used ${calls} times (a shared layer); here a network has each layer once`)
      if (!this.#branches && (sources.length !== before.length || sources[0] !== before[0]))
        throw new NotARowError(
          `${this.#file}: layer "${names[i]}" takes ${sources.length === 0 ? 'no input' : `its input from ${quoted(sources)}`}` +
            `; a network here is a row of layers without branches, each with its input from the one before`,
        )
    }
    const outputs = sourcesOf(config.output_layers)
    this.output = outputs[0]
    const several = `gives the outputs of ${quoted(outputs)}; a network here gives those of its last layer alone`
    if (outputs.length > 1) throw this.#unsupported(several)
    if (!this.#branches && outputs.length === 1 && outputs[0] !== names.at(-1)) throw new NotARowError(`${this.#file}: ${several}`)
  }
}

/** @throws UnsupportedModelError for a kind of model that is no row of layers; InvalidDataError where the JSON is damaged */
export const readTopology = (topology: unknown, file: string): ReadLayer[] => new Topology(file, false).layersOf(topology, [], [])

/** The same of layers that may have branches: each says its sources. `output` is the layer that gives the output; undefined: the last. */
export function readBranches(topology: unknown, file: string): { layers: ReadLayer[]; output: string | undefined } {
  const read = new Topology(file, true)
  const layers = read.layersOf(topology, [], [])
  return { layers, output: read.output }
}
