// The report on early epochs over many tables.

import { median, quantile } from 'simple-statistics'
import type { Block, Cell, Fact, LineChartBlock, Report, Section, TableBlock } from '../../report/model.ts'
import { EPOCHS, evidenceTable, planningBlocks, spread, verdictsBlock } from '../blocks.ts'
import { RULE } from '../claims.ts'
import { meanDifference, SHARE } from '../quantity.ts'
import type { EarlyOrder } from './early.ts'
import { TWIG } from './protocol.ts'
import { LCBENCH } from './published.ts'
import type { TwigReplay, TwigResult } from './result.ts'
import { BUDGETS, FULL, RULES } from './rules.ts'

const TWO = { decimals: 2 } as const

/**
 * The replay as a report.
 * @param facts how the numbers came to be: command, time, machine
 */
export function twigReport(replay: TwigReplay, facts: readonly Fact[] = []): Report {
  const { results, epochs, networks, seconds } = replay
  const counts = results.map(({ configurations }) => configurations)
  return {
    title: 'As the twig is bent: what early epochs tell, over many tables',
    subtitle:
      "Configurations of LCBench's space on public tables: how early the last epoch's order shows, and which rule of stopping makes most of it.",
    facts: [
      { name: 'Tables', value: String(results.length) },
      {
        name: 'Trained',
        value: `${networks} networks of ${epochs} epochs, ${Math.min(...counts)} to ${Math.max(...counts)} configurations a table, in ${Math.round(seconds)} s of its programs`,
      },
      ...facts,
    ],
    sections: results.length === 0 ? [] : [verdicts(replay), orders(replay), rules(replay), tables(replay)],
  }
}

function verdicts({ judgements }: TwigReplay): Section {
  return {
    title: 'Verdicts',
    paragraphs: [
      RULE.replace('over the seeds (differences are taken seed by seed)', 'over the tables (differences are taken table by table)'),
    ],
    blocks: [
      verdictsBlock('verdicts', 'The claims about early epochs.', judgements),
      ...planningBlocks('planning', judgements, 'tables'),
      evidenceTable('comparisons', judgements, 'tables'),
    ],
  }
}

const POINTS = 'A point is a hundredth of accuracy, or of R² for regressions; a network that diverged, or is worse than R² 0, counts as 0.'

/** Epochs that the tables show; the files have every one. */
const SHOWN = [1, 2, 3, 5, 10, 20, 35]

function orders({ results, epochs }: TwigReplay): Section {
  return {
    title: 'Early and late order',
    paragraphs: [
      `Every configuration's accuracy (or R²) of up to ${TWIG.judgedRows} rows after each epoch, the mean over its seeds; up to ${TWIG.trainRows} rows trained on. The best at the end is the best of these rows, which is a little luck, the more so on small tables: no early epoch can foretell that part.`,
      POINTS,
    ],
    blocks: [earlyTable(results, epochs), earlyChart(results, epochs), everyEpoch(results, epochs)],
  }
}

const valuesAt = (results: readonly TwigResult[], epoch: number, of: keyof EarlyOrder): number[] =>
  results.flatMap(({ early }) => early.filter((order) => order.epoch === epoch).map((order) => order[of]))

const middle = (values: readonly number[]): number => (values.length === 0 ? Number.NaN : median([...values]))

function earlyTable(results: readonly TwigResult[], epochs: number): TableBlock {
  const published = (value: number | undefined): Cell => ({ value: value ?? Number.NaN, marks: value === undefined ? [] : ['published'] })
  return {
    kind: 'table',
    name: 'early',
    caption: `Over ${results.length} tables: correlation with the last epoch (medians), the chance that the final best is among the early best, and the points that keeping one or three costs (means with 95 % intervals over the tables; medians beside), beside what a surrogate of LCBench gives for its 34 sets.`,
    columns: [
      { name: 'epoch' },
      { name: 'Spearman', format: TWO },
      { name: 'LCBench', format: TWO },
      { name: 'Kendall', format: TWO },
      { name: 'best quarter', format: TWO },
      { name: 'LCBench quarter', format: TWO },
      { name: 'best half', format: TWO },
      { name: 'keeping one', format: TWO },
      { name: 'median', format: TWO },
      { name: 'LCBench one', format: TWO },
      { name: 'keeping three', format: TWO },
      { name: 'median of three', format: TWO },
    ],
    rows: SHOWN.filter((epoch) => epoch < epochs).map((epoch): Cell[] => {
      const lcbench = LCBENCH.find((row) => row.epoch === epoch)
      const at = (of: keyof EarlyOrder): number[] => valuesAt(results, epoch, of)
      return [
        epoch,
        middle(at('spearman')),
        published(lcbench?.spearman),
        middle(at('kendall')),
        spread(at('quarter'), SHARE),
        published(lcbench?.quarter),
        spread(at('half'), SHARE),
        spread(at('regret1')),
        middle(at('regret1')),
        published(lcbench?.regret1),
        spread(at('regret3')),
        middle(at('regret3')),
      ]
    }),
  }
}

