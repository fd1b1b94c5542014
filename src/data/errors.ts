// The error for data that cannot be found or fetched.

import { EspalierError } from '../core/errors.ts'

/** A file or data set is not where it was looked for, and could not be fetched. The message says where, and what to do. */
export class DataUnavailableError extends EspalierError {
  override readonly name = 'DataUnavailableError'
}
