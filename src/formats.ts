/**
 * Trained networks and answers in and out of files.
 * @module espalier/formats
 */

import { type Model, toOnnx as modelToOnnx } from './formats/index.ts'
import { Answer } from './learn/answer.ts'
import { answerToOnnx } from './learn/onnx/write.ts'

export * from './formats/index.ts'

/**
 * The bytes of an ONNX file of a model, or of a whole answer. A model's `input` is raw features (rows, inputSize), its `output` what it predicts (rows,
 * units). An answer has an input a column, by the column's name, (rows, 1): numbers as float64, NaN where missing, dates the same in milliseconds since
 * 1970, categories as strings, '' where missing; its `prediction` is a number or the name of a class, and `probabilities` are of all classes in order.
 * @throws InvalidDataError where weights do not fit the spec
 */
export const toOnnx = (given: Model | Answer): Uint8Array<ArrayBuffer> =>
  given instanceof Answer ? answerToOnnx(given) : modelToOnnx(given)
