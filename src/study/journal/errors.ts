// The errors of journals.

import { EspalierError } from '../../core/errors.ts'

/** A journal or its checkpoints could not be read or written. The message says where, why, and what to do. */
export class JournalError extends EspalierError {
  override readonly name: string = 'JournalError'
}

/** A journal holds something that is not an entry, before its last line, where a crash could have left it. */
export class CorruptJournalError extends JournalError {
  override readonly name = 'CorruptJournalError'
}

/** @param who runs the study, as 'process 1234' */
export const runsAlready = (journal: string, study: string, who: string): JournalError =>
  new JournalError(
    `${journal}: study "${study}" is run by ${who}; wait for its end or stop it. Many processes run one study in a journal on a Redis server`,
  )
