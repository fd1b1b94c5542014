// The command `espalier schema`.

import { Argument, type Command } from 'commander'
import { printJson } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { studyFileJsonSchema } from '../study-file.ts'
import { trainingFileJsonSchema } from '../training-file.ts'

const EXAMPLE = `
Example, for an editor that completes and checks YAML by the yaml-language-server:
  espalier schema study > study.schema.json
and as the first line of the study file:
  # yaml-language-server: $schema=./study.schema.json`

const SCHEMAS = { train: trainingFileJsonSchema, study: studyFileJsonSchema }

export function addSchema(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('schema')
    .description('print the JSON Schema of training files or of study files, for editors')
    .addArgument(new Argument('[kind]', 'of which files').choices(Object.keys(SCHEMAS)).default('train'))
    .addHelpText('after', EXAMPLE)
    .action((kind: keyof typeof SCHEMAS) => {
      printJson(SCHEMAS[kind]())
      finish(EXIT.ok)
    })
}
