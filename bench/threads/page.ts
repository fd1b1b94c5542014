// The script of a page that measures threads.

import { follow } from '../order.ts'
import { lineOf, measureThreads, type Options } from './measure.ts'

/** Runs inside a page that is cross-origin isolated. */
void follow<Options, Awaited<ReturnType<typeof measureThreads>>>(
  (options, { log }) => measureThreads(options, log),
  (comparisons) => comparisons.map(lineOf).join('\n'),
)
