// The tools `run_study`, `watch_study` and `stop_study`.

import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { between, MAX_WORKERS, whole } from '../../../core/fields.ts'
import { unlessAbsent } from '../../../data/node/system.ts'
import { replaceFile } from '../../../data/node/write.ts'
import { datasetNames } from '../../../index.ts'
import { fileNameOf } from '../../../report/escape.ts'
import { objectivesOf } from '../../../report/study/objectives.ts'
import { DEFAULT_NAME } from '../../../study/options.ts'
import { bestTrial } from '../../../study/trial.ts'
import { UsageError } from '../../exit.ts'
import { isAddress } from '../../journal.ts'
import { parseStudyFile, readStudyFile, type StudyFile } from '../../study-file.ts'
import { bestText, frontText, noBestText, trialJson } from '../../trials.ts'
import type { Call } from '../call.ts'
import { fields } from '../fields.ts'
import type { Folder } from '../folder.ts'
import type { StudyNow } from '../studies.ts'
import { type Desk, type Told, tool } from '../tool.ts'

/** Clients wait for a call for a minute by default. */
const DEFAULT_SECONDS = 20
const POLL_MILLISECONDS = 500

const waiting = z
  .optional(between(0, 3600))
  .check(z.describe(`How long to wait for its end before saying how it is: ${DEFAULT_SECONDS} by default. It goes on whatever this says`))

/** A study file in the folder, and what of it the server must know. @throws UsageError for data or a journal elsewhere */
async function readFileOf(
  folder: Folder,
  given: string | Readonly<Record<string, unknown>>,
): Promise<{ path: string; file: StudyFile; journal: string }> {
  const path = typeof given === 'string' ? await folder.existing(given) : await written(folder, given)
  const file = await readStudyFile(path)
  for (const source of [file.data.source, file.data.test?.source])
    if (source !== undefined && !(datasetNames as readonly string[]).includes(source)) await folder.existing(source)
  const { journal = `${path}.journal` } = file
  if (isAddress(journal)) throw new UsageError(`the journal is ${journal}; here it must be a file in the folder`)
  return { path, file, journal: await folder.writable(journal) }
}

/** A study that was given as data becomes a file, as `espalier study` takes it, so that it can be run again. */
async function written(folder: Folder, given: Readonly<Record<string, unknown>>): Promise<string> {
  const { name = DEFAULT_NAME } = parseStudyFile(given, 'study')
  const path = await folder.writable(`${fileNameOf(name)}.study.json`)
  const text = `${JSON.stringify(given, null, 2)}\n`
  const before = await unlessAbsent(readFile(path, 'utf8'), undefined)
  if (before !== undefined && before !== text)
    throw new UsageError(
      `${folder.named(path)} is there, with another study; give this one another name, as \`name: second\`, or run that file`,
    )
  await replaceFile(path, text)
  return path
}

/** Waits for a study, and says how it is. */
async function watched(name: string, seconds: number, { studies, pages }: Desk, { signal, progress }: Call): Promise<Told> {
  const run = studies.find(name)
  const page = pages.of(name)
  const until = performance.now() + seconds * 1000
  progress(0, `Watch it at ${page}`)
  while (run.isRunning && performance.now() < until && !signal.aborted) {
    await run.wait(Math.min(POLL_MILLISECONDS, until - performance.now()), signal)
    const { ended, wanted } = await run.now()
    progress(wanted === undefined ? 0 : ended / wanted, `${ended}${wanted === undefined ? '' : ` of ${wanted}`} trials`)
  }
  const now = await run.now()
  return { text: [...linesOf(name, now), `Its page: ${page}`].join('\n'), data: { study: name, page, ...dataOf(now) } }
}

const WORDS = { running: 'runs', done: 'is done', stopped: 'was stopped; run_study goes on where it was', failed: 'failed' } as const

function linesOf(name: string, { state, record, ended, wanted, words }: StudyNow): string[] {
  const head = `${name} ${WORDS[state]}: ${ended}${wanted === undefined ? '' : ` of ${wanted}`} trials have ended.`
  const said = state === 'failed' && words !== '' ? [words] : []
  if (record === undefined) return [head, ...said]
  const { trials, directions } = record
  const best = bestTrial(trials, directions[0] ?? 'minimize')
  const front = frontText(trials, directions, objectivesOf(record))
  return [head, best === undefined ? noBestText(trials) : bestText(best, record), ...(front === undefined ? [] : [front]), ...said]
}

function dataOf({ state, record, ended, wanted }: StudyNow): Readonly<Record<string, unknown>> {
  const best = record && bestTrial(record.trials, record.directions[0] ?? 'minimize')
  return { state, ended, wanted: wanted ?? null, best: best === undefined ? null : trialJson(best) }
}

export const runStudy = tool({
  name: 'run_study',
  title: 'Run a study',
  description:
    'Runs a study of hyper-parameters, as a study file says, or as the same is given here (an object with data, space, train and objective; the JSON Schema of `npx espalier schema study`). It goes on where an earlier run of the same file stopped. Waits a while and says how it is; it then goes on by itself, and watch_study tells more. `page` is where a person can watch its charts.',
  isReading: false,
  fields: {
    study: z
      .union([z.string().check(z.minLength(1)), z.record(z.string(), z.json())], {
        error: 'must be the path of a study file in the folder, or a study as an object',
      })
      .check(z.describe('A study file in the folder, YAML or JSON; or the study itself, which is then written there as <name>.study.json')),
    trials: z.optional(whole(1, 1_000_000)).check(z.describe('Trials of the study in all, in place of what its budget says')),
    workers: z.optional(whole(0, MAX_WORKERS)).check(z.describe('Threads to train on: one per core by default')),
    seconds: waiting,
  },
  async run({ study, trials, workers, seconds = DEFAULT_SECONDS }, desk, call) {
    const { path, file, journal } = await readFileOf(desk.folder, study)
    const wanted = trials ?? file.budget?.trials
    const name = desk.studies.begin({ path, journal, study: file.name ?? DEFAULT_NAME, trials: wanted, workers })
    const { text, data } = await watched(name, seconds, desk, call)
    const files = { file: desk.folder.named(path), journal: desk.folder.named(journal) }
    return { text: `${text}\nFile: ${files.file}, journal: ${files.journal}`, data: { ...data, ...files } }
  },
})

export const watchStudy = tool({
  name: 'watch_study',
  title: 'Watch a study',
  description: 'Waits for a study of this session, and says how it is: how many trials have ended, and the best of them.',
  isReading: true,
  fields: { study: fields.study, seconds: waiting },
  run: ({ study, seconds = DEFAULT_SECONDS }, desk, call) => watched(study, seconds, desk, call),
})

export const stopStudy = tool({
  name: 'stop_study',
  title: 'Stop a study',
  description: 'Stops a study of this session. Its journal keeps what is done, and run_study goes on from there.',
  isReading: false,
  fields: { study: fields.study },
  async run({ study }, desk, call) {
    await desk.studies.find(study).stop()
    return watched(study, 0, desk, call)
  },
})
