// The report on the replayed UCI regression benchmark.

import type { Block, Cell, Fact, Report, Section, Spread } from '../../report/model.ts'
import { standardDeviation } from '../../study/statistics/summary.ts'
import { spread } from '../blocks.ts'
import { studentQuantile } from '../quantity.ts'
import type { LearnedUci } from './learned.ts'
import { UCI } from './protocol.ts'
import { METHODS, type Printed, UCI_SETS } from './published.ts'
import type { UciReplay, UciResult } from './replay.ts'

const TITLES = { rmse: 'RMSE', nll: 'Negative log likelihood' } as const
type UciMeasure = keyof typeof TITLES
/** Published numbers have two decimals: the truth is up to this far from them. */
const ROUNDING = 0.005
/** Two-sided 95 %. */
const TAIL = 0.025

/**
 * Measured less published, with a 95 % interval: Welch's, of two means over splits, widened by what printing rounded. NaN where no deviation was printed or
 * there is one split.
 */
export function differenceTo({ mean: published, deviation }: Printed, splits: number, values: readonly number[]): Spread {
  const { mean } = spread(values)
  const ours = standardDeviation(values) ** 2 / values.length
  const theirs = deviation ** 2 / splits
  const degrees = (ours + theirs) ** 2 / (ours ** 2 / (values.length - 1) + theirs ** 2 / (splits - 1))
  const half = values.length < 2 || Number.isNaN(theirs) ? Number.NaN : ROUNDING + studentQuantile(TAIL, degrees) * Math.sqrt(ours + theirs)
  return { mean: mean - published, low: mean - published - half, high: mean - published + half }
}

/** What a difference says: lower is better for both measures. */
function wordFor({ low, high }: Spread): string {
  if (Number.isNaN(low)) return 'no interval'
  return high < 0 ? 'better' : low > 0 ? 'worse' : 'the same within the noise'
}

/**
 * The replay as a report.
 * @param facts how the numbers came to be: command, time, machine
 * @param learned what `learnUci` gave
 */
export function uciReport(
  { results, epochs, networks, seconds }: UciReplay,
  facts: readonly Fact[] = [],
  learned: readonly LearnedUci[] = [],
): Report {
  return {
    title: 'Deep ensembles on the UCI regression benchmark, replayed',
    subtitle:
      'Five networks with a mean and a variance each (Lakshminarayanan, Pritzel and Blundell 2017), on the published splits of up to nine sets.',
    facts: [
      { name: 'Epochs', value: String(epochs) },
      { name: 'Trained', value: `${networks} networks in ${seconds.toFixed(1)} s` },
      ...facts,
    ],
    sections: [
      {
        title: 'Measured and published',
        paragraphs: [
          `${UCI.networks} networks of one hidden layer of relu units, Gaussian likelihood, Adam at ${UCI.learningRate} with the gradient's norm clipped at ${UCI.globalClipNorm}, batches of ${UCI.batchSize}; features and target standardised on the training rows of a split; scores in the target's own unit. The publication's adversarial examples are left out, and its variance is a softplus of an output where ours is an exponential; its rate is 0.1, at which networks diverge here, so rate and clip were chosen on rows held out of the training parts.`,
          'The splits share rows: an interval over them speaks of the split and of the seeds, and is narrower than one for new data.',
        ],
        blocks: (Object.keys(TITLES) as UciMeasure[]).flatMap((measure): Block[] => [
          besideEnsemble(measure, results),
          besideOthers(measure, results),
        ]),
      },
      ...(learned.length === 0 ? [] : [learnedSection(learned)]),
    ],
  }
}

const format = { significant: 3 } as const

function learnedSection(learned: readonly LearnedUci[]): Section {
  return {
    title: 'What `espalier learn` makes of the same splits',
    paragraphs: [
      `Each split by itself, ${learned[0]?.seconds} s of learning, nothing said but the target and that it is a number. An answer gives intervals, not a density; for the likelihood it is taken for the Gaussian around its number whose middle 68 % are as wide as its 68 % interval. Where not all of the published splits were learned, the comparison is with means over all of them, and rough.`,
    ],
    blocks: (Object.keys(TITLES) as UciMeasure[]).map((measure) => besideLearned(measure, learned)),
  }
}

