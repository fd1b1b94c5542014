// Outcome constraints of trials: how much each is broken, in Optuna's attributes.

/**
 * Outcome constraints: results of a trial besides its values, each met if it is at most 0. A trial's system attributes have them in
 * both of Optuna's forms, the list `constraints` of a `constraints_func` and, since Optuna 5, one number each under `constraints:<name>`
 * (`optuna/study/_constrained_optimization.py`).
 */
const LIST = 'constraints'
const PREFIX = 'constraints:'

/** As a trial has them. */
interface Noted {
  readonly systemAttrs: Readonly<Record<string, unknown>>
}

/** The attribute in which a trial keeps a constraint. */
export const constraintAttribute = (name: string): string => PREFIX + name

/** Constraints by name; those of a list are named by their index. A constraint that is not a number cannot be met. */
export function constraintsOf({ systemAttrs }: Noted): ReadonlyMap<string, number> {
  const constraints = new Map<string, number>()
  const list = systemAttrs[LIST]
  for (const [i, value] of (Array.isArray(list) ? list : []).entries()) constraints.set(String(i), toNumber(value))
  for (const key in systemAttrs) if (key.startsWith(PREFIX)) constraints.set(key.slice(PREFIX.length), toNumber(systemAttrs[key]))
  return constraints
}

const toNumber = (value: unknown): number => (typeof value === 'number' && !Number.isNaN(value) ? value : Number.POSITIVE_INFINITY)

/** By how much a trial breaks its constraints in total; 0 if it meets all of them or has none. Samplers ask it of every trial at every proposal. */
export function violationOf(trial: Noted): number {
  if (!hasConstraints(trial)) return 0
  let sum = 0
  for (const value of constraintsOf(trial).values()) sum += Math.max(0, value)
  return sum
}

function hasConstraints({ systemAttrs }: Noted): boolean {
  for (const key in systemAttrs) if (key.startsWith(LIST)) return true
  return false
}

export const isFeasible = (trial: Noted): boolean => violationOf(trial) === 0
