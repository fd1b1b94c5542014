// The report on the replicated Fashion-MNIST study.

import type { Fact, Report, Section } from '../../report/model.ts'
import type { Params } from '../../study/space/distributions.ts'
import { ACCURACY, curveChart, evidenceTable, planningBlocks, TEST_ACCURACY, verdictsBlock } from '../blocks.ts'
import { RULE } from '../claims.ts'
import { seedsText } from '../seeds.ts'
import { PUBLISHED_SECONDS_AN_EPOCH, publishedTable } from './published.ts'
import { controlSection } from './reportControl.ts'
import { rankingSection } from './reportRanking.ts'
import { tableSections } from './reportTables.ts'
import type { FashionReplay, StagedResult } from './result.ts'

/**
 * The replay as a report.
 * @param facts how the numbers came to be: command, time, machine
 */
export function fashionReport(replay: FashionReplay, facts: readonly Fact[] = []): Report {
  const { seeds, searchSeeds, epochs, networks, seconds, notes, judgements, staged, control, figures } = replay
  return {
    title: 'Dense networks on Fashion-MNIST, replayed',
    subtitle:
      'A study of 2019 chose architecture, initialiser, activation, optimizer, batch size and epochs one after the other; here every run of it again, with repeats.',
    facts: [
      { name: 'Repeats', value: `${seedsText(seeds)} a configuration; the study had one` },
      { name: 'Epochs', value: `${epochs} a trial in all stages but the last` },
      { name: 'Trained', value: `${networks} networks in ${(seconds / 60).toFixed(1)} min` },
      ...facts,
    ],
    sections: [
      {
        title: 'Verdicts',
        paragraphs: [
          ...notes,
          RULE,
          'As in the study, "test accuracy" is of the 10,000 test images, by which it also chose: what is best here is best on these images.',
          'The intervals speak of seeds: initial weights and the order of the rows.',
        ],
        blocks: [
          verdictsBlock('verdicts', 'The claims of the study, and what the measurements say of them.', judgements),
          ...planningBlocks('planning', judgements),
        ],
      },
      ...tableSections(replay),
      ...(staged === undefined ? [] : [stagedSection(staged, searchSeeds)]),
      ...(figures.length === 0 ? [] : [curvesSection(replay), rankingSection(replay)]),
      ...(control === undefined || staged === undefined ? [] : [controlSection(control, staged, replay.importances)]),
      { title: 'All comparisons', paragraphs: [], blocks: [evidenceTable('comparisons', judgements)] },
    ],
  }
}

function stagedSection({ stages, report, networkEpochs, seconds }: StagedResult, seeds: number): Section {
  const published = stages.reduce(
    (sum, stage) => sum + publishedTable(stage).rows.reduce((all, { params }) => all + Number(params.epochs ?? 5), 0),
    0,
  )
  const each = seconds / networkEpochs
  const there = (published * PUBLISHED_SECONDS_AN_EPOCH) / 60
  return {
    title: 'The staged search',
    paragraphs: [
      "Winner takes all: each stage holds what the stages before it decided, here by the winners measured here. So later stages may try what the study never did; the tables above hold the study's own winners.",
      `It trained ${networkEpochs} epochs (${seedsText(seeds)}) in ${(seconds / 60).toFixed(1)} min: ${each.toFixed(2)} s an epoch, all cores busy or not. The study's tables are ${published} epochs of about ${PUBLISHED_SECONDS_AN_EPOCH} s, ${there.toFixed(0)} min on its GPU for one seed; at the speed measured here as many take ${((each * published) / 60).toFixed(1)} min.`,
    ],
    blocks: [
      {
        kind: 'table',
        name: 'staged',
        caption:
          'What each stage chose, of how many, and what the seeds cannot tell from it (paired t-tests, Holm, 5 %): there another value could as well have won, and all that follows hangs on it.',
        columns: [
          { name: 'stage' },
          { name: 'tried' },
          { name: 'published winner' },
          { name: 'winner here' },
          { name: 'criterion' },
          { name: 'value', format: ACCURACY },
          { name: 'near ties', align: 'start' },
        ],
        rows: report.map(({ rows, winner, objective }, i) => {
          const stage = stages[i] ?? 'architecture'
          return [
            publishedTable(stage).title,
            rows.length,
            publishedTable(stage).winner,
            winner === undefined ? null : valuesText(winner.values),
            objective === 0 ? 'test accuracy' : 'test loss',
            winner?.mean ?? Number.NaN,
            rows.flatMap(({ isNearTie, values }) => (isNearTie ? [valuesText(values)] : [])).join(', ') || 'none',
          ]
        }),
      },
    ],
  }
}

/** `512-128-32`, or the values alone. */
function valuesText({ layers: _layers, ...values }: Params): string {
  const widths = Object.entries(values).flatMap(([name, value]) => (name.startsWith('units') ? [value] : []))
  const others = Object.entries(values).flatMap(([name, value]) =>
    name.startsWith('units') ? [] : [value === null ? 'none (32)' : String(value)],
  )
  return [...(widths.length > 0 ? [widths.join('-')] : []), ...others].join(', ')
}

function curvesSection({ figures, seeds }: FashionReplay): Section {
  return {
    title: 'Figure 2: curves of the final model',
    paragraphs: ["Every initialiser, activation and optimizer on the study's final model, 784-512-128-32-10."],
    blocks: figures.map(({ figure, rows }) =>
      curveChart(
        `curves-${figure}`,
        `Accuracy by epoch of each ${figure}, mean and 95 % interval over ${seedsText(seeds)}.`,
        rows.map(({ label, repeats }) => ({ name: label, repeats })),
        { accuracy: 'training rows', testAccuracy: 'test rows' },
        { ...TEST_ACCURACY, label: 'accuracy' },
      ),
    ),
  }
}
