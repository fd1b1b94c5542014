// Notes stored beside a graph, for what the graph itself cannot hold.

import * as z from 'zod/mini'
import { InvalidDataError } from '../core/errors.ts'
import { jsonFault, parseJson as readJson } from '../core/json.ts'
import { trainSpecSchema } from '../core/spec.ts'
import { parseStored } from '../core/stored.ts'
import { transformFromJSON } from '../data/transform.ts'
import { preparationFromJSON } from '../prepare/index.ts'
import { type Model, type ModelData, modelDataSchema, plainTransform } from './model.ts'
import { inUnitsModel } from './units.ts'

/**
 * What a graph cannot hold, as JSON that travels beside it: the whole training spec, the numbers of the transforms in float64, the names of
 * columns and classes. A program that does not know them predicts without.
 */
export type Notes = Pick<Model, 'spec' | 'data'>

/** The key under which ONNX, TensorFlow.js and Keras files have them. */
export const NOTES = 'espalier'

/** @throws InvalidDataError; `where` opens its message */
export function parseJson(text: string, where: string): unknown {
  try {
    return readJson(text)
  } catch (cause) {
    throw new InvalidDataError(`${where} ${jsonFault(cause)}; the file is damaged`, { cause })
  }
}

/** @throws InvalidDataError where `value` is of another form; `where` opens its message */
export function parseParts<T extends z.ZodMiniType>(schema: T, value: unknown, where: string): z.infer<T> {
  return parseStored(schema, value, (reason) => new InvalidDataError(`${where} is damaged: ${reason}`))
}

/** @throws InvalidDataError */
export function parseData(value: unknown, where: string): ModelData {
  const { preparation, ...data } = parseParts(modelDataSchema, value, where)
  return {
    ...data,
    transforms: data.transforms.map((json) => plainTransform(transformFromJSON(json))),
    ...(preparation !== undefined && { preparation: preparationFromJSON(preparation) }),
  }
}

/** Of the network as the graph has it. */
export function writeNotes(model: Model) {
  const { spec, data } = inUnitsModel(model)
  return { version: 1, spec, data }
}

const notesSchema = z.strictObject({ version: z.number(), spec: z.unknown(), data: z.unknown() })

/** @throws InvalidDataError */
export function readNotes(value: unknown, name: string): Notes {
  const where = `${name}: what espalier noted of the model`
  const { version, spec, data } = parseParts(notesSchema, value, where)
  if (version !== 1) throw new InvalidDataError(`${where} is of version ${version}; this espalier reads version 1`)
  return { spec: parseParts(trainSpecSchema, spec, `${where}, its spec,`), data: parseData(data, `${where}, its data,`) }
}
