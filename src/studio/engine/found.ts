// An answer as the page is told of it.

import type { Answer } from '../../learn/answer.ts'
import type { LearnProgress } from '../../learn/options.ts'
import type { Table } from '../../table/table.ts'
import type { Found } from '../answers.ts'
import { rawRows, type Usual } from './rawRows.ts'

export function foundOf(answer: Answer, table: Table, usual: Usual, tried: LearnProgress['tried']): Found {
  const { score, matters, columns, learned, limits } = answer.data
  const { preparation, models, target } = answer.card().json
  return {
    ...{ target: target.name, task: target.task, classNames: target.classNames },
    ...{ score, matters, isEarlier: false, columns, learned, limits, preparation, models, tried },
    bytes: answer.save(),
    rows: rawRows(table, columns),
    ...usual,
  }
}
