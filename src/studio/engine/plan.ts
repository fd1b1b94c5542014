// What a study comes to before it is begun.

import type { StudioConfig } from '../config.ts'
import { toStudyOptions } from '../options.ts'
import { trialsAtMost } from '../parameters.ts'
import type { Plan } from '../protocol.ts'
import { toSnippet } from '../snippet.ts'
import { checkConfig } from './checkConfig.ts'
import type { StudioData } from './data.ts'

/** @throws InvalidSpecError for a configuration that does not go with the data */
export function planOf(config: StudioConfig, data: StudioData): Plan {
  checkConfig(config, data)
  const { train, test } = data
  return {
    ...{ trainRows: train.rows, testRows: test.rows, inputSize: train.inputSize, outputSize: train.outputSize },
    searched: Object.keys(toStudyOptions(config, train).space),
    trialsAtMost: trialsAtMost(config),
    snippet: toSnippet(config, train),
  }
}
