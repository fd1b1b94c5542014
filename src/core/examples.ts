/** Rows to train or test on, as people have them: see `Examples`. Flat arrays need `rows`; with one array per row it may be left out. */

import { missing } from './at.ts'
import { InvalidDataError } from './errors.ts'
import { inputSizeOf, outputSizeOf, walk } from './layout.ts'
import { targetsPerRow, taskOf } from './losses.ts'
import { floatNumbers, isNested, joinRows, keptFeatures, keptNumbers, type Numbers } from './numbers.ts'
import type { Examples, Features, Topology } from './population.ts'
import { isObject, shown } from './shown.ts'
import type { Tokens } from './tokens.ts'
import { isUnit, type TargetUnit } from './units.ts'

export interface GivenExamples {
  readonly features: Numbers | readonly Numbers[]
  readonly rows?: number
  readonly scale?: number
  readonly targets: Numbers | readonly Numbers[]
  readonly sampleWeights?: Numbers
  /** How the targets of a regression were changed for training, one an output, as `prepare` says it: metrics are in the target's own units. */
  readonly targetUnits?: readonly TargetUnit[]
  /** The shape of a row where it is more than a list: a network of a study that says no inputs goes by it. */
  readonly inputShape?: readonly number[]
  /** Features that are tokens for embeddings, the last of a row, as `prepare` says it of categories that are to be an embedding. */
  readonly tokens?: readonly Tokens[]
  /** The classes in index order, by which `positiveClass` may name one. */
  readonly classNames?: readonly string[]
}

/** Features as they are stored; with one array per row, the rows are counted. @throws InvalidDataError naming row and column */
function readFeatures(features: unknown, said: unknown, where: string): Pick<Features, 'features' | 'rows'> {
  if (!isNested(features)) {
    const kept = keptFeatures(features, `${where}.features`, isCount(said) ? { width: widthOf(features, said) } : {})
    if (!isCount(said)) throw new InvalidDataError(`${where}.rows is ${shown(said)}; it must be a whole number of at least 1`)
    return { features: kept, rows: said }
  }
  const { values } = joinRows(features, `${where}.features`)
  if (said !== undefined && said !== features.length)
    throw new InvalidDataError(`${where}.rows is ${shown(said)}; features holds ${features.length} rows`)
  return { features: values, rows: features.length }
}

/** Features alone; the length of a flat array decides how many rows it has. @throws InvalidDataError naming row and column */
export function readRows(features: unknown, inputSize: number, where: string): Pick<Features, 'features' | 'rows'> {
  if (isNested(features)) return readFeatures(features, undefined, where)
  const kept = keptFeatures(features, `${where}.features`, { width: inputSize })
  const rows = kept.length / inputSize
  if (!Number.isInteger(rows)) throw new InvalidDataError(`features holds ${kept.length} numbers; they must be rows of ${inputSize}`)
  return { features: kept, rows }
}

const isCount = (rows: unknown): rows is number => typeof rows === 'number' && Number.isInteger(rows) && rows >= 1

/** Columns of a flat array, for messages. */
const widthOf = (values: unknown, rows: number): number =>
  Math.max(1, Math.floor(((values as { length?: number } | null)?.length ?? 0) / rows))

/**
 * Examples as they are stored, whatever arrays hold them. Anything else on the object (names, functions) is left out: workers do not need it,
 * and functions cannot be sent.
 * @throws InvalidDataError naming row and column
 */
export function readExamples(given: unknown, where: string): Examples {
  if (!isObject(given) || !('features' in given))
    throw new InvalidDataError(`${where} is ${shown(given)}; it must be a dataset, as fromArrays({ features, targets, task }) makes one`)
  const { features, rows } = readFeatures(given.features, given.rows, where)
  const { scale, sampleWeights, targetUnits, tokens } = given
  const what = `${where}.targets`
  const targets = isNested(given.targets)
    ? joinRows(given.targets, what).values
    : keptNumbers(given.targets, what, isCount(rows) ? { width: widthOf(given.targets, rows) } : {})
  return {
    features,
    rows,
    targets,
    ...(scale === undefined ? {} : { scale: scale as number }),
    ...(sampleWeights === undefined ? {} : { sampleWeights: floatNumbers(sampleWeights, `${where}.sampleWeights`) }),
    ...(tokens === undefined ? {} : { tokens: tokens as readonly Tokens[] }),
    ...(targetUnits === undefined ? {} : { targetUnits: readUnits(targetUnits, `${where}.targetUnits`) }),
  }
}

function readUnits(given: unknown, what: string): readonly TargetUnit[] {
  if (Array.isArray(given) && given.every(isUnit)) return given
  throw new InvalidDataError(`${what} is ${shown(given)}; it must be an array of { log, mean, scale }, as prepare gives it`)
}

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

