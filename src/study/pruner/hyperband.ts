// The pruner `hyperband`.

import * as z from 'zod/mini'
import { at } from '../../core/at.ts'
import { minResource, reductionFactor } from './fields.ts'
import type { Pruner } from './pruner.ts'
import { directionOf, halve } from './reports.ts'

export const hyperbandSchema = z.strictObject({
  name: z.literal('hyperband'),
  minResource: minResource('1'),
  reductionFactor: reductionFactor(),
})

/** Trials that begin together: `size` of them, from trial `first` on. None is stopped before the step `firstRung`. */
interface Bracket {
  readonly first: number
  readonly size: number
  readonly firstRung: number
}

/**
 * Hyperband (Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar, JMLR 18, 2018, algorithm 1). With s_max = floor(log_factor(steps / minResource)),
 * the brackets s = s_max … 0 repeat for ever. Bracket s asks for ceil((s_max + 1) / (s + 1) x factor^s) trials at once, and at
 * the steps floor(steps / factor^s), …, floor(steps / factor) the best 1/factor of them continue, at least one; bracket 0 stops none. A trial's
 * bracket follows from its number alone. As in Optuna the factor is 3 and minResource 1 by default.
 */
export function createHyperbandPruner(options: Omit<z.infer<typeof hyperbandSchema>, 'name'>): Pruner {
  const { minResource = 1, reductionFactor = 3 } = options
  const bracketOf = (number: number, steps: number): Bracket =>
    bracketAt(number, steps, highestBracket(steps, minResource, reductionFactor), reductionFactor)
  return {
    name: 'hyperband',
    axis: 'epoch',
    rungs(steps) {
      const highest = highestBracket(steps, minResource, reductionFactor)
      return Array.from({ length: highest }, (_, i) => Math.floor(steps / reductionFactor ** (highest - i)))
    },
    batchSize(number, steps) {
      const { first, size } = bracketOf(number, steps)
      return first + size - number
    },
    prune(view, batch, step, steps) {
      const brackets = new Map<number, typeof batch>()
      for (const trial of batch) {
        const { first, firstRung } = bracketOf(trial.number, steps)
        if (firstRung <= step) brackets.set(first, [...(brackets.get(first) ?? []), trial])
      }
      return [...brackets.values()].flatMap((trials) => halve(trials, step, reductionFactor, directionOf(view)))
    },
  }
}

/** s_max, without the rounding of a logarithm. */
function highestBracket(steps: number, minResource: number, factor: number): number {
  let bracket = 0
  while (minResource * factor ** (bracket + 1) <= steps) bracket++
  return bracket
}

function bracketAt(number: number, steps: number, highest: number, factor: number): Bracket {
  const sizes = Array.from({ length: highest + 1 }, (_, s) => Math.ceil(((highest + 1) * factor ** s) / (s + 1)))
  const round = sizes.reduce((sum, size) => sum + size, 0)
  let first = number - (number % round)
  let bracket = highest
  let size = at(sizes, bracket)
  while (number >= first + size) {
    first += size
    bracket--
    size = at(sizes, bracket)
  }
  return { first, size, firstRung: Math.floor(steps / factor ** bracket) }
}
