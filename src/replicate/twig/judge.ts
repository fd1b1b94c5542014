// From the networks of a journal to results and verdicts.

import { judgeTwig } from './claims.ts'
import { twigCurves } from './curves.ts'
import { earlyOrders } from './early.ts'
import type { TwigReplay, TwigResult } from './result.ts'
import { playRules } from './rules.ts'
import type { TwigRecord } from './store.ts'

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
