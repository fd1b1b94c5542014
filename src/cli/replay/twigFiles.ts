// The tables of the twig.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { TWIG_NAMES, type TwigTableName } from '../../replicate/twig/tables.ts'
import { readTable } from '../../table/node.ts'
import type { Table } from '../../table/table.ts'
import { UsageError } from '../exit.ts'

/** The tables that a folder has, of those that are wanted. */
export async function readTwigFolder(folder: string, wanted: readonly TwigTableName[]): Promise<Partial<Record<TwigTableName, Table>>> {
  const tables: Partial<Record<TwigTableName, Table>> = {}
  for (const name of wanted) {
    const path = [`${name}.csv`, `${name}.csv.gz`].map((file) => join(folder, file)).find(existsSync)
    if (path !== undefined) tables[name] = await readTable(path)
  }
  if (Object.keys(tables).length > 0) return tables
  throw new UsageError(`${folder} has none of the tables ${TWIG_NAMES.map((name) => `${name}.csv`).join(', ')}`)
}
