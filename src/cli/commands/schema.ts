import type { Command } from 'commander'
import { printJson } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { trainingFileJsonSchema } from '../training-file.ts'

const EXAMPLE = `
Example, for an editor that completes and checks YAML by the yaml-language-server:
  espalier schema > espalier.schema.json
and as the first line of the training file:
  # yaml-language-server: $schema=./espalier.schema.json`

export function addSchema(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('schema')
    .description('print the JSON Schema of training files, for editors')
    .addHelpText('after', EXAMPLE)
    .action(() => {
      printJson(trainingFileJsonSchema())
      finish(EXIT.ok)
    })
}
