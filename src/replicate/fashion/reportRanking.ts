// The section of the report on early ranking.

import { mean } from 'simple-statistics'
import type { Block, HeatmapBlock, RankPlotBlock, Section, TableBlock } from '../../report/model.ts'
import { type Pair, spearman } from '../../study/statistics/correlation.ts'
import { ACCURACY, EPOCHS } from '../blocks.ts'
import { FINAL_EPOCHS, scaled } from './protocol.ts'
import { accuracyAt, ranked, rankings, ranksByEpoch } from './ranking.ts'
import type { FashionReplay, FigureResult } from './result.ts'

/** How early the final order shows. */
export function rankingSection({ figures, epochs }: FashionReplay): Section {
  return {
    title: 'As the twig is bent: early and late rankings',
    paragraphs: [
      'Rank correlations of the mean test accuracies after every epoch with those after the last, of what Figure 2 varies (zeros and ones, which never learn, left out), and what choosing at that epoch costs at the last. With few things to rank the intervals are wide; they are bootstrapped over the things ranked.',
    ],
    blocks: figures.flatMap((figure) => rankingBlocks(figure, epochs)),
  }
}

/** @param prefix of the blocks' names, where a report has several studies' figures */
export const rankingBlocks = (figure: FigureResult, epochs: number, prefix = ''): Block[] =>
  [rungTable(figure, epochs), heatmap(figure, epochs), rankPlot(figure, epochs)].map((block) => ({
    ...block,
    name: `${prefix}${block.name}`,
  }))

const estimate = ({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }) => ({
  mean: value,
  low,
  high,
})

function rungTable(figure: FigureResult, epochs: number): TableBlock {
  const format = { decimals: 2 } as const
  return {
    kind: 'table',
    name: `rungs-${figure.figure}`,
    caption: `Of the ${figure.figure}s: correlation of every epoch's order with the last, with 95 % bootstrap intervals, and the regret of taking the best, or the best three, at that epoch.`,
    columns: [
      { name: 'epoch' },
      { name: 'Spearman', format },
      { name: 'Kendall', format },
      { name: 'regret of the best', format: ACCURACY },
      { name: 'regret of the best three', format: ACCURACY },
    ],
    rows: rankings(figure, epochs).map(({ step, spearman, kendall, regret1, regret3 }) => [
      ...[step, estimate(spearman), estimate(kendall), regret1, regret3],
    ]),
  }
}

/** Rungs as a pruner would set them. */
const RUNGS = [1, 2, 3, 5, 10, 15, 20]

const rungsOf = (epochs: number): number[] => [...new Set(RUNGS.map((rung) => Math.max(1, scaled(rung, epochs))))]

function heatmap(figure: FigureResult, epochs: number): HeatmapBlock {
  const rungs = rungsOf(epochs)
  const means = ranked(figure).map(({ repeats }) => rungs.map((rung) => mean(accuracyAt(repeats, rung))))
  const cells = rungs.map((_, a) => rungs.map((_, b) => spearman(means.map((row): Pair => [row[a] ?? Number.NaN, row[b] ?? Number.NaN]))))
  return {
    kind: 'heatmap',
    name: `correlations-${figure.figure}`,
    caption: `Spearman's correlation of the order of the ${figure.figure}s between any two epochs.`,
    value: { label: "Spearman's correlation", format: { decimals: 2 } },
    rowLabel: 'epoch',
    columnLabel: 'epoch',
    rows: rungs.map(String),
    columns: rungs.map(String),
    cells,
    domain: [-1, 1],
  }
}

function rankPlot(figure: FigureResult, epochs: number): RankPlotBlock {
  const rungs = rungsOf(epochs).filter((rung) => rung <= scaled(FINAL_EPOCHS, epochs))
  return {
    kind: 'rankPlot',
    name: `ranks-${figure.figure}`,
    caption: `The rank of each ${figure.figure} by mean test accuracy after so many epochs; lines that cross are orders that early epochs tell wrongly.`,
    x: EPOCHS,
    steps: rungs,
    lines: ranksByEpoch(figure, epochs).map(({ name, ranks }) => ({ name, ranks: rungs.map((rung) => ranks[rung - 1] ?? Number.NaN) })),
  }
}
