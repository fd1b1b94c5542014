// Reads the table that a call names.

import { readTable } from '../../table/node.ts'
import type { ReadingOptions } from '../../table/options.ts'
import type { Table } from '../../table/table.ts'
import { UsageError } from '../exit.ts'
import { readTrainingSource } from '../source.ts'
import type { Folder } from './folder.ts'

/** The data set that comes with the package as a table. */
const NAMED = 'pima'

/** Where it is, or its name. @throws UsageError where it is not in the folder */
export const placeOf = (folder: Folder, file: string): Promise<string> => (file === NAMED ? Promise.resolve(NAMED) : folder.existing(file))

/** @throws UsageError for what is no table, or not in the folder; InvalidDataError as readTable */
export async function tableOf(folder: Folder, file: string, reading: ReadingOptions = {}, signal?: AbortSignal): Promise<Table> {
  const path = await placeOf(folder, file)
  const found = await readTrainingSource(
    file === NAMED ? NAMED : path,
    path,
    {},
    {
      ...(signal && { signal }),
      read: (where) => readTable(where, { ...reading, name: file, ...(signal && { signal }) }),
    },
  )
  if ('table' in found) return found.table
  throw new UsageError(`${file}: is no table; these tools learn from tables (images are for \`espalier train\`)`)
}
