// The command `espalier predict`.

import type { Command } from 'commander'
import { naming } from '../../data/node/files.ts'
import { replaceFile } from '../../data/node/write.ts'
import type { Answer } from '../../learn/answer.ts'
import { unseenText } from '../../prepare/index.ts'
import { csvText } from '../../report/csvText.ts'
import { outsideText, problemText, readAnswer, readAnswerRows, tabulateAnswer } from '../answer-file.ts'
import { answerScoresText, scoresOfAnswer } from '../answer-scores.ts'
import { note, options, print, printJson } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { MODEL_FILES, readModel } from '../model-file.ts'
import { writeOut } from '../output.ts'
import { predictRows, readRows, scoresOfRows, tabulate } from '../prediction.ts'
import { addReadingFlags, readingOfFlags } from '../reading.ts'
import { scoresText } from '../scores.ts'
import { refuseOverwriting } from '../source.ts'

interface PredictOptions {
  readonly out?: string
  readonly json?: boolean
}

const EXAMPLE = `
Examples:
  espalier predict results/pima/weights.safetensors patients.csv --out predictions.csv
  espalier predict results/fashion/weights.safetensors fashion-mnist --json
  espalier predict trained-elsewhere.onnx rows.csv
  espalier predict price.answer new.csv --out predictions.csv      # by what espalier learn found

The columns the network was trained on are found by name; others are ignored. Rows are scaled as they were in training. The output
is CSV: the class of every row, and the probability of each class. Where the data has the target column too, the accuracy is printed
beside it. Of a data set that comes with a test part, that part is predicted.
Of a file of another program, which does not name its columns, the table must have as many columns as the network has inputs, in their order.
By an answer the CSV has the column prediction and, of classes, P(name) of each; of numbers low and high, between which the truth lies for 95 % of rows;
where the table has the target too, the answer's metrics on its rows are printed, each with its interval.`

/** By an answer of `espalier learn`. */
async function predictByAnswer(answer: Answer, source: string, { out, json, ...given }: PredictOptions): Promise<ExitCode> {
  const table = await readAnswerRows(answer, source, readingOfFlags({ ...given }))
  const predictions = await naming(source, async () => answer.predict(table))
  for (const line of [...problemText(table, answer.data.columns), ...outsideText(predictions)]) note(line)
  const { fields, rows } = tabulateAnswer(answer, predictions)
  const scores = scoresOfAnswer(answer, table, predictions)
  const csv = `${csvText(fields, rows, { exact: true })}\n`
  if (out !== undefined) await replaceFile(out, csv)
  if (json)
    printJson({
      rows: rows.length,
      target: answer.target,
      ...(out !== undefined && { files: [out] }),
      ...(scores && { scores }),
      fields,
      predictions: rows,
    })
  else if (out === undefined) writeOut(csv)
  const told = [`Predicted ${rows.length} rows`, ...(scores === undefined ? [] : [answerScoresText(scores)])].join('; ')
  if (out !== undefined && !json) print(`${told}. Written: ${out}`)
  else note(`${told}.`)
  return EXIT.ok
}

async function predict(weightsPath: string, source: string, given: PredictOptions): Promise<ExitCode> {
  const { out, json } = given
  await refuseOverwriting([weightsPath, source], [out])
  const answer = await readAnswer(weightsPath)
  if (answer !== undefined) return predictByAnswer(answer, source, given)
  const model = await readModel(weightsPath)
  const rows = await readRows(model, source, readingOfFlags({ ...given }))
  for (const line of unseenText(rows.unseen)) note(line)
  const outputs = await predictRows(model, rows, source)
  const { fields, rows: table, accuracy } = tabulate(outputs, rows, model)
  const scores = scoresOfRows(outputs, rows, model)
  const csv = `${csvText(fields, table, { exact: true })}\n`
  if (out !== undefined) await replaceFile(out, csv)
  if (json)
    printJson({
      rows: table.length,
      ...(accuracy !== undefined && { accuracy }),
      ...(scores && { scores }),
      ...(out !== undefined && { files: [out] }),
      fields,
      predictions: table,
    })
  else if (out === undefined) writeOut(csv)
  const told = [`Predicted ${table.length} rows`, ...(scores === undefined ? [] : [scoresText(scores)])].join('; ')
  if (out !== undefined && !json) print(`${told}. Written: ${out}`)
  else note(`${told}.`)
  return EXIT.ok
}

export function addPredict(program: Command, finish: (code: ExitCode) => void): void {
  const command = program
    .command('predict')
    .description('predict the rows of a table by an answer or a trained network')
    .argument(
      '<weights>',
      `an answer as \`espalier learn\` wrote it, weights.safetensors as \`espalier train\` wrote it, or ${MODEL_FILES}`,
    )
    .argument(
      '<data>',
      'a table (CSV, TSV, ARFF, JSON, Parquet or XLSX, also gzipped), - for standard input, a folder of IDX files, or fashion-mnist',
    )
    .option('--out <file>', 'CSV file to write (default: stdout)')
    .addOption(options.json())
    .addHelpText('after', EXAMPLE)
    .action(async (weights: string, data: string, given: PredictOptions) => finish(await predict(weights, data, given)))
  addReadingFlags(command)
}