/** What of a topology decides which features it takes. */
type Takes = Pick<Topology, 'inputShape' | 'layers'>

const looksUp = ({ layers }: Takes): boolean => layers.some(({ type }) => type === 'embedding')

/** Of an embedding of features, as they are or put elsewhere: each is a token, a row of its table. */
function checkTokens({ features, rows, scale }: Features, topology: Takes, where: string): void {
  if (!looksUp(topology)) return
  const width = inputSizeOf(topology)
  /** Of the inputs at -1, then of each layer: the columns of features that its outputs are. */
  const placed: Record<number, number[] | undefined> = { [-1]: [...Array(width).keys()] }
  walk(topology).forEach(({ layer, from: [source = -1], input }, l) => {
    const columns = placed[source] ?? []
    if (layer.type === 'reshape' || layer.type === 'flatten') placed[l] = columns
    // Of features one below the other, as embeddingLayers has them.
    if (layer.type === 'cropping2d' && input[0] === columns.length)
      placed[l] = columns.slice(layer.sides[0][0], -layer.sides[0][1] || width)
    if (layer.type !== 'embedding') return
    if (columns.length > 0 && scale !== undefined && scale !== 1)
      throw new InvalidDataError(`${where}.scale is ${scale}; the features of an embedding are tokens, which are not scaled`)
    const count = layer.inputDim
    for (const column of columns)
      for (let row = 0; row < rows; row++) {
        const token = features[row * width + column] ?? missing(features, row * width + column)
        if (!Number.isInteger(token) || token < 0 || token >= count)
          throw new InvalidDataError(
            `${where}.features has ${token} in row ${row}, column ${column} (both from 0); the tokens of an embedding with inputDim ${count} are the whole numbers from 0 to ${count - 1}`,
          )
      }
  })
}

/** @throws InvalidDataError naming row and column */
export function checkFeatures(given: Features, topology: Takes, where: string): void {
  const { features, rows, scale } = given
  const inputSize = inputSizeOf(topology)
  if (!Number.isInteger(rows) || rows < 1)
    throw new InvalidDataError(`${where}.rows is ${shown(rows)}; it must be a whole number of at least 1`)
  if (features.length !== rows * inputSize) {
    throw new InvalidDataError(
      `${where}.features holds ${features.length} numbers; ${rows} rows x ${inputSize} inputs need ${rows * inputSize}`,
    )
  }
  if (scale !== undefined && !(Number.isFinite(scale) && scale > 0)) {
    throw new InvalidDataError(`${where}.scale is ${shown(scale)}; it must be a finite number above 0`)
  }
  if (scale !== undefined && features instanceof Float32Array) {
    throw new InvalidDataError(`${where}.scale is ${scale}; it belongs to Uint8Array features, and these are a Float32Array`)
  }
  if (features instanceof Float32Array) checkFinite(features, inputSize, `${where}.features`)
  checkTokens(given, topology, where)
}

/** Whether targets are class numbers, one per row. */
export function targetsAreClasses({ targets, rows }: Examples, topology: Topology): boolean {
  return taskOf(topology.loss) === 'categorical' && targets.length === rows
}

/** @throws InvalidDataError naming row and column */
export function checkExamples(examples: Examples, topology: Topology, where: string): void {
  const { targets, rows, sampleWeights } = examples
  const outputs = targetsPerRow(topology.loss, outputSizeOf(topology))
  const loss = topology.loss.name
  checkFeatures(examples, topology, where)
  if (examples.tokens && !looksUp(topology)) throw new InvalidDataError(`${where} has tokens; begin layers with ...embeddingLayers(data)`)
  const classes = targetsAreClasses(examples, topology)
  if (!classes && (targets.length !== rows * outputs || loss === 'sparseCategoricalCrossentropy')) {
    const sparse = loss === 'sparseCategoricalCrossentropy'
    const needed = sparse ? `${rows} class numbers, one a row` : `${rows} rows x ${outputs} outputs = ${rows * outputs}`
    const orClasses = taskOf(topology.loss) === 'categorical' ? ', or one class number a row' : ''
    throw new InvalidDataError(`${where}.targets holds ${targets.length} numbers; ${loss} needs ${needed}${orClasses}`)
  }
  if (targets instanceof Float32Array) checkFinite(targets, classes ? 1 : outputs, `${where}.targets`)
  const high = classes ? outputs - 1 : 1
  if (taskOf(topology.loss) !== 'regression') {
    targets.forEach((value, i) => {
      if (value < 0 || value > high || (classes && !Number.isInteger(value))) {
        const allowed = classes ? `a class number from 0 to ${high}` : 'from 0 to 1'
        throw new InvalidDataError(
          `${where}.targets has ${value} in row ${Math.floor(i / (classes ? 1 : outputs))} (from 0); ${loss} needs ${allowed}`,
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
