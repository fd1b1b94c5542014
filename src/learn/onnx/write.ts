/** An answer as one ONNX file: raw columns in, what is predicted out. */

import { missing } from '../../core/at.ts'
import { NOTES } from '../../formats/notes.ts'
import type { Answer } from '../answer.ts'
import { writeFeatures } from './features.ts'
import { OnnxGraph, type Value } from './graph.ts'
import { writeModel } from './models.ts'

/** What the outputs are called; a column of such a name has an input with a mark behind it. */
const OUTPUTS = ['prediction', 'probabilities']

/**
 * The whole ensemble with its preparation. Every column is an input of its own name, (rows, 1): numbers as float64, NaN where missing; dates as float64,
 * milliseconds since 1970; categories as strings, '' where missing. `prediction` (rows, 1) is the number, float64, or the name of the class; of classes
 * `probabilities` (rows, classes), float32, are in the order of the metadata's `classNames`. Intervals and sets are not in it.
 */
export function answerToOnnx({ data, target, classNames }: Answer): Uint8Array<ArrayBuffer> {
  const { ensemble, columns } = data
  const graph = new OnnxGraph(OUTPUTS)
  const inputs = new Map(columns.map(({ name, kind }) => [name, graph.input(name, kind === 'category' ? 'string' : 'double')]))
  const isClasses = classNames.length > 0
  const features = new Map<number, Value>()
  const featuresOf = (place: number): Value => {
    const known = features.get(place) ?? writeFeatures(graph, ensemble.preparations[place] ?? missing(ensemble.preparations, place), inputs)
    features.set(place, known)
    return known
  }
  const parts = ensemble.models.map(({ preparation, weight, model }) => {
    const said = writeModel(graph, model, featuresOf(preparation), isClasses)
    if (isClasses) return graph.op('Mul', [said, graph.constant('float', [weight])])
    const exact = graph.cast(said, 'double')
    const unit = ensemble.preparations[preparation]?.target.units[0]
    return graph.op('Mul', [unit === undefined ? exact : inUnits(graph, exact, unit), graph.constant('double', [weight])])
  })
  const mean = parts.length === 1 ? (parts[0] ?? missing(parts, 0)) : graph.op('Sum', parts)
  if (isClasses) writeClasses(graph, mean, classNames, ensemble.temperature)
  else graph.output('prediction', mean, 'double', 1)
  const notes = {
    version: 1,
    answer: { target, classNames, columns: columns.map(({ name, kind }) => ({ name, kind, input: inputs.get(name) })), score: data.score },
  }
  return graph.bytes({ [NOTES]: JSON.stringify(notes), target, classNames: JSON.stringify(classNames) })
}

/** In float64: a target may lie far from 0, as a time in milliseconds does, or beyond float32. */
function inUnits(
  graph: OnnxGraph,
  said: Value,
  { log, mean, scale }: { readonly log: boolean; readonly mean: number; readonly scale: number },
): Value {
  const y = graph.op('Add', [graph.op('Mul', [said, graph.constant('double', [scale])]), graph.constant('double', [mean])])
  return log ? graph.op('Exp', [y]) : y
}

function writeClasses(graph: OnnxGraph, mean: Value, classNames: readonly string[], temperature: number): void {
  const all =
    classNames.length === 2 ? graph.op('Concat', [graph.op('Sub', [graph.constant('float', [1]), mean]), mean], { axis: { int: 1 } }) : mean
  let probabilities = all
  if (temperature !== 1) {
    // p^(1 / temperature) over their sum is softmax(log p / temperature).
    const powers = graph.op('Pow', [all, graph.constant('float', [1 / temperature])])
    probabilities = graph.op('Div', [powers, graph.op('ReduceSum', [powers, graph.constant('int64', [1])], { keepdims: { int: 1 } })])
  }
  graph.output('probabilities', probabilities, 'float', classNames.length)
  const place = graph.op('ArgMax', [probabilities], { axis: { int: 1 }, keepdims: { int: 1 } })
  graph.output('prediction', graph.op('Gather', [graph.texts(classNames), place]), 'string', 1)
}
