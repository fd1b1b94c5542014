// Exports a study: journal, report, network, program.

import { InvalidSpecError } from '../../core/errors.ts'
import { createSvgDocument } from '../../report/charts/svgDocument.ts'
import { fileNameOf } from '../../report/escape.ts'
import { renderHtml } from '../../report/html.ts'
import type { Report, Section } from '../../report/model.ts'
import { calibrationBlocks } from '../../report/network/calibration.ts'
import { confusionBlocks } from '../../report/network/confusion.ts'
import { studyReport } from '../../report/study/report.ts'
import { trialsCsv } from '../../report/study/trialsCsv.ts'
import { stringifyJson } from '../../study/journal/json.ts'
import type { StudyRecord as JournalStudy } from '../../study/journal/rebuild.ts'
import { bestTrial } from '../../study/trial.ts'
import type { StudioConfig } from '../config.ts'
import { toPermalink } from '../permalink.ts'
import type { ExportedFile, ExportName } from '../protocol.ts'
import { toSnippet } from '../snippet.ts'
import { JournalReader } from './journalReader.ts'
import { modelFile } from './modelFile.ts'
import { type Network, type NetworkTools, trainNetwork } from './network.ts'
import type { StudyRecord } from './record.ts'

export interface ExportTools extends NetworkTools {
  /** Of a replay that has ended. */
  readonly report: (id: string) => Promise<Report | undefined>
}

/** @throws InvalidSpecError if the study has nothing of the kind, or not yet */
export async function exportStudy(study: StudyRecord, what: ExportName, tools: ExportTools): Promise<ExportedFile> {
  const journal = new JournalReader(study.id)
  try {
    const name = fileNameOf(study.title)
    switch (what) {
      case 'journal':
        return file(`${name}.journal`, 'text/plain', (await journal.entries()).map((entry) => `${stringifyJson(entry)}\n`).join(''))
      case 'csv':
        return file(`${name}.csv`, 'text/csv', (await journal.read()).map((one) => `${trialsCsv(one)}\n`).join('\n'))
      case 'report':
        return file(`${name}.html`, 'text/html', await reportPage(study, journal, tools))
      case 'snippet': {
        const config = searchOf(study)
        return file(`${name}.mjs`, 'text/javascript', toSnippet(config, (await tools.data.load(config.data)).train))
      }
      case 'model':
      case 'onnx':
      case 'tfjs': {
        const network = await bestNetwork(searchOf(study), journal, tools)
        if (network === undefined) throw new InvalidSpecError('no trial is complete yet, so there is no network to export')
        const { end, bytes } = await modelFile(what, network.fitted, network.data)
        return file(`${name}.${end}`, 'application/octet-stream', bytes)
      }
    }
  } finally {
    await journal.close()
  }
}

const file = (name: string, type: string, contents: string | Uint8Array<ArrayBuffer>): ExportedFile => ({
  name,
  blob: new Blob([contents], { type }),
})

function searchOf({ what }: StudyRecord): StudioConfig {
  if (what.kind === 'search') return what.config
  throw new InvalidSpecError(
    what.kind === 'replay'
      ? 'a replay trains many networks for its claims: it has no best one, and no configuration to write down'
      : 'of a journal alone nothing can be trained again: it does not say of which data it is',
  )
}

async function bestNetwork(config: StudioConfig, journal: JournalReader, tools: NetworkTools): Promise<Network | undefined> {
  const [study] = await journal.read()
  const best = study && bestTrial(study.trials, study.directions[0] ?? 'minimize')
  return best && trainNetwork(best.number, config, await journal.entries(), tools)
}

async function reportPage(study: StudyRecord, journal: JournalReader, tools: ExportTools): Promise<string> {
  const report = study.what.kind === 'replay' ? await tools.report(study.id) : await searchReport(study, journal, tools)
  if (report === undefined) throw new InvalidSpecError('the report of a replay is written when the replay has ended')
  return renderHtml(report, { document: createSvgDocument(), embedData: true })
}

async function searchReport(study: StudyRecord, journal: JournalReader, tools: ExportTools): Promise<Report> {
  const config = study.what.kind === 'search' ? study.what.config : undefined
  const network = config && (await bestNetwork(config, journal, tools))
  const [found]: readonly (JournalStudy | undefined)[] = await journal.read()
  if (found === undefined) throw new InvalidSpecError('this study has not begun yet, so there is nothing to report')
  const report = studyReport(found)
  return {
    ...report,
    title: study.title,
    sections: [...noteSection(study), ...report.sections, ...networkSection(network), ...(config ? [setUpSection(config)] : [])],
  }
}

/** What somebody wrote about it comes first. */
const noteSection = ({ note = '' }: StudyRecord): Section[] =>
  note === '' ? [] : [{ title: 'Note', paragraphs: note.split('\n').filter((line) => line.trim() !== ''), blocks: [] }]

/** The settings as a link, which nobody reads: at the end. */
const setUpSection = (config: StudioConfig): Section => ({
  title: 'The same study again',
  paragraphs: [`In the studio, what follows its address sets up the same study: ${toPermalink(config)}`],
  blocks: [],
})

function networkSection(network: Network | undefined): Section[] {
  if (network === undefined) return []
  const { trial, predictions } = network
  return [
    {
      title: 'The best network',
      paragraphs: [`The network of trial ${trial}, of its first repeat, on the test rows.`],
      blocks: [...confusionBlocks(predictions), ...calibrationBlocks(predictions)],
    },
  ]
}
