// The options that read, split and prepare the data of a configuration.

import type { TableOptions } from '../data/encode.ts'
import type { SplitOptions } from '../data/split.ts'
import type { StudioConfig } from './config.ts'

type DataConfig = StudioConfig['data']

/** How a table becomes numbers. Filling in is left for later: it must learn from the training rows alone. */
export function tableOptions({ target, task, ignore, categorical, missing }: DataConfig): TableOptions {
  const reading = missing === 'refuse' ? undefined : missing === 'drop' ? 'drop' : 'keep'
  return {
    ...(target !== null && { target }),
    task,
    ...(ignore.length > 0 && { ignore }),
    ...(categorical.length > 0 && { categorical }),
    ...(reading && { missing: reading }),
  }
}

/** Whether the rows are images, whose bytes are never missing. */
const isImages = ({ source }: DataConfig): boolean => source.kind === 'idx' || (source.kind === 'sample' && source.name === 'fashion-mnist')

/** How missing values are filled in; undefined if they are not. */
export const imputed = (data: DataConfig): 'mean' | 'median' | 'mode' | undefined =>
  isImages(data) || data.missing === 'refuse' || data.missing === 'drop' ? undefined : data.missing

/** Real numbers have no classes to stratify by. */
export const splitOptions = ({ task, test: { share, seed, stratify } }: DataConfig): SplitOptions => ({
  testFraction: share,
  seed,
  stratify: stratify && task !== 'regression',
})
