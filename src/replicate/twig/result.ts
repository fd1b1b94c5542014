// The twig's results.

import type { Judgement } from '../claims.ts'
import { judgeTwig } from './claims.ts'
import { twigCurves } from './curves.ts'
import { type EarlyOrder, earlyOrders } from './early.ts'
import { playRules, type RuleResult } from './rules.ts'
import type { TwigRecord, TwigTableFacts } from './store.ts'

/** What was measured on a table. */
export interface TwigResult extends TwigTableFacts {
  readonly configurations: number
  /** Networks, all seeds. */
  readonly networks: number
  /** An entry an epoch. */
  readonly early: readonly EarlyOrder[]
  readonly rules: readonly RuleResult[]
}

/** Everything that was measured, and the verdicts. */
export interface TwigReplay {
  readonly epochs: number
  readonly results: readonly TwigResult[]
  readonly judgements: readonly Judgement[]
  readonly networks: number
  /** Of all programs that wrote to the journal. */
  readonly seconds: number
}

/** What a journal's networks say. */
export function judgeRecord(record: TwigRecord): TwigReplay {
  const { epochs, seconds } = record
  const results = twigCurves(record).map(
    ({ scores, ...facts }): TwigResult => ({
      ...facts,
      configurations: scores.length,
      early: earlyOrders(scores, epochs),
      rules: playRules(scores, epochs),
    }),
  )
  return { epochs, results, judgements: judgeTwig(results), networks: results.reduce((sum, { networks }) => sum + networks, 0), seconds }
}
