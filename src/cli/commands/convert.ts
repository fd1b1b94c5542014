// The command `espalier convert`.

import type { Command } from 'commander'
import { widthsOf } from '../../core/resolve.ts'
import { options, print, printJson } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { formatOf, MODEL_FILES, readModel, writeModel } from '../model-file.ts'

const EXAMPLE = `
Examples:
  espalier convert results/pima/weights.safetensors pima.onnx
  espalier convert results/pima/weights.safetensors web/pima      # web/pima/model.json and weights.bin, for TensorFlow.js
  espalier convert trained-elsewhere.keras here.safetensors

What rows go through before the network (their scaling) goes along: the file written takes raw rows. The network must be dense layers in a
row; anything else is refused by name. .keras files need the package h5wasm (npm i h5wasm).`

async function convert(from: string, to: string, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  formatOf(to)
  const model = await readModel(from)
  const files = await writeModel(to, model)
  const widths = widthsOf(model.spec)
  const [inputSize] = widths
  if (json) printJson({ files, inputSize, units: widths.slice(1) })
  else print(`A network ${widths.join('-')}. Written:\n${files.map((path) => `  ${path}`).join('\n')}`)
  return EXIT.ok
}

export function addConvert(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('convert')
    .description("write a network's file in another format: safetensors, ONNX, Keras, TensorFlow.js")
    .argument('<from>', MODEL_FILES)
    .argument('<to>', 'the same; its name says the format')
    .addOption(options.json())
    .addHelpText('after', EXAMPLE)
    .action(async (from: string, to: string, given: { readonly json?: boolean }) => finish(await convert(from, to, given)))
}