function earlyChart(results: readonly TwigResult[], epochs: number): LineChartBlock {
  const points = Array.from({ length: epochs }, (_, i) => {
    const values = valuesAt(results, i + 1, 'spearman').filter((value) => !Number.isNaN(value))
    return { x: i + 1, mean: middle(values), low: quantile(values, 0.25), high: quantile(values, 0.75) }
  })
  return {
    kind: 'lineChart',
    name: 'early-chart',
    caption:
      "Spearman's correlation of every epoch's order with the last: the median over the tables, and the band that half of them lie in; dashed, LCBench's.",
    x: EPOCHS,
    y: { label: "Spearman's correlation", format: TWO },
    series: [
      { name: 'measured', points },
      { name: 'LCBench, surrogate', dashed: true, points: LCBENCH.map(({ epoch, spearman }) => ({ x: epoch, mean: spearman })) },
    ],
  }
}

function everyEpoch(results: readonly TwigResult[], epochs: number): LineChartBlock {
  return {
    kind: 'lineChart',
    name: 'quarter-chart',
    caption:
      'The chance that the best at the end is in the best quarter, or in the best half, after every epoch: the mean over the tables with its 95 % interval.',
    x: EPOCHS,
    y: { label: 'chance', format: TWO },
    series: (['quarter', 'half'] as const).map((of) => ({
      name: `best ${of}`,
      points: Array.from({ length: epochs }, (_, i) => {
        const { mean, low, high } = spread(valuesAt(results, i + 1, of), SHARE)
        return { x: i + 1, mean, low, high }
      }),
    })),
  }
}

function rules({ results, epochs }: TwigReplay): Section {
  return {
    title: 'Rules of stopping at equal cost',
    paragraphs: [
      `Every rule is played on the measured curves, with 100 orders in which configurations arrive, and ends with the best of those that it trained for all ${epochs} epochs. A rule begins as many configurations as its budget pays for, at most all of a table; what is left then goes to keeping more. Early discarding, halving and Hyperband are the package's own pruners.`,
      POINTS,
    ],
    blocks: BUDGETS.map((budget): Block => rulesTable(results, budget)),
  }
}

function rulesTable(results: readonly TwigResult[], budget: number): TableBlock {
  const of = (rule: string) => results.flatMap((result) => result.rules.filter((one) => one.rule === rule && one.budget === budget))
  const full = of(FULL).map(({ regret }) => regret)
  const all = RULES.map(({ name }) => ({ name, own: of(name) }))
  const best = Math.min(...all.map(({ own }) => spread(own.map(({ regret }) => regret)).mean))
  return {
    kind: 'table',
    name: `rules-${budget}`,
    caption: `With the cost of ${budget} full trainings: points lost against the best of all configurations, the mean over ${results.length} tables with its 95 % interval, and the difference to full training, table by table (below 0: better).`,
    columns: [
      { name: 'rule' },
      { name: 'begun', format: { decimals: 1 } },
      { name: 'spent', format: { decimals: 1 } },
      { name: 'points lost', format: TWO },
      { name: 'median', format: TWO },
      { name: 'less full training', format: TWO },
    ],
    rows: all.map(({ name, own }): Cell[] => {
      const regrets = own.map(({ regret }) => regret)
      const difference = meanDifference(regrets, full)
      const lost = spread(regrets)
      return [
        name,
        spread(own.map(({ begun }) => begun)).mean,
        spread(own.map(({ spent }) => spent)).mean,
        lost.mean === best ? { value: lost, marks: ['winner'] } : lost,
        middle(regrets),
        name === FULL ? null : { mean: difference.value, ...difference.interval(0.025) },
      ]
    }),
  }
}

function tables({ results }: TwigReplay): Section {
  return {
    title: 'Table by table',
    paragraphs: [],
    blocks: [
      {
        kind: 'table',
        name: 'tables',
        caption: 'What was trained, and what the order after 1, 5 and 20 epochs tells of the last.',
        columns: [
          { name: 'table' },
          { name: 'task' },
          { name: 'rows trained on' },
          { name: 'rows judged by' },
          { name: 'configurations' },
          { name: 'networks' },
          ...[1, 5, 20].flatMap((epoch) => [
            { name: `Spearman, ${epoch}`, format: TWO },
            { name: `quarter, ${epoch}`, format: TWO },
            { name: `keeping one, ${epoch}`, format: TWO },
          ]),
        ],
        rows: results.map((result): Cell[] => [
          ...[result.table, result.task, result.train, result.judged, result.configurations, result.networks],
          ...[1, 5, 20].flatMap((epoch) => {
            const order = result.early[epoch - 1]
            return [order?.spearman ?? Number.NaN, order?.quarter ?? Number.NaN, order?.regret1 ?? Number.NaN]
          }),
        ]),
      },
    ],
  }
}
