// The options that read, split and prepare the data of a configuration.

import type { SplitOptions } from '../data/split.ts'
import type { PrepareOptions, SplitByOptions } from '../prepare/index.ts'
import type { StudioConfig } from './config.ts'

type DataConfig = StudioConfig['data']

/** How a table becomes numbers, by what its training rows say. A configuration of 0.1.0 says nothing of targets, which it left as they are. */
export const prepareOptions = ({
  target,
  task,
  ignore,
  categorical,
  by,
  missing,
  scaling,
  targets = 'none',
}: DataConfig): PrepareOptions => ({
  ...(target !== null && { target }),
  task,
  ...((ignore.length > 0 || by !== undefined) && { ignore: by === undefined ? ignore : [...ignore, by] }),
  ...(categorical.length > 0 && { categorical }),
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

/** Of a table: whole groups where its rows belong together. */
export const tableSplitOptions = (data: DataConfig): SplitOptions | SplitByOptions =>
  data.by === undefined ? splitOptions(data) : { by: data.by, testFraction: data.test.share, seed: data.test.seed }
