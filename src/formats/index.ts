/**
 * Trained networks in and out of files.
 * @module espalier/formats
 */

export type { ColumnEncoding, Dataset, Task } from '../data/dataset.ts'
export type { TransformNumbers } from '../data/transform.ts'
export { UnsupportedModelError } from './errors.ts'
export { type ModelOptions, modelOf } from './fitted.ts'
export type { ReadOptions } from './graph.ts'
export type { H5File, H5FileSystem, H5wasm } from './keras/h5.ts'
export { fromKeras, toKeras } from './keras/keras.ts'
export { fromKerasH5 } from './keras/legacy.ts'
export type { Model, ModelData } from './model.ts'
export { fromOnnx, type OnnxOptions, onnxDataFiles } from './onnx/read.ts'
export { toOnnx } from './onnx/write.ts'
export { predictModel } from './predict.ts'
export { fromSafetensors, type SafetensorsOptions, toSafetensors } from './safetensors/model.ts'
export { fromTfjsFiles, tfjsWeightFiles, toTfjsFiles } from './tfjs/files.ts'
export { fromTfjs, type TfjsArtifacts, toTfjs, type WrittenTfjsArtifacts } from './tfjs/tfjs.ts'
export type { TfjsWeight } from './tfjs/weights.ts'
