// The value that all formats read and write: a network, its weights, its data and its labels.

import * as z from 'zod/mini'
import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { inputSizeOf, type Layout, parameterLayout, type Weights } from '../core/layout.ts'
import { resolveTopology, splitSpec, TRAIN_SPEC_NAMES } from '../core/resolve.ts'
import type { TrainSpec } from '../core/spec.ts'
import type { ColumnEncoding, Dataset, Task } from '../data/dataset.ts'
import type { TransformNumbers } from '../data/transform.ts'
import { type Preparation, plainPreparation } from '../prepare/index.ts'
import type { Checkpoint } from '../train/result.ts'

/** How rows become what the network sees, and what its outputs mean. */
export interface ModelData {
  /** Multiplies features, before everything else: 1/255 for images of bytes. */
  readonly scale?: number | undefined
  /** Applied after that, in this order. */
  readonly transforms: readonly TransformNumbers[]
  /**
   * What makes features of a table's columns, and how targets were scaled, which predictions undo. Where `columns` is there as well, it and `transforms`
   * say the same of features; where it is not, the features of `predictModel` are those that `prepare` makes.
   */
  readonly preparation?: Preparation | undefined
  /** How the columns of a table become features. */
  readonly columns?: readonly ColumnEncoding[] | undefined
  readonly task?: Task | undefined
  /** In the order of the outputs; two for one sigmoid output, where the second is class 1. */
  readonly classNames?: readonly string[] | undefined
  readonly targetNames?: readonly string[] | undefined
}

/** A trained network as a plain value: what every format is written from and read into. */
export interface Model {
  /** As `fit` takes it. Of a file that says the network alone, no more than that, its loss and its dialect. */
  readonly spec: TrainSpec
  /** Per layer its tensors: of a dense one kernel (inputs x units, row-major) and bias (units). */
  readonly weights: Weights
  readonly data: ModelData
  /** Where training stood: given to `fit` as `resume`, it goes on with the same bits. Only safetensors keeps it. */
  readonly checkpoint?: Checkpoint | undefined
}

/** A transform's numbers without its function. */
export function plainTransform(given: TransformNumbers): TransformNumbers {
  const { kind } = given
  if (kind === 'impute') return { kind, value: given.value }
  return kind === 'standardize' ? { kind, mean: given.mean, scale: given.scale } : { kind, min: given.min, scale: given.scale }
}

const columnSchema = z.discriminatedUnion('kind', [
  z.strictObject({ name: z.string(), kind: z.literal('numeric') }),
  z.strictObject({ name: z.string(), kind: z.literal('categorical'), categories: z.array(z.string()) }),
])

const labels = {
  columns: z.optional(z.array(columnSchema)),
  task: z.optional(z.enum(['binary', 'multiclass', 'regression'])),
  classNames: z.optional(z.array(z.string())),
  targetNames: z.optional(z.array(z.string())),
}

export const modelDataSchema = z.strictObject({
  scale: z.optional(z.number()),
  transforms: z.array(z.unknown()),
  preparation: z.optional(z.unknown()),
  ...labels,
})

/** What inputs and outputs are called and mean. */
export type Labels = Pick<ModelData, 'columns' | 'task' | 'classNames' | 'targetNames'>
export const labelsSchema: z.ZodMiniType<Labels> = z.strictObject(labels)

export function labelsOf({ columns, task, classNames, targetNames }: Labels): Labels {
  return {
    ...(columns && { columns }),
    ...(task !== undefined && { task }),
    ...(classNames && { classNames }),
    ...(targetNames && { targetNames }),
  }
}

/** What a model keeps of the data it was trained on. */
export function describeData(
  train: Partial<Dataset> & { readonly preparation?: Preparation },
  transforms: readonly TransformNumbers[] = [],
): ModelData {
  const { task, classNames, targetNames, encoding, scale, preparation } = train
  const plain = preparation && plainPreparation(preparation)
  const columns = plain?.columns ?? encoding?.features
  return {
    ...(scale !== undefined && { scale }),
    transforms: [...(plain?.transforms ?? []), ...transforms].map(plainTransform),
    ...(preparation && { preparation }),
    ...(columns && { columns }),
    ...(task !== undefined && { task }),
    ...(classNames && { classNames }),
    ...(targetNames && { targetNames }),
  }
}

/** @throws InvalidSpecError for a spec that is none */
export const layoutOf = (spec: TrainSpec): Layout => parameterLayout(resolveTopology(splitSpec(spec).topology, TRAIN_SPEC_NAMES))

/** The same of a spec that a file holds. @throws InvalidDataError for a spec that is none, named by the file */
export function storedLayoutOf(spec: TrainSpec, name: string): Layout {
  try {
    return layoutOf(spec)
  } catch (cause) {
    if (cause instanceof InvalidSpecError)
      throw new InvalidDataError(`${name}: what it says of its network is damaged: ${cause.message}`, { cause })
    throw cause
  }
}

/** Numbers of a row that a model takes. @throws InvalidSpecError for a spec that is none */
export const inputSizeOfSpec = (spec: TrainSpec): number => inputSizeOf(resolveTopology(splitSpec(spec).topology, TRAIN_SPEC_NAMES))
