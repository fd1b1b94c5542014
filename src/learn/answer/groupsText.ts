/** How groups are told of beside folds, in cards and on the command line. */

import type { AnswerLearning } from '../predictor/data.ts'

/** Behind the number of folds: what they are made of. @param shown the column's name as it may stand there */
export const groupsText = (by: AnswerLearning['by'], shown = by?.column): string =>
  by === undefined ? '' : ` of whole groups by ${shown}, ${by.groups} in all`
