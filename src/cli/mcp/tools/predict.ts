// The tool `predict`.

import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod/mini'
import { InvalidSpecError } from '../../../core/errors.ts'
import { naming } from '../../../data/node/files.ts'
import { replaceFile } from '../../../data/node/write.ts'
import { csvText } from '../../../report/csvText.ts'
import { outsideText, readAnswerRows, tabulateAnswer } from '../../answer-file.ts'
import { refuseOverwriting } from '../../source.ts'
import { textTable } from '../../table.ts'
import { fields } from '../fields.ts'
import { placeOf } from '../table.ts'
import { tool } from '../tool.ts'

/** Rows that come back as words and data; more are for a file. */
const SHOWN = 50
const MOST_ROWS = 1000

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()])

export const predict = tool({
  name: 'predict',
  title: 'Predict rows',
  description: `Predicts rows by an answer: the class with the chance of each, or the number with an interval that holds the truth for 95 % of rows; and what of a row is unlike the rows it was learned from, where it must not be trusted. Give rows, or a file; of more than ${SHOWN} rows say where the predictions are written.`,
  isReading: false,
  fields: {
    answer: fields.answer,
    rows: z
      .optional(z.array(z.record(z.string(), cell)).check(z.minLength(1), z.maxLength(MOST_ROWS)))
      .check(z.describe('Rows by the names of columns, such as [{ "area": 71, "town": "Bonn" }]; null where a value is missing')),
    file: z.optional(fields.table),
    out: z.optional(fields.out).check(z.describe('A file in the folder for the predictions as CSV')),
    reading: z.optional(fields.reading),
  },
  async run({ answer: name, rows, file, out, reading }, { folder, answers }) {
    if ((rows === undefined) === (file === undefined)) throw new InvalidSpecError('give either rows or a file')
    const answer = await answers.find(folder, name)
    const place = out === undefined ? undefined : await folder.writable(out)
    const sources = await Promise.all(
      [file, name].map((path) => (path === undefined ? undefined : folder.existing(path).catch(() => undefined))),
    )
    await refuseOverwriting(
      sources.filter((path) => path !== undefined),
      [place],
    )
    const given = rows ?? (await readAnswerRows(answer, await placeOf(folder, file ?? ''), reading ?? {}))
    const predictions = await naming(file ?? 'rows', async () => answer.predict(given))
    const { fields: names, rows: cells } = tabulateAnswer(answer, predictions)
    if (place !== undefined) {
      await mkdir(dirname(place), { recursive: true })
      await replaceFile(place, `${csvText(names, cells, { exact: true })}\n`)
    }
    const shown = cells.slice(0, SHOWN)
    const lines = shown.map((row, i) => [i + 1, ...row.map((value) => value ?? '')])
    const more = cells.length - shown.length
    const text = [
      `${answer.target}, of ${cells.length} ${cells.length === 1 ? 'row' : 'rows'}:`,
      textTable(
        ['row', ...names],
        2,
        lines.map((row) => row.map(String)),
      ),
      ...(more > 0 ? [`and ${more} rows more${place === undefined ? '; `out` writes them all' : ''}`] : []),
      ...outsideText(predictions),
      ...(place === undefined ? [] : [`Written: ${folder.named(place)}`]),
    ].join('\n')
    const outside = predictions.slice(0, SHOWN).map((one) => one.outside)
    return {
      text,
      data: {
        target: answer.target,
        rows: cells.length,
        fields: names,
        predictions: shown,
        outside,
        ...(place && { file: folder.named(place) }),
      },
    }
  },
})
