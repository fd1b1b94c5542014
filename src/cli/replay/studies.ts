// The published studies that `espalier replay` knows.

import { cpus } from 'node:os'
import { durationText } from '../../core/figures.ts'
import { type Backend, loadDataset } from '../../index.ts'
import type { Judgement } from '../../replicate/claims.ts'
import { STAGE_EPOCHS } from '../../replicate/fashion/protocol.ts'
import { FASHION_PARTS, FASHION_SEEDS, type FashionPart } from '../../replicate/fashion/replay.ts'
import { fashionReport, pimaReport, replayFashion, replayPima, replayUci, uciReport } from '../../replicate/index.ts'
import { PIMA, PIMA_PARTS, type PimaPart } from '../../replicate/pima/protocol.ts'
import type { PimaReplay } from '../../replicate/pima/replay.ts'
import { UCI } from '../../replicate/uci/protocol.ts'
import { UCI_NAMES, UCI_SETS, type UciName } from '../../replicate/uci/published.ts'
import type { UciReplay } from '../../replicate/uci/replay.ts'
import type { Fact, Report } from '../../report/model.ts'
import type { Journal } from '../../study/journal/journal.ts'
import { note } from '../arguments.ts'
import { UsageError } from '../exit.ts'
import { withoutSecrets } from '../output.ts'
import { readSource } from '../source.ts'
import { textTable } from '../table.ts'
import { version } from '../version.ts'
import { readUciFolder } from './uciFiles.ts'

export interface ReplayOptions {
  readonly stages?: readonly string[]
  readonly seeds?: number
  readonly epochs?: number
  /** Minutes. */
  readonly budget?: number
  /** A folder with the study's files. */
  readonly data?: string
}

interface ReplayTools {
  readonly backend: Backend
  readonly journal: Journal | undefined
  readonly signal: AbortSignal
  readonly onProgress: (done: number, note: string) => void
}

export interface Replayed {
  readonly report: Report
  /** By what they were measured on; '' where there is only one. */
  readonly judgements: Readonly<Record<string, readonly Judgement[]>>
  /** For a terminal. */
  readonly tables: readonly string[]
  /** For --json. */
  readonly summary: Readonly<Record<string, unknown>>
}

interface ReplayedStudy {
  readonly about: string
  readonly stages: readonly string[]
  readonly mostSeeds: number
  readonly usualSeeds: number
  readonly seedsAre: string
  readonly usualEpochs: number
  readonly epochsAre: string
  /** Whether it takes so long that it must not be lost. */
  readonly keepsJournal: boolean
  /** Whether its data is read from a folder that the user has, in minutes and without a journal. */
  readonly readsFolder: boolean
  run(given: ReplayOptions, tools: ReplayTools): Promise<Replayed>
}

/** How the numbers of a report came to be. */
function facts(backend: Backend): Fact[] {
  const [first] = cpus()
  return [
    { name: 'Command', value: withoutSecrets(['espalier', ...process.argv.slice(2)].join(' ')) },
    { name: 'Backend', value: backend.description },
    {
      name: 'Machine',
      value: `${cpus().length} x ${first?.model.trim() ?? 'unknown'}, Node ${process.versions.node}, ${process.platform}`,
    },
    { name: 'Version', value: `espalier ${version}` },
    { name: 'Written', value: new Date().toISOString().slice(0, 16).replace('T', ' ') },
  ]
}

const pima: ReplayedStudy = {
  about: 'batch size, hidden activation and optimizer on the Pima Indians diabetes data',
  stages: PIMA_PARTS,
  mostSeeds: 1000,
  usualSeeds: PIMA.seeds,
  seedsAre: 'repeats of every configuration',
  usualEpochs: PIMA.epochs,
  epochsAre: 'epochs of every network',
  keepsJournal: false,
  readsFolder: false,
  async run({ stages, seeds, epochs, budget }, { backend, ...tools }) {
    const { all } = await loadDataset('pima')
    const wanted = { stages: stages as PimaPart[] | undefined, seeds, epochs, minutes: budget }
    const replay = await replayPima(backend, all, { ...wanted, ...tools })
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

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

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

const fashion: ReplayedStudy = {
  about: 'architecture, initialiser, activation, optimizer, batch size and epochs on Fashion-MNIST',
  stages: FASHION_PARTS,
  mostSeeds: 100,
  usualSeeds: FASHION_SEEDS,
  seedsAre: 'repeats of every configuration',
  usualEpochs: STAGE_EPOCHS,
  epochsAre: "what stands for the study's 5 epochs; its other numbers are as many times as much as there",
  keepsJournal: true,
  readsFolder: false,
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

const uci: ReplayedStudy = {
  about: 'deep ensembles on nine sets of the UCI regression benchmark, on the published splits',
  stages: UCI_NAMES,
  mostSeeds: 20,
  usualSeeds: 20,
  seedsAre: 'how many of the published splits of a set',
  usualEpochs: UCI.epochs,
  epochsAre: 'epochs of every network',
  keepsJournal: false,
  readsFolder: true,
  async run({ stages = UCI_NAMES, seeds, epochs, data = '.' }, { backend, signal, onProgress }) {
    const tables = await readUciFolder(data, stages as readonly UciName[])
    const missing = stages.filter((name) => !(name in tables))
    if (missing.length > 0) note(`${data} has no folder for ${missing.join(', ')}: left out.`)
    const replay = await replayUci(backend, tables, { seeds, epochs, signal, onProgress })
    const { networks, seconds, results } = replay
    return {
      report: uciReport(replay, facts(backend)),
      judgements: {},
      tables: [uciTable(replay)],
      summary: { epochs: replay.epochs, networks, seconds, results },
    }
  },
}

function uciTable({ results }: UciReplay): string {
  const rows = results.map(({ name, rmse, nll }) => {
    const { ensemble } = UCI_SETS[name]
    return [
      name,
      String(rmse.length),
      mean(rmse).toPrecision(3),
      ensemble.rmse.mean.toFixed(2),
      mean(nll).toFixed(2),
      ensemble.nll.mean.toFixed(2),
    ]
  })
  return textTable(['set', 'splits', 'RMSE', 'published', 'negative log likelihood', 'published'], 1, rows)
}

export const REPLAYS = { pima, fashion, uci }
