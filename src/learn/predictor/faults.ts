/** What is wrong with an answer's file. */

import { InvalidDataError } from '../../core/errors.ts'

export const damaged = (what: string): InvalidDataError =>
  new InvalidDataError(`the answer ${what}; the file is damaged, or of a newer espalier`)
