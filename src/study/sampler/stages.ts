// The stages of a winner-takes-all search.

import * as z from 'zod/mini'
import { InvalidSpecError } from '../../core/errors.ts'
import { whole } from '../../core/fields.ts'
import { suggest } from '../../core/suggest.ts'
import { isFeasible } from '../feasibility.ts'
import { cardinality, contains, own, type Params, type ParamValue } from '../space/distributions.ts'
import { paramValue, type Space, shown } from '../space/space.ts'
import { type Direction, isBetter, type StudyView, type Trial } from '../trial.ts'
import { type Cell, isSettled, pyramidFields, type Search, searchPyramid } from './pyramidSearch.ts'

export const startSchema = z.record(z.string(), paramValue).check(z.describe('The values of parameters until a stage has decided them'))

export const objectiveSchema = z
  .optional(whole(0, 1000))
  .check(z.describe('The place of the objective that decides; 0, the first, unless given'))

const varied = z.strictObject({
  vary: z
    .optional(z.union([z.string(), z.array(z.string()).check(z.minLength(1))]))
    .check(z.describe('A parameter, or several whose values are combined')),
  pyramid: z.optional(pyramidFields).check(z.describe('A search for the layers and their widths')),
  objective: objectiveSchema,
})

export const stageSchema = z.union([
  z.string(),
  varied.check(
    z.refine(({ vary, pyramid }) => (vary === undefined) !== (pyramid === undefined), { error: 'must hold either vary or pyramid' }),
  ),
])

/** One step of a staged strategy: a parameter's name, or `{ vary, objective }`, or `{ pyramid, objective }`. */
type Stage = z.infer<typeof stageSchema>

export interface StagedOptions {
  readonly start?: Params | undefined
  readonly stages: readonly Stage[]
  readonly ties?: 'earlier' | 'incumbent' | undefined
}

interface StageSearch extends Search<Params> {
  /** The parameters that the stage varies. */
  readonly names: readonly string[]
  readonly objective: number
  readonly direction: Direction
}

/**
 * Goes through the stages as far as the study's trials allow: every stage of the result but the last has a winner, whose values the next
 * ones keep. The last has none as long as trials are missing or running, or when none of its trials was completed.
 * A configuration that was tried before, in whatever stage, is not tried again: the same configuration and seeds give the same values.
 * @throws InvalidSpecError when the stages or the start values do not fit the space or the objectives
 */
export function searchStages(view: StudyView, options: StagedOptions): readonly StageSearch[] {
  const { start = {}, stages } = options
  for (const [i, stage] of stages.entries()) for (const name of namesOf(stage)) checkName(view.space, name, `stages[${i}]`)
  checkStart(view.space, start, stages[0])
  const tried = trialsByKey(view)
  const searches: StageSearch[] = []
  let decided: Params = start
  for (const [i, stage] of stages.entries()) {
    const search = searchStage(view, tried, decided, stage, `stages[${i}]`, options.ties)
    searches.push(search)
    if (search.winner === undefined) break
    decided = { ...decided, ...search.winner.params }
  }
  return searches
}

/** The next configuration that the last stage is missing; 'wait' for its running trials; 'done' after the last stage. */
export function nextOfStages(view: StudyView, options: StagedOptions, attempt: number): Params | 'wait' | 'done' {
  const cells = searchStages(view, options).at(-1)?.cells ?? []
  const missing = cells.filter(({ trial }) => trial === undefined)[attempt]
  if (missing !== undefined) return missing.params
  return cells.some((cell) => cell.trial !== undefined && !isSettled(cell)) ? 'wait' : 'done'
}

function searchStage(
  { space, directions }: StudyView,
  tried: ReadonlyMap<string, Trial>,
  decided: Params,
  stage: Stage,
  field: string,
  ties: StagedOptions['ties'],
): StageSearch {
  const { pyramid, objective = 0 } = typeof stage === 'string' ? { pyramid: undefined } : stage
  const direction = directions[objective]
  if (direction === undefined) {
    throw new InvalidSpecError(`${field}.objective is ${objective}; it must be below ${directions.length}, the number of objectives`)
  }
  const names = namesOf(stage)
  const cellOf = (params: Params): Cell<Params> => {
    const trial = tried.get(space.key(params))
    return {
      params,
      trial,
      value: trial?.state === 'complete' && isFeasible(trial) ? (trial.values?.[objective] ?? Number.NaN) : Number.NaN,
    }
  }
  const search =
    pyramid === undefined
      ? searchValues(configurationsOf(space, names, decided, field).map(cellOf), direction, ties === 'incumbent' ? decided : undefined)
      : searchPyramid(pyramid, direction, (widths) => {
          const params = pyramidOf(space, names, widths, decided, field)
          return params === undefined ? undefined : cellOf(params)
        })
  if (search.cells.length === 0)
    throw new InvalidSpecError(`${field} varies ${names.join(', ')}; the space allows none of its configurations`)
  return { ...search, names, objective, direction }
}

