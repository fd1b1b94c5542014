// The values of a column over which a curve is drawn.

import type { AnswerColumn } from '../../learn/predictor/outside.ts'

const POINTS = 13
const CATEGORIES = 12

export function gridFor(column: AnswerColumn): (string | number)[] {
  if (column.kind === 'category') return column.categories.slice(0, CATEGORIES)
  const { low, high } = column
  return low === high ? [low] : Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1))
}
