// `learn` as the main entry has it: loaded by the first call, so that a program which trains starts in less time.

import type { Backend } from '../backend/backend.ts'
import type { Table } from '../table/table.ts'
import type { Answer } from './answer.ts'
import type { LearnOptions } from './options.ts'

/**
 * Learns from a table what predicts one column of it, in a time that is given, and says how good that is on rows that nothing was chosen by.
 * @throws InvalidSpecError, InvalidDataError before anything is trained; the signal's reason where it was stopped before there was an answer
 */
export async function learn(backend: Backend, table: Table, options: LearnOptions): Promise<Answer> {
  const learning = await import('./learn.ts')
  return learning.learn(backend, table, options)
}
