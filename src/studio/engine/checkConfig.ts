// Checks that a configuration fits its data.

import { InvalidSpecError } from '../../core/errors.ts'
import { checkTrainable } from '../../study/check.ts'
import { metricsOf } from '../../study/objective.ts'
import { resolveStudy } from '../../study/options.ts'
import { OBJECTIVES_OF_NUMBERS, type StudioConfig } from '../config.ts'
import { toStudyOptions } from '../options.ts'
import type { StudioData } from './data.ts'

/** Whether a configuration and its data go together. @throws InvalidSpecError, InvalidDataError */
export function checkConfig(config: StudioConfig, data: StudioData): void {
  const { training, search } = config
  const { task, rows } = data.train
  const large = training.batchSizes.find((size) => size > rows)
  if (large !== undefined)
    throw new InvalidSpecError(`training.batchSizes holds ${large}; the training part has ${rows} rows, so it must be at most that`)
  if (task === 'regression' && !OBJECTIVES_OF_NUMBERS.includes(search.objective))
    throw new InvalidSpecError(
      `search.objective is "${search.objective}"; the target is a number, so it must be ${OBJECTIVES_OF_NUMBERS.join(' or ')}`,
    )
  const { space, specOf, pruner, objectives } = resolveStudy(toStudyOptions(config, data.train))
  if (specOf !== undefined) checkTrainable(space, specOf, pruner, [data], metricsOf(objectives))
}
