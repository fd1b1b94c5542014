// The hyper-parameters of a configuration, as parameters of a space.

import type { ParamValue } from '../study/space/distributions.ts'
import { categorical, float, int, type ParameterSpec } from '../study/space/space.ts'
import type { Range, Strategy, StudioConfig } from './config.ts'
import { pointsOf, startOf } from './points.ts'

/** A hyper-parameter as a study's space knows it. */
export interface Parameter {
  readonly name: string
  /** Undefined where there is one value alone, which stands in the template. */
  readonly spec: ParameterSpec | undefined
  /** The value where it is not searched, or not yet. */
  readonly start: ParamValue
}

/** The strategies that try one value after the other and so need lists of them. */
const isListing = (strategy: Strategy): boolean => strategy === 'grid' || strategy === 'winnerTakesAll'

/** All of them in the order in which stages decide them. With the pyramid, only layers and widths are searched; the others stay at their start. */
export function parametersOf({ network, training, search: { strategy } }: StudioConfig): Parameter[] {
  const numbers = (name: string, range: Range, whole = false): Parameter => {
    const points = pointsOf(range, whole)
    const { low, high, log } = range
    const options = log ? { log } : {}
    const start = startOf(range, whole)
    if (low === high) return { name, spec: undefined, start }
    if (isListing(strategy)) return { name, spec: categorical(points), start }
    return { name, spec: whole ? int(low, high, options) : float(low, high, options), start }
  }
  const list = (name: string, values: readonly ParamValue[]): Parameter => ({
    name,
    spec: values.length > 1 ? categorical(values) : undefined,
    start: values[0] ?? null,
  })
  const others = [
    list('batchSize', training.batchSizes),
    list('activation', network.activations),
    list('initializer', network.initializers),
    list('optimizer', training.optimizers),
    numbers('learningRate', training.learningRate),
    numbers('dropout', network.dropout),
    numbers('l2', network.l2),
  ]
  if (strategy === 'pyramid') return [...pyramid(network), ...others.map((one) => ({ ...one, spec: undefined }))]
  return [numbers('layers', network.layers, true), numbers('units', network.units, true), ...others]
}

/** The number of layers, and of every layer its width. */
function pyramid({ layers, units }: StudioConfig['network']): Parameter[] {
  const width = (layer: number): Parameter => ({
    name: `units${layer}`,
    spec: int(units.low, units.high, layer === 1 ? {} : { when: `layers >= ${layer}` }),
    start: units.low,
  })
  const widths = Array.from({ length: layers.high }, (_, i) => width(i + 1))
  return [{ name: 'layers', spec: int(1, layers.high), start: 1 }, ...widths]
}

/** How many trials there will be at most. */
export function trialsAtMost(config: StudioConfig): number {
  const { strategy, trials } = config.search
  const counts = parametersOf(config).flatMap(({ spec }) => (spec?.type === 'categorical' ? [spec.choices.length] : []))
  if (strategy === 'grid')
    return Math.min(
      trials,
      counts.reduce((product, count) => product * count, 1),
    )
  // A stage's incumbent is not tried again.
  if (strategy === 'winnerTakesAll')
    return Math.min(
      trials,
      counts.reduce((sum, count) => sum + count - 1, 1),
    )
  return trials
}
