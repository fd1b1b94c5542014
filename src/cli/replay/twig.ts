// `espalier replay twig`.

import { existsSync } from 'node:fs'
import { TWIG } from '../../replicate/twig/protocol.ts'
import type { TwigReplay } from '../../replicate/twig/result.ts'
import { TWIG_NAMES, type TwigTableName } from '../../replicate/twig/tables.ts'
import { note } from '../arguments.ts'
import { UsageError } from '../exit.ts'
import { textTable } from '../table.ts'
import { lineJournal } from './lines.ts'
import { facts, type ReplayedStudy } from './study.ts'
import { readTwigFolder } from './twigFiles.ts'

export const twig: ReplayedStudy = {
  about: "what early epochs tell of the last: 300 configurations of LCBench's space on 21 public tables",
  stages: TWIG_NAMES,
  mostSeeds: 100,
  usualSeeds: TWIG.seeds,
  seedsAre: 'repeats of every configuration',
  usualEpochs: TWIG.epochs,
  epochsAre: 'epochs of every network',
  journal: 'lines',
  folder: 'optional',
  async run({ stages = TWIG_NAMES, seeds, epochs, configurations, data }, { backend, signal, onProgress, journalPath = '' }) {
    const wanted = stages as readonly TwigTableName[]
    const tables = data === undefined ? {} : await readTwigFolder(data, wanted)
    const missing = wanted.filter((name) => !(name in tables))
    if (data === undefined && !existsSync(journalPath))
      throw new UsageError(
        `there is no journal ${journalPath}, and without --data nothing is trained: name a journal, or the folder of the tables`,
      )
    if (data === undefined) note('Without --data nothing is trained: this is what the journal holds.')
    else if (missing.length > 0) note(`${data} has no table for ${missing.join(', ')}: left out.`)
    const journal = lineJournal(journalPath)
    const { replayTwig, twigReport } = await import('../../replicate/index.ts')
    const replay = await replayTwig(backend, tables, { seeds, epochs, configurations, journal, signal, onProgress })
    const { results, judgements, networks, seconds } = replay
    return {
      report: twigReport(replay, facts(backend)),
      judgements: { '': judgements },
      tables: [twigTable(replay)],
      summary: { epochs: replay.epochs, networks, seconds, results },
    }
  },
}

function twigTable({ results }: TwigReplay): string {
  const rows = results.map(({ table, configurations, networks, early }) => {
    const order = early[Math.min(5, early.length) - 1]
    return [
      table,
      String(configurations),
      String(networks),
      (order?.spearman ?? Number.NaN).toFixed(2),
      (order?.quarter ?? Number.NaN).toFixed(2),
      (order?.regret1 ?? Number.NaN).toFixed(1),
    ]
  })
  return textTable(['table', 'configurations', 'networks', 'Spearman after 5', 'in the best quarter', 'points lost'], 1, rows)
}
