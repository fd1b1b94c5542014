// What is given to the statistics of trials, checked before anything is made of it.

import { InvalidDataError, InvalidSpecError } from '../../core/errors.ts'
import { MAX_SEED } from '../../core/fields.ts'
import { isObject, shown } from '../../core/shown.ts'

type Fields = Readonly<Record<string, unknown>>
type Rule = readonly [fits: (value: unknown) => boolean, allowed: string]

const isWhole = (value: unknown, low: number, high: number): boolean =>
  Number.isInteger(value) && Number(value) >= low && Number(value) <= high
const whole = (low: number, high: number): Rule => [(value) => isWhole(value, low, high), `a whole number from ${low} to ${high}`]
const oneOf = (...names: readonly string[]): Rule => [(value) => names.some((name) => name === value), names.join(' or ')]
const isNames = (value: unknown): boolean => Array.isArray(value) && Array.from<unknown>(value).every((name) => typeof name === 'string')

const BOOTSTRAP: Readonly<Record<string, Rule>> = {
  level: [(value) => typeof value === 'number' && value > 0 && value < 1, 'a number between 0 and 1, as 0.95'],
  resamples: whole(1, 10_000_000),
  method: oneOf('bca', 'percentile'),
  seed: whole(0, MAX_SEED),
}

const COMPARE: Readonly<Record<string, Rule>> = {
  objective: whole(0, 1000),
  test: oneOf('wilcoxon', 't'),
  correction: oneOf('holm', 'benjaminiHochberg', 'none'),
}

const FOREST: Readonly<Record<string, Rule>> = {
  objective: whole(0, 1000),
  params: [isNames, 'an array of names of parameters'],
  scale: oneOf('linear', 'declared'),
  trees: whole(1, 100_000),
  maxDepth: whole(0, 1_000_000),
  seed: whole(0, MAX_SEED),
  pairs: [(value) => typeof value === 'boolean', 'true or false'],
  shuffles: whole(1, 100_000),
  grid: whole(2, 10_000),
}

/** @throws InvalidSpecError naming the option that is wrong */
function checkOptions(options: unknown, of: string, rules: Readonly<Record<string, Rule>>): Fields {
  if (!isObject(options) || Array.isArray(options))
    throw new InvalidSpecError(`the options of ${of} are ${shown(options)}; they must be an object`)
  for (const [name, [fits, allowed]] of Object.entries(rules)) {
    const value = options[name]
    if (value !== undefined && !fits(value)) throw new InvalidSpecError(`${name} is ${shown(value)}; it must be ${allowed}`)
  }
  return options
}

/** @throws InvalidSpecError */
export const checkBootstrap = (options: unknown): Fields => checkOptions(options, 'a bootstrap', BOOTSTRAP)

/** @throws InvalidSpecError */
export const checkForest = (options: unknown, of: string): Fields => checkOptions(options, of, FOREST)

/** @throws InvalidSpecError */
export function checkDirection(direction: unknown): void {
  if (direction !== 'minimize' && direction !== 'maximize')
    throw new InvalidSpecError(`direction is ${shown(direction)}; it must be minimize or maximize`)
}

/** @throws InvalidSpecError */
export function checkCompare(options: unknown): void {
  const { direction, bootstrap } = checkOptions(options, 'a comparison', COMPARE)
  checkDirection(direction)
  if (bootstrap !== undefined) checkBootstrap(bootstrap)
}

/** @throws InvalidDataError for anything but an array, or numbers side by side */
export function checkItems(items: unknown, name: string): asserts items is ArrayLike<unknown> {
  if (!(Array.isArray(items) || (ArrayBuffer.isView(items) && 'length' in items)))
    throw new InvalidDataError(`${name} is ${shown(items)}; it must be an array`)
}

/** @throws InvalidDataError for anything but an array of numbers, NaN among them or not */
export function checkValues(values: unknown, name: string): void {
  checkItems(values, name)
  for (let i = 0; i < values.length; i++)
    if (typeof values[i] !== 'number') throw new InvalidDataError(`${name} holds ${shown(values[i])} at place ${i}; it must be a number`)
}

const STATES = ['running', 'complete', 'pruned', 'fail', 'waiting']

/** @throws InvalidDataError for anything but a trial */
export function checkTrial(trial: unknown, name: string): void {
  const { number, state, params, distributions, values, intermediateValues, userAttrs, systemAttrs } = isObject(trial) ? trial : {}
  const isTrial =
    typeof number === 'number' &&
    STATES.some((one) => one === state) &&
    isObject(params) &&
    isObject(distributions) &&
    (values === undefined || (Array.isArray(values) && Array.from<unknown>(values).every((value) => typeof value === 'number'))) &&
    intermediateValues instanceof Map &&
    isObject(userAttrs) &&
    isObject(systemAttrs)
  if (!isTrial) throw new InvalidDataError(`${name} is ${shown(trial)}, which is no trial; it must be one of study.trials`)
}

/** @throws InvalidDataError for anything but an array of trials */
export function checkTrials(trials: unknown): void {
  if (!Array.isArray(trials)) throw new InvalidDataError(`the trials are ${shown(trials)}; they must be an array, as study.trials`)
  for (const [i, trial] of Array.from<unknown>(trials).entries()) checkTrial(trial, `trial ${i}`)
}

/** @throws InvalidSpecError for anything but the name of a parameter */
export function checkName(name: unknown): void {
  if (typeof name !== 'string') throw new InvalidSpecError(`the parameter is ${shown(name)}; it must be a name`)
}
