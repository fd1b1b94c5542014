// Arguments that several tools share.

import * as z from 'zod/mini'
import { readingShape } from '../../table/options.ts'

const text = z.string().check(z.minLength(1))

export const fields = {
  table: text.check(z.describe('The table: a file in the folder, by its path from there; or pima, a data set that comes along')),
  target: z.union([text, z.int()]).check(z.describe('The column to predict, by name or by place (from 0; -1 is the last)')),
  reading: z.strictObject(readingShape).check(z.describe('How the file is read, where what was guessed is wrong')),
  answer: text.check(z.describe('An answer: the name that learn gave it, such as answer-1, or the file it was saved in')),
  study: text.check(z.describe('A study of this session, by the name that run_study gave it, such as study-1')),
  out: text,
}
