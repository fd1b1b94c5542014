// A journal of lines: for what is measured without a study, one line a result, small enough to be kept whole and to go on from.

import type * as z from 'zod/mini'
import { InvalidDataError } from '../core/errors.ts'
import { parseJson } from '../core/json.ts'

/** Where lines are remembered. */
export interface LineJournal {
  /** All lines so far. */
  read(): Promise<readonly string[]>
  append(line: string): Promise<void>
}

/** Kept as long as the program runs. */
export function memoryLines(): LineJournal {
  const lines: string[] = []
  return {
    read: async () => lines,
    append: async (line) => void lines.push(line),
  }
}

/** @param whose replay, for the message */
export const readLines = async <T extends z.ZodMiniType>(journal: LineJournal, schema: T, whose: string): Promise<z.infer<T>[]> =>
  (await journal.read()).map((line, i) => {
    try {
      return schema.parse(parseJson(line))
    } catch (cause) {
      throw new InvalidDataError(`line ${i + 1} of the journal is no line of ${whose}: ${line.slice(0, 60)}`, { cause })
    }
  })
