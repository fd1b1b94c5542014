import { InvalidDataError } from './errors.ts'
import { LOSSES } from './names.ts'
import type { Examples, Features, Topology } from './population.ts'

/** Data is checked against the topology once, before anything is allocated. */

function checkFinite(values: Float32Array, columns: number, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new InvalidDataError(
        `${what} has ${values[i]} in row ${Math.floor(i / columns)}, column ${i % columns} (both from 0); remove the row or impute the value`,
      )
    }
  }
}

/** @throws InvalidDataError naming row and column */
export function checkFeatures({ features, rows, scale }: Features, inputSize: number, where: string): void {
  if (!Number.isInteger(rows) || rows < 1) throw new InvalidDataError(`${where}.rows is ${rows}; it must be a whole number of at least 1`)
  if (!(features instanceof Float32Array || features instanceof Uint8Array)) {
    throw new InvalidDataError(`${where}.features must be a Float32Array or a Uint8Array`)
  }
  if (features.length !== rows * inputSize) {
    throw new InvalidDataError(
      `${where}.features holds ${features.length} numbers; ${rows} rows x ${inputSize} inputs need ${rows * inputSize}`,
    )
  }
  if (scale !== undefined && !(Number.isFinite(scale) && scale > 0)) {
    throw new InvalidDataError(`${where}.scale is ${scale}; it must be a finite number above 0`)
  }
  if (scale !== undefined && features instanceof Float32Array) {
    throw new InvalidDataError(`${where}.scale is ${scale}; it belongs to Uint8Array features, and these are a Float32Array`)
  }
  if (features instanceof Float32Array) checkFinite(features, inputSize, `${where}.features`)
}

/** Whether targets are class numbers, one a row. */
export function targetsAreClasses({ targets, rows }: Examples, topology: Topology): boolean {
  return LOSSES[topology.loss] === 2 && targets.length === rows
}

/** @throws InvalidDataError naming row and column */
export function checkExamples(examples: Examples, topology: Topology, where: string): void {
  const { targets, rows, sampleWeights } = examples
  const outputs = topology.units.at(-1) ?? 0
  checkFeatures(examples, topology.inputSize, where)
  const classes = targetsAreClasses(examples, topology)
  if (!classes && (targets.length !== rows * outputs || topology.loss === 'sparseCategoricalCrossentropy')) {
    const sparse = topology.loss === 'sparseCategoricalCrossentropy'
    const needed = sparse ? `${rows} class numbers, one a row` : `${rows} rows x ${outputs} outputs = ${rows * outputs}`
    const orClasses = topology.loss === 'categoricalCrossentropy' ? ', or one class number a row' : ''
    throw new InvalidDataError(`${where}.targets holds ${targets.length} numbers; ${topology.loss} needs ${needed}${orClasses}`)
  }
  if (targets instanceof Float32Array) checkFinite(targets, classes ? 1 : outputs, `${where}.targets`)
  const high = classes ? outputs - 1 : 1
  if (LOSSES[topology.loss] !== 0) {
    targets.forEach((value, i) => {
      if (value < 0 || value > high || (classes && !Number.isInteger(value))) {
        const allowed = classes ? `a class number from 0 to ${high}` : 'from 0 to 1'
        throw new InvalidDataError(
          `${where}.targets has ${value} in row ${Math.floor(i / (classes ? 1 : outputs))} (from 0); ${topology.loss} needs ${allowed}`,
        )
      }
    })
  }
  if (sampleWeights !== undefined) {
    if (sampleWeights.length !== rows)
      throw new InvalidDataError(`${where}.sampleWeights holds ${sampleWeights.length} numbers; it must be ${rows}, one a row`)
    const bad = sampleWeights.findIndex((weight) => !(Number.isFinite(weight) && weight >= 0))
    if (bad >= 0)
      throw new InvalidDataError(`${where}.sampleWeights[${bad}] is ${sampleWeights[bad]}; it must be a finite number of at least 0`)
  }
}