/** The best value wins; of equal ones the current one, if it is preferred, otherwise the earlier. */
function searchValues(cells: readonly Cell<Params>[], direction: Direction, standing: Params | undefined): Search<Params> {
  const stands = ({ params }: Cell<Params>): boolean => Object.entries(params).every(([name, value]) => own(standing ?? {}, name) === value)
  const ranked = [...cells.filter(stands), ...cells.filter((cell) => !stands(cell))]
  const best = ranked
    .filter(({ value }) => !Number.isNaN(value))
    .reduce<Cell<Params> | undefined>(
      (one, other) => (one === undefined || isBetter(other.value, one.value, direction) ? other : one),
      undefined,
    )
  return { cells, winner: cells.every(isSettled) ? best : undefined }
}

/** The parameters a stage varies; of a pyramid the number of layers, then the widths. */
function namesOf(stage: Stage): readonly string[] {
  if (typeof stage === 'string') return [stage]
  const { vary = [], pyramid } = stage
  return pyramid === undefined ? [vary].flat() : [pyramid.layers ?? 'layers', ...pyramid.widths]
}

function configurationsOf(space: Space, names: readonly string[], decided: Params, field: string): Params[] {
  const endless = space.parameters.find(({ name, distribution }) => names.includes(name) && !Number.isFinite(cardinality(distribution)))
  if (endless !== undefined) throw new InvalidSpecError(`${field} varies ${endless.name}, which has no end of values; it must have a step`)
  const fixed = Object.fromEntries(Object.entries(decided).filter(([name]) => !names.includes(name)))
  const configurations = [...space.enumerate(fixed)]
  for (const name of configurations.flatMap((params) => Object.keys(params))) {
    if (!names.includes(name)) heldValue(fixed, name, field)
  }
  return configurations
}

/** @returns undefined if the space does not have the number of layers or a width, or a constraint refuses them */
function pyramidOf(
  space: Space,
  [layers = '', ...units]: readonly string[],
  widths: readonly number[],
  decided: Params,
  field: string,
): Params | undefined {
  const shape: Params = { [layers]: widths.length, ...Object.fromEntries(widths.map((width, i) => [units[i] ?? '', width])) }
  const isOutside = space.parameters.some(({ name, distribution }) => {
    const value = own(shape, name)
    return value !== undefined && !contains(distribution, value)
  })
  if (isOutside) return undefined
  const params = space.build((name) => heldValue({ ...decided, ...shape }, name, field))
  const inactive = Object.keys(shape).find((name) => !Object.hasOwn(params, name))
  if (inactive !== undefined) {
    throw new InvalidSpecError(
      `${field} sets ${inactive}, which is not active where ${layers} is ${widths.length}; its condition must hold there`,
    )
  }
  return space.isAllowed(params) ? params : undefined
}

function heldValue(decided: Params, name: string, field: string): ParamValue {
  const value = own(decided, name)
  if (value === undefined)
    throw new InvalidSpecError(`${field} needs a value of ${name}, which no stage before it decided; give it in start`)
  return value
}

function checkName(space: Space, name: string, field: string): void {
  if (!space.names.includes(name)) {
    throw new InvalidSpecError(`${field} names ${name}; it must be one of ${space.names.join(', ')}${suggest(name, space.names)}`)
  }
}

function checkStart(space: Space, start: Params, first: Stage | undefined): void {
  for (const name of Object.keys(start)) checkName(space, name, 'start')
  const varied = first === undefined ? [] : namesOf(first)
  for (const { name, distribution } of space.parameters) {
    const value = own(start, name)
    if (value === undefined && !varied.includes(name)) {
      throw new InvalidSpecError(`start.${name} is missing; start must hold every parameter that the first stage does not vary`)
    }
    if (value !== undefined && !contains(distribution, value)) {
      throw new InvalidSpecError(`start.${name} is ${JSON.stringify(value)}; it must be ${shown(distribution)}`)
    }
  }
}

/** Of trials with the same configuration the first complete one counts, otherwise the first. */
function trialsByKey({ space, trials }: StudyView): ReadonlyMap<string, Trial> {
  const found = new Map<string, Trial>()
  for (const trial of trials) {
    const key = space.key(trial.params)
    const known = found.get(key)
    if (known === undefined || (known.state !== 'complete' && trial.state === 'complete')) found.set(key, trial)
  }
  return found
}
