// `espalier replay fashion`.

import { durationText } from '../../core/figures.ts'
import { STAGE_EPOCHS } from '../../replicate/fashion/protocol.ts'
import { FASHION_PARTS, FASHION_SEEDS, type FashionPart } from '../../replicate/fashion/replay.ts'
import { fashionReport, replayFashion } from '../../replicate/index.ts'
import { note } from '../arguments.ts'
import { UsageError } from '../exit.ts'
import { readSource } from '../source.ts'
import { facts, type ReplayedStudy } from './study.ts'

export const fashion: ReplayedStudy = {
  about: 'architecture, initialiser, activation, optimizer, batch size and epochs on Fashion-MNIST',
  stages: FASHION_PARTS,
  mostSeeds: 100,
  usualSeeds: FASHION_SEEDS,
  seedsAre: 'repeats of every configuration',
  usualEpochs: STAGE_EPOCHS,
  epochsAre: "what stands for the study's 5 epochs; its other numbers are as many times as much as there",
  journal: 'kept',
  folder: 'none',
  async run({ stages, seeds, epochs, budget }, { backend, ...tools }) {
    const data = await readSource('fashion-mnist', '', {}, tools.signal)
    if (!('train' in data)) throw new UsageError('Fashion-MNIST comes in two parts')
    const replay = await replayFashion(backend, data, {
      ...{ stages: stages as FashionPart[] | undefined, seeds, epochs, minutes: budget },
      ...tools,
      onPlan: (plan) =>
        note(
          `${plan.seeds} ${plan.seeds === 1 ? 'seed' : 'seeds'}: at most about ${durationText(plan.seconds)} in all on this machine (${backend.description}).`,
        ),
    })
    for (const line of replay.notes) note(line)
    return {
      report: fashionReport(replay, facts(backend)),
      judgements: { '': replay.judgements },
      tables: [],
      summary: {
        seeds: replay.seeds,
        epochs: replay.epochs,
        networks: replay.networks,
        seconds: replay.seconds,
        winner: replay.staged?.winner ?? null,
      },
    }
  },
}
