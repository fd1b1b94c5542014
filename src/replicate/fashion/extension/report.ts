// The report on what the Fashion-MNIST study left open.

import type { Block, Cell, Fact, HeatmapBlock, Report, Section } from '../../../report/model.ts'
import { ACCURACY, curveChart, evidenceTable, planningBlocks, spread, TEST_ACCURACY, verdictsBlock } from '../../blocks.ts'
import { RULE } from '../../claims.ts'
import { SHARE } from '../../quantity.ts'
import { seedsText } from '../../seeds.ts'
import { FINAL_EPOCHS, STAGE_EPOCHS, scaled } from '../protocol.ts'
import { rankingBlocks } from '../reportRanking.ts'
import { FAMILY_STAGES } from './protocol.ts'
import { accuracyAfter, type ExtensionReplay, type FamilyResult, lossAfter, meanAfter } from './replay.ts'

/**
 * The replay as a report.
 * @param facts how the numbers came to be: command, time, machine
 */
export function extensionReport(replay: ExtensionReplay, facts: readonly Fact[] = []): Report {
  const { networks, seconds, notes, judgements, grid, families } = replay
  return {
    title: 'What the Fashion-MNIST study left open',
    subtitle: 'An L2 penalty and dropout over a grid; convolutional and recurrent networks by the same staged protocol.',
    facts: [
      { name: 'Repeats', value: repeatsOf(replay) },
      { name: 'Trained', value: `${networks} networks in ${(seconds / 60).toFixed(1)} min` },
      ...facts,
    ],
    sections: [
      ...(judgements.length === 0
        ? []
        : [
            {
              title: 'Verdicts',
              paragraphs: [...notes, RULE],
              blocks: [
                verdictsBlock('verdicts', 'The claims, and what the measurements say of them.', judgements),
                ...planningBlocks('planning', judgements),
              ],
            },
          ]),
      ...(grid.length === 0 ? [] : [gridSection(replay)]),
      ...families.map((family) => familySection(family, replay)),
      ...(judgements.length === 0
        ? []
        : [{ title: 'All comparisons', paragraphs: [], blocks: [evidenceTable('comparisons', judgements)] }]),
    ],
  }
}

/** Seeds a configuration, of each part. */
function repeatsOf({ grid, families }: ExtensionReplay): string {
  const [first] = grid
  return [
    ...(first === undefined ? [] : [`penalty and dropout ${seedsText(first.repeats.length)}`]),
    ...families.map(
      ({ family, searchSeeds, curveSeeds, final: { repeats } }) =>
        `${family} ${seedsText(curveSeeds)}, its search ${searchSeeds}${repeats.length > curveSeeds ? `, the network that it ended with ${repeats.length}` : ''}`,
    ),
  ].join('; ')
}

function gridSection({ grid, epochs }: ExtensionReplay): Section {
  const ends = [STAGE_EPOCHS, FINAL_EPOCHS].map((count) => scaled(count, epochs))
  const values = (name: string): (number | string)[] => [...new Set(grid.map(({ params }) => Number(params[name])))]
  return {
    title: 'Penalty and dropout',
    paragraphs: ["The study's final model with an L2 penalty on the kernels of its hidden layers, and dropout after each of them."],
    blocks: [
      ...ends.map(
        (count): HeatmapBlock => ({
          kind: 'heatmap',
          name: `sub-quantities-${count}`,
          caption: `Test accuracy after ${count} epochs, the mean over the seeds.`,
          value: TEST_ACCURACY,
          rowLabel: 'L2',
          columnLabel: 'dropout',
          rows: values('l2').map(String),
          columns: values('dropout').map(String),
          cells: values('l2').map((l2) =>
            values('dropout').map((dropout) => {
              const row = grid.find(({ params }) => params.l2 === l2 && params.dropout === dropout)
              return row === undefined ? Number.NaN : meanAfter(row, count)
            }),
          ),
        }),
      ),
      {
        kind: 'table',
        name: 'sub-quantities',
        caption: 'The same with 95 % intervals over the seeds, and the test loss, of which the penalty is a part.',
        columns: [
          { name: 'configuration' },
          ...ends.map((count) => ({ name: `accuracy after ${count}`, format: ACCURACY })),
          ...ends.map((count) => ({ name: `loss after ${count}`, format: ACCURACY })),
        ],
        rows: grid.map((row): Cell[] => [
          row.label,
          ...ends.map((count) => spread(accuracyAfter(row, count), SHARE)),
          ...ends.map((count) => spread(lossAfter(row, count))),
        ]),
      },
    ],
  }
}

function familySection({ family, report, winner, curveSeeds, final, figures }: FamilyResult, { epochs }: ExtensionReplay): Section {
  const charts = figures.flatMap((figure): Block[] => [
    curveChart(
      `${family}-curves-${figure.figure}`,
      `Test accuracy by epoch of each ${figure.figure}, mean and 95 % interval over ${seedsText(curveSeeds)}.`,
      figure.rows.map(({ label, repeats }) => ({ name: label, repeats })),
      { testAccuracy: 'test rows' },
      TEST_ACCURACY,
    ),
    ...rankingBlocks(figure, epochs, `${family}-`),
  ])
  return {
    title: family === 'cnn' ? 'Convolutional networks' : 'Recurrent networks',
    paragraphs: [`The staged search ended with ${winner}.`],
    blocks: [
      {
        kind: 'table',
        name: `${family}-staged`,
        caption: 'What each stage chose, of how many, and its test accuracy; the last line is the network for the final number of epochs.',
        columns: [{ name: 'stage' }, { name: 'tried' }, { name: 'winner' }, { name: 'test accuracy', format: ACCURACY }],
        rows: [
          ...report.map((stage, i): Cell[] => [
            FAMILY_STAGES[i] ?? '',
            stage.rows.length,
            Object.values(stage.winner?.values ?? {})
              .map((value) => String(value ?? 'none (32)'))
              .join(', '),
            stage.winner?.mean ?? Number.NaN,
          ]),
          [`${scaled(FINAL_EPOCHS, epochs)} epochs`, 1, winner, spread(accuracyAfter(final, scaled(FINAL_EPOCHS, epochs)), SHARE)],
        ],
      },
      ...charts,
    ],
  }
}
