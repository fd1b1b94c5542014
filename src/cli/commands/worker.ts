// The command `espalier worker`.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { fileOf } from '../../study/attributes.ts'
import { note, options, wholeNumber } from '../arguments.ts'
import { type ExitCode, UsageError } from '../exit.ts'
import { isOnRedis } from '../journal.ts'
import { readJournal } from '../trials.ts'
import { resumeStudy, type StudyCommandOptions, trialsOption } from './study.ts'

interface WorkerOptions extends StudyCommandOptions {
  readonly journal: string
  readonly name?: string
}

const EXAMPLE = `
Any number of workers, on any machines, run one study, together with processes of Optuna. The first command puts the study on the
server and works on it, the others join, and wait for it if they come first:

  espalier study study.yaml --journal redis://host:6379/0
  espalier worker --journal redis://host:6379/0

A worker takes trials a batch at a time and ends when the study does. The trials of one that dies are trained by the others. Data files
must be where the study file has them, on every machine.`

async function work(given: WorkerOptions): Promise<ExitCode> {
  if (!isOnRedis(given.journal))
    throw new UsageError(`--journal is ${given.journal}; workers share a journal on a Redis server, redis://host:port/database`)
  await waitForStudy(given.journal, given.name)
  return resumeStudy(given.journal, given)
}

/** Until the study is on the server, with its file: the command that puts it there may be started later. */
async function waitForStudy(where: string, name: string | undefined): Promise<void> {
  for (let noted = false; ; noted = true) {
    const { description, studies } = await readJournal(where)
    const named = studies.filter((study) => name === undefined || study.name === name)
    if (named.some((study) => fileOf(study) !== undefined || study.trials.length > 0)) return
    if (!noted) note(`Waiting for ${name === undefined ? 'a study' : `study "${name}"`} in ${description}`)
    await sleep(500)
  }
}

export function addWorker(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('worker')
    .description('work on the study of a journal on a Redis server, together with any number of others')
    .requiredOption('--journal <url>', 'redis://user:password@host:port/database?prefix=..., rediss:// with TLS')
    .option('--name <study>', 'which study, where the journal has several')
    .option(
      '--lease <seconds>',
      'after which others take over the trials of this worker when it dies (default: 30)',
      wholeNumber(1, 86_400),
    )
    .addOption(trialsOption())
    .addOption(options.workers())
    .addOption(options.wide())
    .addOption(options.backend())
    .addOption(options.json())
    .addHelpText('after', EXAMPLE)
    .action(async (given: WorkerOptions) => finish(await work(given)))
}