/** Lower is better; published numbers may be off by what printing rounded. */
function wordBeside(mean: number, lowest: number, ensembles: number): string {
  if (mean < lowest - ROUNDING) return 'ahead of all'
  if (mean <= lowest + ROUNDING) return 'as the lowest is printed'
  return mean < ensembles - ROUNDING ? 'ahead of the ensembles' : 'behind'
}

function besideLearned(measure: UciMeasure, learned: readonly LearnedUci[]): Block {
  return {
    kind: 'table',
    name: `uci-${measure}-learn`,
    caption: `${TITLES[measure]}: the mean over the splits that were learned with its 95 % interval (Student's t), beside the lowest of the published means.`,
    columns: [
      { name: 'set' },
      { name: 'splits' },
      { name: 'learned', format },
      { name: 'published ensembles', format },
      { name: 'lowest published', format },
      { name: 'of', align: 'start' },
      { name: 'reads' },
      { name: 'within their 95 % interval', format: { percent: 1 } },
    ],
    rows: learned.map(({ name, splits, covered, ...measured }): Cell[] => {
      const published = UCI_SETS[name].ensemble[measure].mean
      const all = [
        { method: 'deep ensembles', value: published },
        ...METHODS.map((method) => ({ method, value: UCI_SETS[name][measure][method] })),
      ]
      const best = all.filter(({ value }) => !Number.isNaN(value)).reduce((a, b) => (b.value < a.value ? b : a))
      const own = spread(measured[measure])
      return [
        name,
        `${splits.length} of ${UCI_SETS[name].splits}`,
        own,
        { value: published, marks: ['published'] },
        { value: best.value, marks: ['published'] },
        best.method,
        wordBeside(own.mean, best.value, published),
        spread(covered).mean,
      ]
    }),
  }
}

function besideEnsemble(measure: UciMeasure, results: readonly UciResult[]): Block {
  return {
    kind: 'table',
    name: `uci-${measure}`,
    caption: `${TITLES[measure]}: mean over the splits with its 95 % interval (Student's t), beside the published deep ensembles (± is a standard deviation over their splits).`,
    columns: [
      { name: 'set' },
      { name: 'rows' },
      { name: 'splits' },
      { name: 'measured', format },
      { name: 'published', align: 'end' },
      { name: 'difference', format },
      { name: 'reads' },
    ],
    rows: results.map(({ name, rows, ...measured }): Cell[] => {
      const { splits, ensemble } = UCI_SETS[name]
      const published: Printed = ensemble[measure]
      const difference = differenceTo(published, splits, measured[measure])
      const text = `${published.mean.toFixed(2)}${Number.isNaN(published.deviation) ? '' : ` ± ${published.deviation.toFixed(2)}`}`
      return [
        name,
        rows,
        measured[measure].length,
        spread(measured[measure]),
        { value: text, marks: ['published'] },
        difference,
        wordFor(difference),
      ]
    }),
  }
}

function besideOthers(measure: UciMeasure, results: readonly UciResult[]): Block {
  return {
    kind: 'table',
    name: `uci-${measure}-others`,
    caption: `${TITLES[measure]}: the same means beside other methods on the same splits, as published; the lowest of a row is marked.`,
    columns: [{ name: 'set' }, { name: 'measured', format }, ...METHODS.map((name) => ({ name, format }))],
    rows: results.map(({ name, ...measured }): Cell[] => {
      const { mean } = spread(measured[measure])
      const others = METHODS.map((method) => UCI_SETS[name][measure][method])
      const lowest = Math.min(...[mean, ...others].filter((value) => !Number.isNaN(value)))
      const cell = (value: number, published: boolean): Cell => ({
        value,
        marks: [...(published ? (['published'] as const) : []), ...(value === lowest ? (['winner'] as const) : [])],
      })
      return [name, cell(mean, false), ...others.map((value) => cell(value, true))]
    }),
  }
}
