/** Targets as means of categories take them: numbers as they are learned; of two classes whether it is the second, of more whether it is each. */

import type { Dataset } from '../data/dataset.ts'
import type { Outcomes } from './categories.ts'
import type { TargetPreparation } from './preparation.ts'

export function outcomesOf(targets: Dataset['targets'], { task, names, classNames }: TargetPreparation): Outcomes {
  if (task !== 'multiclass') return { values: Float64Array.from(targets), names: task === 'binary' ? [classNames[1] ?? ''] : names }
  const width = classNames.length
  const values = new Float64Array(targets.length * width)
  targets.forEach((label, row) => {
    values[row * width + label] = 1
  })
  return { values, names: classNames }
}
