// `espalier replay uci`.

import { mean } from 'simple-statistics'
import { learn } from '../../index.ts'
import { UCI } from '../../replicate/uci/protocol.ts'
import { UCI_NAMES, UCI_SETS, type UciName } from '../../replicate/uci/published.ts'
import type { UciReplay } from '../../replicate/uci/replay.ts'
import { note } from '../arguments.ts'
import { textTable } from '../table.ts'
import { lineJournal } from './lines.ts'
import { facts, type ReplayedStudy } from './study.ts'
import { readUciFolder } from './uciFiles.ts'

export const uci: ReplayedStudy = {
  about: 'deep ensembles on nine sets of the UCI regression benchmark, on the published splits',
  stages: UCI_NAMES,
  mostSeeds: 20,
  usualSeeds: 20,
  seedsAre: 'how many of the published splits of a set',
  usualEpochs: UCI.epochs,
  epochsAre: 'epochs of every network',
  journal: 'lines',
  folder: 'required',
  async run({ stages = UCI_NAMES, seeds, epochs, data = '.', learn: learnSplits }, { backend, signal, onProgress, journalPath = '' }) {
    const tables = await readUciFolder(data, stages as readonly UciName[])
    const missing = stages.filter((name) => !(name in tables))
    if (missing.length > 0) note(`${data} has no folder for ${missing.join(', ')}: left out.`)
    const { learnUci, replayUci, uciReport } = await import('../../replicate/index.ts')
    const replay = await replayUci(backend, tables, { seeds, epochs, signal, onProgress })
    const { networks, seconds, results } = replay
    const splits = learnSplits === true ? seeds : learnSplits
    const learned =
      learnSplits === undefined
        ? []
        : await learnUci(backend, learn, tables, { seeds: splits, journal: lineJournal(journalPath), signal, onProgress })
    return {
      report: uciReport(replay, facts(backend), learned),
      judgements: {},
      tables: [uciTable(replay)],
      summary: { epochs: replay.epochs, networks, seconds, results, learned },
    }
  },
}

function uciTable({ results }: UciReplay): string {
  const rows = results.map(({ name, rmse, nll }) => {
    const { ensemble } = UCI_SETS[name]
    return [
      name,
      String(rmse.length),
      mean([...rmse]).toPrecision(3),
      ensemble.rmse.mean.toFixed(2),
      mean([...nll]).toFixed(2),
      ensemble.nll.mean.toFixed(2),
    ]
  })
  return textTable(['set', 'splits', 'RMSE', 'published', 'negative log likelihood', 'published'], 1, rows)
}
