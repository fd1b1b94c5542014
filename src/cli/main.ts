#!/usr/bin/env node
// The command line `espalier`: the list of commands, and how a run ends.

import { Command } from 'commander'
import { FileWriteError } from '../data/node/write.ts'
import { learn } from '../index.ts'
import { addConvert } from './commands/convert.ts'
import { addData } from './commands/data.ts'
import { addDoctor } from './commands/doctor.ts'
import { addLearn } from './commands/learn.ts'
import { addMcp } from './commands/mcp.ts'
import { addPredict } from './commands/predict.ts'
import { addReplay } from './commands/replay.ts'
import { addReport } from './commands/report.ts'
import { addSchema } from './commands/schema.ts'
import { addStudio } from './commands/studio.ts'
import { addStudy } from './commands/study.ts'
import { addTrain } from './commands/train.ts'
import { addTrials } from './commands/trials.ts'
import { addWorker } from './commands/worker.ts'
import { EXIT, type ExitCode, reportError } from './exit.ts'
import { writeNote, writeOut } from './output.ts'
import { version } from './version.ts'

const HELP = `
A first round:
  espalier doctor                         what this machine can do
  espalier replay pima                    a published study of real data, in seconds
  espalier data describe pima             what is in a data set
  espalier learn prices.csv --target price --save price.answer
                                          from a table to an answer, and how sure it is
  espalier train examples/pima.yaml       train a network; espalier train --help shows such a file
  espalier predict weights.safetensors patients.csv
  espalier study examples/pima-study.yaml search hyper-parameters; espalier study --help shows such a file
  espalier report pima-study.journal      tables and charts of a study, as a page
  espalier studio                         all of it on a page in a browser, without code

espalier <command> --help has an example of each. Results go to stdout, progress to stderr.
Exit codes: 0 done, 1 failed while running, 2 the command, spec or data is wrong, 130 stopped by Ctrl-C.`

const finish = (code: ExitCode): void => {
  process.exitCode = code
}

const program = new Command('espalier')
  .description('Learns from tables, trains small neural networks and whole studies of them, on WebAssembly and WebGPU.')
  .version(version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .showHelpAfterError('(add --help to see how it is used)')
  .configureHelp({ showGlobalOptions: false })
  .addHelpText('after', HELP)
  .configureOutput({ writeOut, writeErr: writeNote })
  .exitOverride()

// Subcommands inherit the settings above when they are made by program.command().
const commands = [
  addLearn(learn),
  addTrain,
  addPredict,
  addConvert,
  addStudy,
  addWorker,
  addTrials,
  addReport,
  addData,
  addDoctor,
  addReplay,
  addSchema,
  addStudio,
  addMcp,
]
for (const add of commands) add(program, finish)

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough, as `| head`, is no fault.
  if (error.code === 'EPIPE') process.exit(EXIT.ok)
  process.exit(reportError(new FileWriteError('standard output', error)))
})
// Nobody watches any more, as when a terminal was closed; the work goes on.
process.stderr.on('error', () => undefined)
// What no promise carries, as an event that a library throws on.
process.on('uncaughtException', (error) => process.exit(reportError(error)))

try {
  await program.parseAsync()
} catch (error) {
  finish(reportError(error))
}
