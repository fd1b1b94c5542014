// Checks the parts of a TensorFlow.js model before they are read.

import * as z from 'zod/mini'
import { InvalidDataError } from '../../core/errors.ts'
import { checkDepth, jsonFault } from '../../core/json.ts'
import { arraysSchema, shapeSchema } from '../../core/shape.ts'
import { parseParts } from '../notes.ts'

/** An array of `weightData`, as model.json and artifacts say it. */
const weightSchema = z.looseObject({
  name: z.string(),
  shape: shapeSchema,
  dtype: z.string(),
  quantization: z.optional(z.unknown()),
})

export const weightsSchema = z.pipe(arraysSchema, z.array(weightSchema))

/** Also one that another frame or worker made, which is no instance of this one's class. */
const bufferSchema = z.custom<ArrayBuffer>((value) => Object.prototype.toString.call(value) === '[object ArrayBuffer]', {
  error: 'must be an ArrayBuffer',
})

const artifactsSchema = z.looseObject({
  modelTopology: z.looseObject({}),
  weightSpecs: weightsSchema,
  weightData: z.union([bufferSchema, z.array(bufferSchema)]),
  userDefinedMetadata: z.nullish(z.looseObject({})),
})

/**
 * The parts of artifacts that are read, whoever made them. `name` opens every message.
 * @throws InvalidDataError
 */
export function parseArtifacts(artifacts: unknown, name: string): z.infer<typeof artifactsSchema> {
  const parsed = parseParts(artifactsSchema, artifacts, name)
  try {
    checkDepth([parsed.modelTopology, parsed.userDefinedMetadata])
  } catch (cause) {
    throw new InvalidDataError(`${name}: its topology ${jsonFault(cause)}`, { cause })
  }
  return parsed
}
