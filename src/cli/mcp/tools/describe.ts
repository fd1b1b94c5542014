// The tool `describe_table`.

import * as z from 'zod/mini'
import { describeTable } from '../../../table/describe.ts'
import { tableText } from '../../commands/data.ts'
import { fields } from '../fields.ts'
import { tableOf } from '../table.ts'
import { tool } from '../tool.ts'

export const describe = tool({
  name: 'describe_table',
  title: 'Describe a table',
  description:
    'Reads a table (CSV, TSV, ARFF, JSON, Parquet, XLSX, also gzipped) and says of every column what it holds and why, its range, how many values are missing, and what would be made of it; which column would be predicted; what was guessed of the file and what is odd about it. Call it first.',
  isReading: true,
  fields: { file: fields.table, target: z.optional(fields.target), reading: z.optional(fields.reading) },
  async run({ file, target, reading }, { folder }, { signal }) {
    const description = describeTable(await tableOf(folder, file, reading, signal), target === undefined ? {} : { target })
    return { text: tableText(file, description), data: { ...description } }
  },
})
