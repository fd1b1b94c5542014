// `espalier replay pima`.

import { mean } from 'simple-statistics'
import { loadDataset } from '../../index.ts'
import { PIMA, PIMA_PARTS, type PimaPart } from '../../replicate/pima/protocol.ts'
import type { PimaReplay } from '../../replicate/pima/replay.ts'
import { note } from '../arguments.ts'
import { textTable } from '../table.ts'
import { facts, type ReplayedStudy } from './study.ts'

export const pima: ReplayedStudy = {
  about: 'batch size, hidden activation and optimizer on the Pima Indians diabetes data',
  stages: PIMA_PARTS,
  mostSeeds: 1000,
  usualSeeds: PIMA.seeds,
  seedsAre: 'repeats of every configuration',
  usualEpochs: PIMA.epochs,
  epochsAre: 'epochs of every network',
  journal: 'asked',
  folder: 'none',
  async run({ stages, seeds, epochs, budget }, { backend, journal, signal, onProgress }) {
    const { pimaReport, replayPima } = await import('../../replicate/index.ts')
    const { all } = await loadDataset('pima')
    const wanted = { stages: stages as PimaPart[] | undefined, seeds, epochs, minutes: budget }
    const replay = await replayPima(backend, all, { ...wanted, journal, signal, onProgress })
    for (const line of replay.notes) note(line)
    const { networks, seconds, majority } = replay
    return {
      report: pimaReport(replay, facts(backend)),
      judgements: replay.judgements,
      tables: [pimaTable(replay)],
      summary: { seeds: replay.seeds, epochs: replay.epochs, networks, seconds, majority, results: pimaMeans(replay) },
    }
  },
}

const pimaMeans = ({ results }: PimaReplay) =>
  results.flatMap(({ experiment, scaling, rows }) =>
    rows.map(({ value, repeats, failure }) => ({
      experiment,
      scaling,
      value,
      trainAccuracy: mean(repeats.map(({ accuracy }) => accuracy.at(-1) ?? Number.NaN)),
      testAccuracy: mean(repeats.map(({ testAccuracy }) => testAccuracy.at(-1) ?? Number.NaN)),
      ...(failure === undefined ? {} : { failure }),
    })),
  )

function pimaTable(replay: PimaReplay): string {
  const rows = pimaMeans(replay).map(({ experiment, value, scaling, trainAccuracy, testAccuracy }) => [
    ...[experiment, value, scaling, trainAccuracy.toFixed(3), testAccuracy.toFixed(3)],
  ])
  return textTable(['experiment', 'value', 'features', 'training accuracy', 'test accuracy'], 3, rows)
}
