import type { Dataset } from '../../src/data/dataset.ts'
import type { IdxArray } from '../../src/data/idx.ts'
import { checkModel as checkFit, checkTransforms } from '../../src/formats/graph.ts'
import { inputSizeOfSpec, type Model } from '../../src/formats/model.ts'
import type { Table as TypedTable } from '../../src/table/table.ts'
import type { Checkpoint } from '../../src/train/result.ts'

/** What must hold of anything that a reader accepted. */

/** Thrown where an input was accepted that should not have been, or was read as what it is not. */
export class Contradiction extends Error {
  override readonly name = 'Contradiction'
}

function require(holds: boolean, what: string): void {
  if (!holds) throw new Contradiction(`accepted, but ${what}`)
}

const isSize = (value: number | undefined): boolean => Number.isInteger(value) && (value ?? 0) >= 1

export function checkDataset({ features, rows, inputSize, targets, outputSize, featureNames, task }: Dataset): void {
  require(isSize(rows) && isSize(inputSize) && isSize(outputSize), `rows ${rows}, inputs ${inputSize}, outputs ${outputSize}`)
  require(features.length === rows * inputSize, `${features.length} features for ${rows} rows of ${inputSize}`)
  require(targets.length === rows * (task === 'regression' ? outputSize : 1), `${targets.length} targets for ${rows} rows`)
  require(featureNames.length === inputSize, `${featureNames.length} names for ${inputSize} features`)
  require(features.every(Number.isFinite), 'a feature is not finite')
}

export function checkIdx({ shape, data }: IdxArray): void {
  require(shape.every((size) => Number.isInteger(size) && size >= 0), `the shape is ${shape}`)
  require(shape.reduce((a, b) => a * b, 1) === data.length, `${data.length} numbers for the shape ${shape}`)
}

export function checkModel(model: Model): void {
  const inputSize = inputSizeOfSpec(model.spec)
  const units = model.spec.network.layers.flatMap((layer) => ('units' in layer ? [layer.units] : []))
  require(isSize(inputSize) && units.every(isSize), `${inputSize} inputs, ${units} units`)
  try {
    checkFit(model, 'file')
    checkTransforms(model)
  } catch (error) {
    throw new Contradiction(`accepted, but ${String(error)}`)
  }
  checkCheckpoint(model.checkpoint)
}

export function checkCheckpoint(checkpoint: Checkpoint | undefined): void {
  if (checkpoint === undefined) return
  const { parameters, slots } = checkpoint.state
  require(slots.length <= 2 && slots.every(({ length }) => length === parameters.length), `${slots.length} slots of another length`)
}

export function checkTyped({ rows, columns, lines }: TypedTable): void {
  require(lines === undefined || lines.length === rows, `${lines?.length} lines for ${rows} rows`)
  require(new Set(columns.map(({ name }) => name)).size === columns.length, 'two columns have one name')
  for (const column of columns) {
    const length = 'values' in column ? column.values.length : 'codes' in column ? column.codes.length : column.texts.length
    require(length === rows, `column ${column.name} has ${length} cells for ${rows} rows`)
    if ('codes' in column)
      require(column.codes.every(
        (code) => code >= -1 && code < column.categories.length,
      ), `a code of ${column.name} is no place of a category`)
    const missing =
      'values' in column
        ? column.values.filter((value) => Number.isNaN(value)).length
        : 'codes' in column
          ? column.codes.filter((code) => code < 0).length
          : column.texts.filter((text) => text === null).length
    require(missing === column.missing, `${column.missing} cells of ${column.name} are said to be missing, and ${missing} are`)
  }
}
