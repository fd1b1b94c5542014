// What a study optimises: names, directions, and the value of a trained network.

import * as z from 'zod/mini'
import { InvalidSpecError } from '../core/errors.ts'
import { parameterLayout } from '../core/layout.ts'
import { camelCase, METRICS, type MetricName } from '../core/names.ts'
import { resolveTopology } from '../core/resolve.ts'
import type { History } from '../train/history.ts'
import type { Run } from './grouping.ts'
import type { Direction } from './trial.ts'

/** The name of a value that was given none. */
export const UNNAMED = 'value'

/** What a study measures of a network: a value of its last epoch (of the best one if early stopping restores that), or its size. */
const MEASURES = ['loss', 'accuracy', 'testLoss', 'testAccuracy', ...METRICS, 'parameters'] as const
type Measure = (typeof MEASURES)[number]

const direction = z.enum(['minimize', 'maximize'])
const objectiveEntry = z.union([
  z.string(),
  z.strictObject({
    metric: z.string(),
    direction: z.optional(direction).check(z.describe('The metric knows unless it is one of your own')),
  }),
])
export const objectiveSchema = z.union([
  objectiveEntry,
  z.array(objectiveEntry).check(z.minLength(1, { error: 'must hold at least one objective' })),
])
/**
 * What a study seeks, as people write it: one objective or several.
 * @useDeclaredType
 */
export type ObjectiveSpec = z.infer<typeof objectiveSchema>

export interface Objective {
  readonly metric: string
  readonly direction: Direction
}

const LOWER_IS_BETTER: readonly string[] = [
  'loss',
  'testLoss',
  'logLoss',
  'meanAbsoluteError',
  'rootMeanSquaredError',
  'parameters',
] satisfies Measure[]

const isMeasure = (metric: string): metric is Measure => (MEASURES as readonly string[]).includes(metric)

/**
 * @param trains whether the study trains networks, so that every metric must be one that training gives
 * @throws InvalidSpecError
 */
export function resolveObjectives(objective: ObjectiveSpec, trains: boolean): Objective[] {
  const list = Array.isArray(objective) ? objective : [objective]
  return list.map((entry, i) => {
    const field = Array.isArray(objective) ? `objective[${i}]` : 'objective'
    const { metric: given, direction: said } = typeof entry === 'string' ? { metric: entry, direction: undefined } : entry
    const metric = trains ? camelCase(given) : given
    if (metric === 'minimize' || metric === 'maximize') {
      if (trains) throw new InvalidSpecError(`${field} is "${metric}"; it must name what is ${metric}d: one of ${MEASURES.join(', ')}`)
      return { metric: UNNAMED, direction: metric }
    }
    if (isMeasure(metric)) return { metric, direction: said ?? (LOWER_IS_BETTER.includes(metric) ? 'minimize' : 'maximize') }
    if (trains) throw new InvalidSpecError(`${field} is "${metric}"; it must be one of ${MEASURES.join(', ')}`)
    if (said === undefined) {
      throw new InvalidSpecError(`${field} is "${metric}"; it must be minimize, maximize, or { metric, direction } for a value of your own`)
    }
    return { metric, direction: said }
  })
}

/** A measure by its name, in Keras's spelling as well. @throws InvalidSpecError */
export function measureNamed(given: string, field: string): string {
  const metric = camelCase(given)
  if (!isMeasure(metric)) throw new InvalidSpecError(`${field} is "${metric}"; it must be one of ${MEASURES.join(', ')}`)
  return metric
}

/** The metrics that training must compute for these objectives and constraints. */
export const metricsOf = (objectives: readonly Pick<Objective, 'metric'>[]): MetricName[] =>
  METRICS.filter((name) => objectives.some(({ metric }) => metric === name))

/** One value per epoch; undefined for anything that is not a series. */
export function seriesOf(metric: string, history: History): readonly number[] | undefined {
  if (metric === 'loss' || metric === 'accuracy' || metric === 'testLoss' || metric === 'testAccuracy') return history[metric]
  return history.testMetrics[metric as MetricName]
}

/** The value of a network as training would return it now: of its last epoch, or of its best one if early stopping restores that. */
export function measure(metric: string, { topology, member, checkpoint }: Run): number {
  if (metric === 'parameters') return parameterLayout(resolveTopology(topology)).parameters
  if (checkpoint === undefined) return Number.NaN
  const restores = member.earlyStopping !== undefined && member.earlyStopping.restoreBest !== false
  const epoch = (restores ? checkpoint.best?.epoch : undefined) ?? checkpoint.epoch - 1
  return seriesOf(metric, checkpoint.history)?.[epoch] ?? Number.NaN
}
