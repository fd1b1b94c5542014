// The report on the replicated Pima study.

import type { Block, Cell, Fact, Report, Section, TableBlock } from '../../report/model.ts'
import { curveChart, evidenceTable, spread, verdictsBlock } from '../blocks.ts'
import { RULE } from '../claims.ts'
import { finals } from '../curves.ts'
import { meanOf, SHARE } from '../quantity.ts'
import { experimentOf, PIMA, type Scaling } from './protocol.ts'
import type { PimaReplay } from './replay.ts'
import type { PimaResult } from './result.ts'

/** A split of 154 test rows is no finer. */
const THREE = { decimals: 3 } as const

/**
 * The replay as a report.
 * @param facts how the numbers came to be: command, time, machine
 */
export function pimaReport(replay: PimaReplay, facts: readonly Fact[] = []): Report {
  const { seeds, epochs, majority, networks, seconds, notes } = replay
  const scalings = Object.keys(replay.judgements) as Scaling[]
  return {
    title: 'Hyper-parameters on the Pima Indians diabetes data, replayed',
    subtitle:
      'Batch size, hidden activation and optimizer of a small dense network, as a study of 2022 varied them, on raw and on standardised features, with repeats.',
    facts: [
      {
        name: 'Repeats',
        value: `${seeds} a value: each a stratified split (${100 * PIMA.testFraction} % to test on) and an initialisation of its own`,
      },
      { name: 'Epochs', value: String(epochs) },
      { name: 'Trained', value: `${networks} networks in ${seconds.toFixed(1)} s` },
      ...facts,
    ],
    sections: [
      {
        title: 'Verdicts',
        paragraphs: [
          ...notes,
          RULE,
          'The published text gives no split and no scaling. Only raw features fit what it found, so the verdicts on raw features are those on the study; those on standardised features say what holds there.',
          'The repeats are splits of the same 768 rows: the intervals speak of seeds and splits, not of other patients.',
        ],
        blocks: scalings.map((scaling) =>
          verdictsBlock(`verdicts-${scaling}`, `The claims, measured on ${scaling} features.`, replay.judgements[scaling] ?? []),
        ),
      },
      ...(replay.readings.length === 0 ? [] : [readingsSection(replay)]),
      ...replay.results.map((result) => section(result, majority)),
      {
        title: 'All comparisons',
        paragraphs: [],
        blocks: scalings.map((scaling) => evidenceTable(`comparisons-${scaling}`, replay.judgements[scaling] ?? [])),
      },
    ],
  }
}

/** What the verdicts depend on where the study says nothing. */
function readingsSection({ readings, judgements, results }: PimaReplay): Section {
  const own = results.some(({ scaling }) => scaling === 'raw') ? [{ optimizer: PIMA.base.optimizer, judgements: judgements.raw ?? [] }] : []
  const all = [...own, ...readings]
  const ids = ['B1', 'B2', 'B3']
  return {
    title: 'What the study left open',
    paragraphs: [
      `It does not say which optimizer its experiments with batch sizes and activations used. The verdicts above take ${PIMA.base.optimizer}; here are those of the others, on raw features, by the same tests.`,
    ],
    blocks: [
      {
        kind: 'table',
        name: 'readings',
        caption:
          'The verdicts on the claims about batch sizes (B1, B2) and activations (B3), had the study used this optimizer in those experiments, and how many of their comparisons hold.',
        columns: [{ name: 'optimizer' }, ...ids.map((name) => ({ name }))],
        rows: all.map(({ optimizer, judgements: judged }): Cell[] => [
          optimizer,
          ...ids.map((id): Cell => {
            const found = judged.find((one) => one.id === id)
            if (found === undefined) return null
            const holding = found.evidence.filter(({ outcome }) => outcome === 'holds').length
            return { value: `${holding} of ${found.evidence.length}`, marks: [found.verdict] }
          }),
        ]),
      },
    ],
  }
}

function section(result: PimaResult, majority: number): Section {
  const { experiment, scaling, rows } = result
  const { batchSize, activation, optimizer } = PIMA.base
  const { title } = experimentOf(experiment)
  const fixed = { batchSize: `batches of ${batchSize}`, activation: `${activation} hidden layers`, optimizer }
  const others = Object.entries(fixed).flatMap(([name, text]) => (name === experiment ? [] : [text]))
  const failed = rows.flatMap(({ value, failure }) => (failure === undefined ? [] : [`${value} failed: ${failure}.`]))
  const name = `${experiment.toLowerCase()}-${scaling}`
  const blocks: Block[] = [
    resultTable(`${name}-table`, result),
    curveChart(
      `${name}-curves`,
      `Accuracy by epoch, mean and 95 % interval over the seeds. Always answering the larger class is right for ${majority.toFixed(3)} of the rows.`,
      rows.map(({ value, repeats }) => ({ name: value, repeats })),
      { accuracy: 'training rows', testAccuracy: 'test rows' },
      { label: 'accuracy', format: THREE },
    ),
  ]
  return {
    title: `${title}, ${scaling} features`,
    paragraphs: [
      `8-${PIMA.hiddenUnits.join('-')}-1, kernels uniform in ±0.05, learning rate ${PIMA.learningRate}, no shuffling, with ${others.join(' and ')}.`,
      ...failed,
    ],
    blocks,
  }
}

function resultTable(name: string, { experiment, rows }: PimaResult): TableBlock {
  const means = rows.map(({ repeats }) => meanOf(finals(repeats, 'testAccuracy')).value)
  const best = Math.max(...means.filter((mean) => !Number.isNaN(mean)))
  return {
    kind: 'table',
    name,
    caption: 'After the last epoch: mean and 95 % interval over the seeds (Student\'s t). "Highest" is of all epochs of a seed.',
    columns: [
      { name: experimentOf(experiment).title.toLowerCase() },
      { name: 'training accuracy', format: THREE },
      { name: 'highest training accuracy', format: THREE },
      { name: 'test accuracy', format: THREE },
      { name: 'training loss', format: THREE },
      { name: 'test loss', format: THREE },
    ],
    rows: rows.map(({ value, repeats }, i): Cell[] => [
      means[i] === best ? { value, marks: ['winner'] } : value,
      spread(finals(repeats, 'accuracy'), SHARE),
      spread(
        repeats.map(({ accuracy }) => Math.max(...accuracy)),
        SHARE,
      ),
      spread(finals(repeats, 'testAccuracy'), SHARE),
      spread(finals(repeats, 'loss')),
      spread(finals(repeats, 'testLoss')),
    ]),
  }
}
