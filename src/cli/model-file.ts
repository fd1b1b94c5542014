import * as z from 'zod/mini'
import { InvalidDataError } from '../core/errors.ts'
import { parameterLayout, type Weights } from '../core/layout.ts'
import { type TrainSpec, trainSpecSchema } from '../core/spec.ts'
import { parseStored } from '../core/stored.ts'
import type { Dataset } from '../data/dataset.ts'
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../formats/safetensors/tensors.ts'

/**
 * A trained network in one safetensors file: tensors `layers.0.kernel` (inputs x units) and `layers.0.bias` (units), and in the
 * metadata all that predicting needs beside them, as JSON: the spec, and how rows became the numbers the network saw.
 */

const FORMAT = 'espalier-model'
const VERSION = '1'

const columnSchema = z.discriminatedUnion('kind', [
  z.strictObject({ name: z.string(), kind: z.literal('numeric') }),
  z.strictObject({ name: z.string(), kind: z.literal('categorical'), categories: z.array(z.string()) }),
])

const modelDataSchema = z.strictObject({
  task: z.enum(['binary', 'multiclass', 'regression']),
  classNames: z.array(z.string()),
  targetNames: z.array(z.string()),
  /** How the columns of a table become features; absent where the data was none. */
  columns: z.optional(z.array(columnSchema)),
  /** What byte features are multiplied by. */
  scale: z.optional(z.number()),
  /** Fitted on the training rows, to be applied in this order (data/transform.ts reads them). */
  transforms: z.array(z.unknown()),
})
type ModelData = z.infer<typeof modelDataSchema>

export interface Model {
  readonly spec: TrainSpec
  readonly weights: Weights
  readonly data: ModelData
}

/** What a model keeps of the data it was trained on. */
export function describeData(train: Dataset, transforms: readonly unknown[]): ModelData {
  const { task, classNames, targetNames, encoding, scale } = train
  return {
    task,
    classNames: [...classNames],
    targetNames: [...targetNames],
    ...(encoding && {
      columns: encoding.features.map((column) => (column.kind === 'numeric' ? column : { ...column, categories: [...column.categories] })),
    }),
    ...(scale !== undefined && { scale }),
    transforms: [...transforms],
  }
}

const layoutOf = ({ network }: TrainSpec) =>
  parameterLayout({ inputSize: network.inputSize, units: network.layers.map(({ units }) => units) })

export function encodeModel({ spec, weights, data }: Model): Uint8Array {
  const tensors = new Map<string, Tensor>()
  layoutOf(spec).layers.forEach(({ inputs, units }, i) => {
    const [kernel, bias] = weights[i] ?? []
    if (kernel === undefined || bias === undefined) throw new InvalidDataError(`the weights of layer ${i} are missing`)
    tensors.set(`layers.${i}.kernel`, { shape: [inputs, units], data: kernel })
    tensors.set(`layers.${i}.bias`, { shape: [units], data: bias })
  })
  return encodeSafetensors({
    tensors,
    metadata: { format: FORMAT, version: VERSION, spec: JSON.stringify(spec), data: JSON.stringify(data) },
  })
}

function parseJson<T extends z.ZodMiniType>(schema: T, text: string | undefined, name: string, what: string): z.infer<T> {
  let value: unknown
  try {
    value = JSON.parse(text ?? '')
  } catch (cause) {
    throw new InvalidDataError(`${name}: the metadata's "${what}" is no JSON; the file is damaged`, { cause })
  }
  return parseStored(schema, value, (reason) => new InvalidDataError(`${name}: the metadata's "${what}" is damaged: ${reason}`))
}

/** @throws InvalidDataError when the bytes are no safetensors file, or one that espalier did not write */
export function decodeModel(bytes: Uint8Array, name: string): Model {
  const { tensors, metadata } = decodeSafetensors(bytes, name)
  if (metadata.format !== FORMAT)
    throw new InvalidDataError(`${name}: was not written by \`espalier train\`: its metadata does not say how to prepare data for it`)
  if (metadata.version !== VERSION)
    throw new InvalidDataError(`${name}: is of format version ${metadata.version}; this espalier reads version ${VERSION}`)
  const spec = parseJson(trainSpecSchema, metadata.spec, name, 'spec')
  const data = parseJson(modelDataSchema, metadata.data, name, 'data')
  const weights = layoutOf(spec).layers.map(({ inputs, units }, i) => {
    const tensor = (part: string, length: number): Float32Array => {
      const found = tensors.get(`layers.${i}.${part}`)?.data
      if (found?.length === length) return found
      throw new InvalidDataError(
        `${name}: tensor layers.${i}.${part} ${found ? `has ${found.length} numbers; the spec needs ${length}` : 'is missing'}`,
      )
    }
    return [tensor('kernel', inputs * units), tensor('bias', units)] as const
  })
  return { spec, weights, data }
}
