import type { Command } from 'commander'
import Papa from 'papaparse'
import type { StudyRecord } from '../../study/journal/replay.ts'
import { bestTrial } from '../../study/study.ts'
import type { Trial } from '../../study/trial.ts'
import { options, print, printJson } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { bestText, readStudies, trialJson } from '../trials.ts'

interface TrialsOptions {
  readonly name?: string
  readonly json?: boolean
}

function printBest(study: StudyRecord, { json }: TrialsOptions): ExitCode {
  const best = bestTrial(study.trials, study.directions[0] ?? 'minimize')
  if (json) printJson(best === undefined ? null : trialJson(best))
  else print(best === undefined ? `None of the ${study.trials.length} trials is complete.` : bestText(best, study.directions))
  return best === undefined ? EXIT.failure : EXIT.ok
}

/** A row a trial: number, state, values, parameters, single repeats' values, why it failed. */
function trialsCsv({ trials, directions }: StudyRecord): string {
  const names = [...new Set(trials.flatMap(({ params }) => Object.keys(params)))]
  const values = directions.length === 1 ? ['value'] : directions.map((_, i) => `value${i + 1}`)
  const data = trials.map(({ number, state, values: of = [], params, userAttrs, systemAttrs, datetimeStart, datetimeComplete }: Trial) => [
    number,
    state,
    ...values.map((_, i) => of[i] ?? ''),
    ...names.map((name) => params[name] ?? ''),
    userAttrs['espalier:repeats'] === undefined ? '' : JSON.stringify(userAttrs['espalier:repeats']),
    datetimeStart?.toISOString() ?? '',
    datetimeComplete?.toISOString() ?? '',
    systemAttrs['espalier:reason'] ?? '',
  ])
  const fields = ['number', 'state', ...values, ...names, 'repeats', 'started', 'ended', 'reason']
  return Papa.unparse({ fields, data }, { newline: '\n' })
}

export function addTrials(program: Command, finish: (code: ExitCode) => void): void {
  const command = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .argument('<journal>', 'journal that espalier or Optuna wrote')
      .option('--name <study>', 'which study, where the journal has several')

  command('best', 'print the best trial of a journal')
    .addOption(options.json())
    .action(async (path: string, given: TrialsOptions) => finish(printBest(await readStudies(path, given.name), given)))
  command('export', 'print the trials of a journal as CSV, a trial a row').action(async (path: string, given: TrialsOptions) => {
    print(trialsCsv(await readStudies(path, given.name)))
    finish(EXIT.ok)
  })
}
