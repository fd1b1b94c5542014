// The command `espalier convert`.

import type { Command } from 'commander'
import { shapesText, widthsOf } from '../../core/resolve.ts'
import { replaceFile } from '../../data/node/write.ts'
import type { Answer } from '../../learn/answer.ts'
import { answerToOnnx } from '../../learn/onnx/write.ts'
import { readAnswer } from '../answer-file.ts'
import { options, print, printJson } from '../arguments.ts'
import { EXIT, type ExitCode, UsageError } from '../exit.ts'
import { formatOf, MODEL_FILES, prepareModel, readModel, writeModel } from '../model-file.ts'

const EXAMPLE = `
Examples:
  espalier convert results/pima/weights.safetensors pima.onnx
  espalier convert results/pima/weights.safetensors web/pima      # web/pima/model.json and weights.bin, for TensorFlow.js
  espalier convert trained-elsewhere.keras here.safetensors
  espalier convert price.answer price.onnx                        # all models of espalier learn and how columns are prepared

What rows go through before the network (their scaling) goes along: the file written takes raw rows. What the other
format has no words for is refused by name. .keras and .h5 files need the package h5wasm (npm i h5wasm).`

async function convertAnswer(answer: Answer, to: string, json: boolean | undefined): Promise<ExitCode> {
  if (formatOf(to) !== 'onnx') throw new UsageError(`${to}: an answer is written as ONNX alone; name a file that ends in .onnx`)
  await prepareModel(to)
  await replaceFile(to, answerToOnnx(answer))
  const { columns, ensemble } = answer.data
  if (json) printJson({ files: [to], inputs: columns.length, models: ensemble.models.length })
  else print(`An answer of ${ensemble.models.length} models, from ${columns.length} columns to "${answer.target}". Written:\n  ${to}`)
  return EXIT.ok
}

async function convert(from: string, to: string, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  formatOf(to)
  const answer = await readAnswer(from)
  if (answer !== undefined) return convertAnswer(answer, to, json)
  const model = await readModel(from)
  const files = await writeModel(to, model)
  const [inputSize, ...units] = widthsOf(model.spec)
  if (json) printJson({ files, inputSize, units })
  else print(`A network ${shapesText(model.spec)}. Written:\n${files.map((path) => `  ${path}`).join('\n')}`)
  return EXIT.ok
}

export function addConvert(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('convert')
    .description("write a network's file in another format: safetensors, ONNX, Keras, TensorFlow.js")
    .argument('<from>', `${MODEL_FILES}; or an answer`)
    .argument('<to>', 'the same; its name says the format')
    .addOption(options.json())
    .addHelpText('after', EXAMPLE)
    .action(async (from: string, to: string, given: { readonly json?: boolean }) => finish(await convert(from, to, given)))
}
