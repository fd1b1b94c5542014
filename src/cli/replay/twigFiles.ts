// The files of the twig: its tables, and the journal of its networks.

import { existsSync } from 'node:fs'
import { appendFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { readText } from '../../data/node/files.ts'
import type { TwigJournal } from '../../replicate/twig/store.ts'
import { TWIG_NAMES, type TwigTableName } from '../../replicate/twig/tables.ts'
import { readTable } from '../../table/node.ts'
import type { Table } from '../../table/table.ts'
import { note } from '../arguments.ts'
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

/** A journal of lines in a file; one that is packed can only be read. */
export function twigJournal(path: string): TwigJournal {
  return {
    async read() {
      if (!existsSync(path)) return []
      const text = await readText(path)
      const whole = text.slice(0, text.lastIndexOf('\n') + 1)
      if (whole.length < text.length) {
        // A line that was being written when its program was killed.
        note(`${path}: the last line is not whole, so its network is trained again.`)
        await truncate(path, Buffer.byteLength(whole))
      }
      return whole.split('\n').filter((line) => line !== '')
    },
    async append(line) {
      if (path.endsWith('.gz')) throw new UsageError(`${path} is packed: unpack it to go on from it, as by gunzip -k ${path}`)
      await appendFile(path, `${line}\n`)
    },
  }
}
