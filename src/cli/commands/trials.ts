// The commands that read trials: `best`, `compare`, `importance` and `export`.

import { type Command, Option } from 'commander'
import { shortNumber } from '../../core/figures.ts'
import { objectivesOf } from '../../report/study/objectives.ts'
import { trialsCsv } from '../../report/study/trialsCsv.ts'
import { isFeasible } from '../../study/feasibility.ts'
import { fanova } from '../../study/importance/fanova.ts'
import { permutationImportance } from '../../study/importance/permutation.ts'
import type { StudyRecord } from '../../study/journal/rebuild.ts'
import { preparationText } from '../../study/preparation.ts'
import { compareTrials } from '../../study/statistics/compare.ts'
import { leftOutText } from '../../study/statistics/leftOut.ts'
import type { Summary } from '../../study/statistics/summary.ts'
import { bestTrial, type Trial } from '../../study/trial.ts'
import { options, print, printJson, wholeNumber } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { textTable } from '../table.ts'
import { bestText, frontOf, frontText, noBestText, positiveClassJson, readStudy, stagesText, trialJson } from '../trials.ts'

interface TrialsOptions {
  readonly name?: string
  readonly json?: boolean
}

function printBest(study: StudyRecord, { json }: TrialsOptions): ExitCode {
  const { trials, directions } = study
  const best = bestTrial(trials, directions[0] ?? 'minimize')
  const front = directions.length > 1 && { front: frontOf(trials, directions).map(trialJson) }
  if (json) printJson(best === undefined ? null : { ...trialJson(best), ...front, ...positiveClassJson(study) })
  else {
    print(best === undefined ? noBestText(trials) : bestText(best, study))
    const compromises = frontText(trials, directions, objectivesOf(study))
    if (compromises !== undefined) print(compromises)
    const stages = stagesText(study)
    if (stages !== undefined) print(stages)
    const prepared = preparationText(study.systemAttrs)
    if (prepared.length > 0) print(['Table:', ...prepared.map((line) => `  ${line}`)].join('\n'))
  }
  return best === undefined ? EXIT.failure : EXIT.ok
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

/** How many of the pairs are shown. */
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
  const complete = trials.filter((trial) => trial.state === 'complete' && Number.isFinite(trial.values?.[0]) && isFeasible(trial)).length
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
      `worse a forest predicts with its values shuffled (permutation); each sums to 1. Of few trials this says little.${leftOutText(trials)}`,
  )
  return EXIT.ok
}

interface CompareCommandOptions extends TrialsOptions {
  readonly test: 'wilcoxon' | 't'
  readonly top: number
}

/** @throws InvalidSpecError when the trials were not repeated */
function printComparison(study: StudyRecord, { json, test, top }: CompareCommandOptions): ExitCode {
  const { best, rows } = compareTrials(study.trials, { direction: study.directions[0] ?? 'minimize', test })
  if (json) {
    printJson({ best, rows })
    return EXIT.ok
  }
  const interval = ({ mean, low, high }: Summary) => [
    mean.toPrecision(4),
    Number.isNaN(low) ? '-' : `${low.toPrecision(4)} to ${high.toPrecision(4)}`,
  ]
  const shown = rows
    .slice(0, top)
    .map(({ number, summary, adjustedP, cohensDz }) => [number, ...interval(summary), adjustedP.toFixed(3), cohensDz.toFixed(2)])
  print(
    textTable(['trial', 'mean', '95 % interval', 'p, corrected', 'effect d_z'], 0, [
      [best.number, ...interval(best.summary), '', ''],
      ...shown,
    ]),
  )
  const apart = rows.filter(({ adjustedP }) => adjustedP < 0.05).length
  const name = test === 't' ? 'a paired t-test' : "Wilcoxon's signed-rank test"
  print(
    `${apart} of ${rows.length} trials differ from the best one, trial ${best.number}, at the 5 % level, by ${name} over ${best.summary.count} paired repeats, corrected for\n` +
      `all comparisons (Holm). ${floorNote(test, best.summary.count, rows.length)}The best was chosen by the same numbers, which favours it.${leftOutText(study.trials)}`,
  )
  return EXIT.ok
}

/** With few repeats the signed-rank test cannot show any difference: 2 / 2^n is the smallest p there is. */
function floorNote(test: 'wilcoxon' | 't', repeats: number, comparisons: number): string {
  const least = Math.min(1, (2 / 2 ** repeats) * comparisons)
  if (test === 't' || least < 0.05) return ''
  const needed = Math.ceil(Math.log2((2 * comparisons) / 0.05))
  return `With ${repeats} repeats it cannot show any: the least p there can be is ${shortNumber(least)}; it takes ${needed} repeats, or --test t. `
}

export function addTrials(program: Command, finish: (code: ExitCode) => void): void {
  const command = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .argument('<journal>', 'journal that espalier or Optuna wrote')
      .option('--name <study>', 'which study, where the journal has several')

  command('best', 'print the best trial of a journal, of several objectives the front as well')
    .addOption(options.json())
    .action(async (path: string, given: TrialsOptions) => finish(printBest(await readStudy(path, given.name), given)))
  command('compare', 'compare the trials of a journal with the best one, over their repeats')
    .addOption(new Option('--test <name>', 'paired test').choices(['wilcoxon', 't']).default('wilcoxon'))
    .option('--top <n>', 'rows to print', wholeNumber(1, 1_000_000), 10)
    .addOption(options.json())
    .action(async (path: string, given: CompareCommandOptions) => finish(printComparison(await readStudy(path, given.name), given)))
  command('importance', 'print which parameters of a journal mattered, by fANOVA and by permutation')
    .option('--pairs', 'also what two parameters explain together')
    .option('--step <n>', 'judge by the values after this many epochs, including pruned trials', wholeNumber(1, 1_000_000))
    .addOption(options.json())
    .action(async (path: string, given: ImportanceOptions) => finish(printImportance(await readStudy(path, given.name), given)))
  command('export', 'print the trials of a journal as CSV, a trial a row').action(async (path: string, given: TrialsOptions) => {
    print(trialsCsv(await readStudy(path, given.name)))
    finish(EXIT.ok)
  })
}
