// The options that read, split and prepare the data of a configuration.

import type { SplitOptions } from '../data/split.ts'
import type { PrepareOptions, TypedTableOptions } from '../prepare/index.ts'
import type { StudioConfig } from './config.ts'

type DataConfig = StudioConfig['data']

/** Which columns of a table are read, and which of them as categories. */
export const columnOptions = ({ ignore, categorical }: DataConfig): TypedTableOptions => ({
  ...(ignore.length > 0 && { ignore }),
  ...(categorical.length > 0 && { categorical }),
})

/** How a table becomes numbers, by what its training rows say. A configuration of 0.1.0 says nothing of targets, which it left as they are. */
export const prepareOptions = ({ target, task, missing, scaling, targets = 'none' }: DataConfig): PrepareOptions => ({
  ...(target !== null && { target }),
  task,
  ...(missing !== 'refuse' && { missing }),
  scaling,
  ...(task === 'regression' && { targets }),
})

/** Real numbers have no classes to stratify by. */
export const splitOptions = ({ task, test: { share, seed, stratify } }: DataConfig): SplitOptions => ({
  testFraction: share,
  seed,
  stratify: stratify && task !== 'regression',
})
