// The twig's results.

import type { Judgement } from '../claims.ts'
import type { EarlyOrder } from './early.ts'
import type { RuleResult } from './rules.ts'
import type { TwigTableFacts } from './store.ts'

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
