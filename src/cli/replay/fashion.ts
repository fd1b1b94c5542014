// `espalier replay fashion`.

import { durationText } from '../../core/figures.ts'
import { EXTENSION_PARTS, type ExtensionPart } from '../../replicate/fashion/extension/replay.ts'
import { STAGE_EPOCHS } from '../../replicate/fashion/protocol.ts'
import { FASHION_PARTS, FASHION_SEEDS, type FashionPart } from '../../replicate/fashion/replay.ts'
import { note } from '../arguments.ts'
import { UsageError } from '../exit.ts'
import { readSource } from '../source.ts'
import { facts, type ReplayedStudy } from './study.ts'

export const fashion: ReplayedStudy = {
  about: 'architecture, initialiser, activation, optimizer, batch size and epochs on Fashion-MNIST',
  stages: [...FASHION_PARTS, ...EXTENSION_PARTS],
  mostSeeds: 100,
  usualSeeds: FASHION_SEEDS,
  seedsAre: 'repeats of every configuration',
  usualEpochs: STAGE_EPOCHS,
  epochsAre: "what stands for the study's 5 epochs; its other numbers are as many times as much as there",
  journal: 'kept',
  folder: 'none',
  async run({ stages, seeds, epochs, budget, extension = false }, { backend, journal, signal, onProgress }) {
    const own: readonly string[] = extension ? EXTENSION_PARTS : FASHION_PARTS
    const wrong = stages?.find((stage) => !own.includes(stage))
    if (wrong !== undefined)
      throw new UsageError(`${wrong} is no stage ${extension ? 'of the extension' : 'without --extension'}; there are ${own.join(', ')}`)
    const data = await readSource('fashion-mnist', '', {}, signal)
    if (!('train' in data)) throw new UsageError('Fashion-MNIST comes in two parts')
    const given = {
      ...{ seeds, epochs, minutes: budget, journal, signal, onProgress },
      onPlan: (plan: { readonly seeds: number; readonly seconds: number }) =>
        note(
          `${plan.seeds} ${plan.seeds === 1 ? 'seed' : 'seeds'}: at most about ${durationText(plan.seconds)} in all on this machine (${backend.description}).`,
        ),
    }
    const { extensionReport, fashionReport, replayFashion, replayFashionExtension } = await import('../../replicate/index.ts')
    if (extension) {
      const replay = await replayFashionExtension(backend, data, { ...given, stages: stages as ExtensionPart[] | undefined })
      for (const line of replay.notes) note(line)
      return {
        report: extensionReport(replay, facts(backend)),
        file: 'fashion-extension',
        judgements: { '': replay.judgements },
        tables: [],
        summary: {
          epochs: replay.epochs,
          networks: replay.networks,
          seconds: replay.seconds,
          winners: Object.fromEntries(replay.families.map(({ family, winner }) => [family, winner])),
        },
      }
    }
    const replay = await replayFashion(backend, data, { ...given, stages: stages as FashionPart[] | undefined })
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
