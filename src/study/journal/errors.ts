import { EspalierError } from '../../core/errors.ts'

/** A journal or its checkpoints could not be read or written. The message says where, why, and what to do. */
export class JournalError extends EspalierError {
  override readonly name: string = 'JournalError'
}

/** A journal holds something that is no entry, and not as its last line, where a crash could have left it. */
export class CorruptJournalError extends JournalError {
  override readonly name = 'CorruptJournalError'
}
