import Papa from 'papaparse'
import { textTable } from '../table.ts'
import { type Experiment, PIMA, sameSetting, settingOf } from './protocol.ts'
import type { Run, Scaling } from './run.ts'
import { type Spread, spreadOf } from './statistics.ts'

/** What the repeats of one value of one experiment came to, at their last epoch. */
export interface Line {
  readonly experiment: string
  readonly value: string
  readonly scaling: Scaling
  readonly repeats: number
  readonly diverged: number
  readonly trainAccuracy: Spread
  readonly testAccuracy: Spread
}

const valueName = (value: Experiment['values'][number]): string => String(Object.values(value)[0])

const runsOf = (runs: readonly Run[], value: Experiment['values'][number], scaling: Scaling): Run[] =>
  runs.filter((run) => run.scaling === scaling && sameSetting(run.setting, settingOf(value)))

const lastOf = (values: readonly number[] | undefined): number => values?.at(-1) ?? Number.NaN

/** A line for every value and scaling that has been run. */
export function summarize(runs: readonly Run[], scalings: readonly Scaling[]): Line[] {
  return PIMA.experiments.flatMap(({ name, values }) =>
    values.flatMap((value) =>
      scalings.flatMap((scaling): Line[] => {
        const repeats = runsOf(runs, value, scaling)
        if (repeats.length === 0) return []
        return [
          {
            experiment: name,
            value: valueName(value),
            scaling,
            repeats: repeats.length,
            diverged: repeats.filter(({ diverged }) => diverged).length,
            trainAccuracy: spreadOf(repeats.map(({ history }) => lastOf(history.accuracy))),
            testAccuracy: spreadOf(repeats.map(({ history }) => lastOf(history.testAccuracy))),
          },
        ]
      }),
    ),
  )
}

const three = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : '-')
const meanAndDeviation = ({ mean, standardDeviation }: Spread): string => `${three(mean)} ± ${three(standardDeviation)}`
const FEATURES: Readonly<Record<Scaling, string>> = { none: 'raw', standardize: 'standardised' }
const HEAD = ['value', 'features', 'train accuracy', 'test accuracy', '95 %', 'best'] as const

function cells({ value, scaling, trainAccuracy, testAccuracy, diverged, repeats }: Line): string[] {
  const note = diverged > 0 ? ` (${diverged} of ${repeats} diverged)` : ''
  return [
    value,
    FEATURES[scaling] + note,
    meanAndDeviation(trainAccuracy),
    meanAndDeviation(testAccuracy),
    `± ${three(testAccuracy.halfWidth95)}`,
    three(testAccuracy.best),
  ]
}

const linesOf = (lines: readonly Line[], { name }: Experiment): Line[] => lines.filter(({ experiment }) => experiment === name)

/** The three experiments as tables for a terminal. */
export function tablesText(lines: readonly Line[]): string {
  const tables = PIMA.experiments.map((experiment) => {
    const rows = linesOf(lines, experiment).map(cells)
    // A value stands once, before the first of its rows.
    const shown = rows.map(([value, ...rest], i) => [value === rows[i - 1]?.[0] ? '' : (value ?? ''), ...rest])
    return `${experiment.title}\n${textTable(HEAD, 2, shown)}`
  })
  return tables.join('\n\n')
}

/** How to read the numbers, and what the study left open. */
export function explanation(epochs: number, repeats: number, majority: number): string[] {
  const { batchSize, activation, optimizer } = PIMA.base
  return [
    `Accuracy after ${epochs} epochs: mean ± standard deviation of ${repeats} seed${repeats === 1 ? '' : 's'}; a seed is a stratified split (${PIMA.testFraction * 100} % to test on) and an initialisation.`,
    '"95 %" is the interval of the mean test accuracy, by Student\'s t; "best" is the best seed.',
    `Always answering the larger class is right for ${three(majority)} of all rows: a network at that number has learnt nothing.`,
    `Network 8-${PIMA.hiddenUnits.join('-')}-1, kernels uniform in ±0.05, learning rate ${PIMA.learningRate}, no shuffling, Keras 2.2's formulas.`,
    `The study does not say what an experiment leaves fixed: here it is batches of ${batchSize}, ${activation}, and ${optimizer}.`,
  ]
}

export function summaryMarkdown(lines: readonly Line[], notes: readonly string[]): string {
  const table = (experiment: Experiment) =>
    [HEAD, HEAD.map((_, i) => (i < 2 ? '---' : '---:')), ...linesOf(lines, experiment).map(cells)]
      .map((row) => `| ${row.join(' | ')} |`)
      .join('\n')
  const sections = PIMA.experiments.map((experiment) => `## ${experiment.title}\n\n${table(experiment)}`)
  return `# Hyper-parameters on the Pima Indians diabetes data\n\n${notes.map((line) => `- ${line}`).join('\n')}\n\n${sections.join('\n\n')}\n`
}

const csv = (fields: readonly string[], data: (string | number)[][]): string =>
  `${Papa.unparse({ fields: [...fields], data: data.map((row) => row.map((cell) => (Number.isNaN(cell) ? '' : cell))) }, { newline: '\n' })}\n`

const SUMMARY_FIELDS = [
  ...['experiment', 'value', 'scaling', 'seeds', 'diverged', 'trainAccuracyMean', 'trainAccuracySd'],
  ...['testAccuracyMean', 'testAccuracySd', 'testAccuracyLow95', 'testAccuracyHigh95', 'testAccuracyBest'],
]

export function summaryCsv(lines: readonly Line[]): string {
  const rows = lines.map(({ experiment, value, scaling, repeats, diverged, trainAccuracy: train, testAccuracy: test }) => [
    ...[experiment, value, scaling, repeats, diverged, train.mean, train.standardDeviation],
    ...[test.mean, test.standardDeviation, test.mean - test.halfWidth95, test.mean + test.halfWidth95, test.best],
  ])
  return csv(SUMMARY_FIELDS, rows)
}

const CURVE_FIELDS = ['experiment', 'scaling', 'value', 'seed', 'epoch', 'trainAccuracy', 'testAccuracy', 'trainLoss', 'testLoss']

/** Every epoch (from 1) of every run; a run that counts in several experiments comes once in each. */
export function curvesCsv(runs: readonly Run[], scalings: readonly Scaling[]): string {
  const rows = PIMA.experiments.flatMap(({ name, values }) =>
    values.flatMap((value) =>
      scalings.flatMap((scaling) =>
        runsOf(runs, value, scaling).flatMap(({ seed, history: { loss, accuracy, testLoss, testAccuracy } }) =>
          loss.map((trainLoss, epoch) => [
            ...[name, scaling, valueName(value), seed, epoch + 1],
            ...[accuracy[epoch] ?? Number.NaN, testAccuracy?.[epoch] ?? Number.NaN, trainLoss, testLoss?.[epoch] ?? Number.NaN],
          ]),
        ),
      ),
    ),
  )
  return csv(CURVE_FIELDS, rows)
}
