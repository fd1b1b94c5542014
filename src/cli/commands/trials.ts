import type { Command } from 'commander'
import Papa from 'papaparse'
import { fanova } from '../../study/importance/fanova.ts'
import { permutationImportance } from '../../study/importance/permutation.ts'
import type { StudyRecord } from '../../study/journal/replay.ts'
import { bestTrial } from '../../study/study.ts'
import type { Trial } from '../../study/trial.ts'
import { options, print, printJson, wholeNumber } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { textTable } from '../table.ts'
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

interface ImportanceOptions extends TrialsOptions {
  readonly pairs?: boolean
  readonly step?: number
}

/** All trials that reported at a step, those pruned later included, with what they reported as their value. */
const atStep = (trials: readonly Trial[], step: number): Trial[] =>
  trials.flatMap((trial): Trial[] => {
    const value = trial.intermediateValues.get(step)
    return value === undefined ? [] : [{ ...trial, state: 'complete', values: [value] }]
  })

/** Of the many pairs, how many a person is shown. */
const PAIRS_SHOWN = 10

/** @throws InvalidDataError when too few trials are complete */
function printImportance(study: StudyRecord, { json, pairs, step }: ImportanceOptions): ExitCode {
  const trials = step === undefined ? study.trials : atStep(study.trials, step)
  const { parameters, pairs: together } = fanova(trials, pairs === undefined ? {} : { pairs })
  const permuted = new Map(permutationImportance(trials).map(({ name, importance }) => [name, importance]))
  const rows = parameters.map(({ name, importance, sd }) => ({ name, importance, sd, permutation: permuted.get(name) ?? Number.NaN }))
  if (json) {
    printJson({ parameters: rows, ...(pairs && { pairs: together }) })
    return EXIT.ok
  }
  const complete = trials.filter(({ state }) => state === 'complete').length
  print(
    textTable(
      ['parameter', 'fANOVA', 'sd over trees', 'permutation'],
      1,
      rows.map(({ name, importance, sd, permutation }) => [name, importance.toFixed(3), sd.toFixed(3), permutation.toFixed(3)]),
    ),
  )
  if (pairs)
    print(
      textTable(
        ['parameters together', 'fraction'],
        1,
        together.slice(0, PAIRS_SHOWN).map(({ names, fraction }) => [names.join(' x '), fraction.toFixed(3)]),
      ),
    )
  print(
    `What part of the scatter of the values of ${complete} trials${step === undefined ? '' : ` after ${step} steps`} each parameter explains, alone (fANOVA, Hutter et al. 2014), and how much\n` +
      'worse a forest predicts with its values shuffled (permutation); each sums to 1. Of few trials this says little.',
  )
  return EXIT.ok
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
  command('importance', 'print which parameters of a journal mattered, by fANOVA and by permutation')
    .option('--pairs', 'also what two parameters explain together')
    .option('--step <n>', 'judge by the values after so many epochs, of pruned trials as well', wholeNumber(1, 1_000_000))
    .addOption(options.json())
    .action(async (path: string, given: ImportanceOptions) => finish(printImportance(await readStudies(path, given.name), given)))
  command('export', 'print the trials of a journal as CSV, a trial a row').action(async (path: string, given: TrialsOptions) => {
    print(trialsCsv(await readStudies(path, given.name)))
    finish(EXIT.ok)
  })
}
