/** What models answer for rows, by kind. */

import type { Task } from '../data/dataset.ts'
import { linearOutputs } from './linear/outputs.ts'
import type { Model } from './model.ts'
import { treesOutputs } from './trees/outputs.ts'

/** What a model of a kind says of rows (rows x inputs, row-major): (rows x outputs) numbers or probabilities. */
type Outputs<M extends Model> = (model: M, features: Float32Array, rows: number, task: Task) => Float64Array

/** Kinds that need nothing but their numbers. */
type Plain = Exclude<Model, { kind: 'network' }>

const OUTPUTS: { readonly [K in Plain['kind']]: Outputs<Extract<Plain, { kind: K }>> } = { trees: treesOutputs, linear: linearOutputs }

/**
 * What a model says of rows: of a regression the target as it was learned, of two classes the probability of the second, of more that of each.
 * @param features (rows x inputs), row-major
 */
export function modelOutputs<M extends Plain>(model: M, features: Float32Array, rows: number, task: Task): Float64Array {
  // TypeScript does not follow that a model's kind picks the function for it.
  const outputs = OUTPUTS[model.kind] as Outputs<Plain>
  return outputs(model, features, rows, task)
}
