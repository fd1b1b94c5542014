// Keeps, names, shares and takes in what was found; loaded when the first of it is wanted.

import type { Backend } from '../../../backend/backend.ts'
import { InvalidSpecError } from '../../../core/errors.ts'
import { loadAnswer } from '../../../learn/answer.ts'
import { IndexedDbJournal } from '../../../study/journal/indexeddb/journal.ts'
import type { JournalEntry } from '../../../study/journal/journal.ts'
import { stringifyJson } from '../../../study/journal/json.ts'
import type { AnswerNews, AnswerRequest, OpenedAnswer } from '../../answers.ts'
import { fromAddress, fromPermalink, toAddress, toPermalink } from '../../permalink.ts'
import type { SharedLink } from '../../protocol.ts'
import type { Answering } from '../answering.ts'
import type { DataReader } from '../data.ts'
import type { Files } from '../files.ts'
import { JournalReader } from '../journalReader.ts'
import type { KeptNetworks } from '../pictures/answer.ts'
import { journalName, type StudyRecord } from '../record.ts'
import { keptAnswer, putAnswer } from './answerStore.ts'
import { readJournal } from './journals.ts'
import { fromBase64, fromLink, MOST_CHARACTERS, type Shared, toBase64, toLink } from './links.ts'

export interface KeepingTools {
  readonly files: Files
  readonly data: DataReader
  readonly answering: Answering
  /** Adds a study that is over. */
  readonly add: (study: StudyRecord) => Promise<void>
}

/** Keeps an answer whose time is over. */
export async function keepAnswer(
  { address, target, source }: AnswerRequest,
  title: string,
  news: AnswerNews,
  networks: KeptNetworks | undefined,
): Promise<void> {
  const { data } = fromAddress(address)
  const id = await digestOf(
    JSON.stringify([source, target, data.task, data.ignore, data.categorical, ...(data.by === undefined ? [] : [data.by])]),
  )
  await putAnswer({ id, title, target, note: '', created: Date.now(), address }, { ...news, networks })
}

/** Shows a kept answer: it can be asked, and taken away, as when it was learned. @throws InvalidSpecError where it was deleted */
export async function openAnswer(id: string, number: number, { answering, data }: KeepingTools): Promise<OpenedAnswer> {
  const kept = await keptAnswer(id)
  if (kept === undefined) throw new InvalidSpecError('this answer was deleted, here or in another tab')
  const { address } = kept.answer
  const { networks, ...told } = kept.news
  const news = { ...told, number }
  const { source } = fromAddress(address).data
  const bytes = news.found?.bytes
  const makePictures = async (own: KeptNetworks, backend: Backend) => {
    const [{ PictureAnswer }, pictures] = await Promise.all([import('../pictures/learning.ts'), data.pictures(source)])
    return PictureAnswer.restored(backend, pictures, own)
  }
  await answering.restore(
    news,
    source,
    bytes === undefined || bytes.length === 0 ? undefined : loadAnswer(bytes),
    networks && ((backend) => makePictures(networks, backend)),
  )
  return { address, news }
}

/** Takes in a journal. @throws InvalidDataError, CorruptJournalError saying what is wrong with it */
export async function importJournal(file: File, { add }: KeepingTools): Promise<StudyRecord> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const { title, entries } = await readJournal({ name: file.name, bytes })
  return write(title, '', { kind: 'imported' }, entries, Date.now(), crypto.randomUUID(), add)
}

async function write(
  title: string,
  note: string,
  what: StudyRecord['what'],
  entries: readonly JournalEntry[],
  created: number,
  id: string,
  add: KeepingTools['add'],
): Promise<StudyRecord> {
  const journal = new IndexedDbJournal(journalName(id))
  try {
    if ((await journal.read(0)).length === 0) await journal.append(entries)
  } finally {
    await journal.close()
  }
  const study: StudyRecord = { id, title, what, note, state: 'finished', created, problem: undefined }
  await add(study)
  return study
}

/** A link that holds a study: with its table if both fit. @throws InvalidSpecError where it does not fit, saying what to do */
export async function shareStudy(study: StudyRecord, { files }: KeepingTools): Promise<SharedLink> {
  const { title, note = '', what, created } = study
  const journal = new JournalReader(study.id)
  try {
    const lines = (await journal.entries()).map(stringifyJson)
    const config = what.kind === 'search' ? what.config : undefined
    const shared: Shared = {
      ...{ version: 1, kind: 'study', title, note, created, answer: null, file: null },
      address: config === undefined ? null : toPermalink(config),
      journal: lines.join('\n'),
    }
    const isSample = config?.data.source.kind === 'sample'
    const whole = await withFile(shared, config?.data.source, files)
    const link = whole ?? (await toLink(shared))
    if (link !== undefined) return { link, hasTable: whole !== undefined || isSample, hasResult: true }
    throw tooLarge('this study, with all its trials,', 'the report, which is one file with all of it')
  } finally {
    await journal.close()
  }
}

/** A link that holds the answer that is shown, or else the table that it is learned from again. @throws InvalidSpecError where neither fits */
export async function shareAnswer(title: string, address: string, { files, answering, data }: KeepingTools): Promise<SharedLink> {
  const { answer, told } = answering
  if (told === undefined || (answer === undefined && !data.hasPictures(told.source)))
    throw new InvalidSpecError('nothing is learned yet: wait for the first sentence')
  if (answer === undefined) throw new InvalidSpecError('pictures do not fit into a link: give the model card away, or one of the networks')
  const shared: Shared = {
    ...{ version: 1, kind: 'answer', title, note: '', created: Date.now(), journal: null, file: null, address },
    answer: toBase64(answer.save()),
  }
  const isSample = told.source.kind === 'sample'
  for (const one of [shared, { ...shared, answer: null }]) {
    const link = isSample ? await toLink(one) : await withFile(one, told.source, files)
    if (link !== undefined) return { link, hasTable: true, hasResult: one.answer !== null }
  }
  throw tooLarge(`this answer, and the data that it is learned from,`, 'the page, which is one file with all of it')
}

const tooLarge = (what: string, instead: string): InvalidSpecError =>
  new InvalidSpecError(`${what} would take more than ${MOST_CHARACTERS.toLocaleString('en')} characters as a link; take ${instead}`)

/** With the one file of a table. */
async function withFile(shared: Shared, source: AnswerRequest['source'] | undefined, files: Files): Promise<string | undefined> {
  if (source?.kind !== 'table' || source.file.bytes > 20 * MOST_CHARACTERS) return undefined
  const bytes = await files.read(source.file)
  return toLink({ ...shared, file: { name: source.file.name, bytes: toBase64(bytes) } })
}

/** What a link holds, as if it had been found here. @throws InvalidSpecError, InvalidDataError, CorruptJournalError where it is damaged */
export async function openLink(
  fragment: string,
  number: number,
  tools: KeepingTools,
): Promise<{ readonly study: StudyRecord } | { readonly answer: OpenedAnswer }> {
  const shared = await fromLink(fragment)
  const { title, note, created, address, journal, answer, file } = shared
  if (file !== null) await tools.files.keep([await tools.files.take({ name: file.name, bytes: fromBase64(file.bytes) })])
  if (shared.kind === 'study') {
    const config = address === null ? undefined : fromPermalink(address)
    const { entries } = await readJournal({ name: 'the link', bytes: new TextEncoder().encode(journal ?? '') })
    // Opened twice it is one study.
    const id = await digestOf(fragment)
    const what = config === undefined ? { kind: 'imported' as const } : { kind: 'search' as const, config }
    return { study: await write(title, note, what, entries, created, id, tools.add) }
  }
  if (address === null) throw new InvalidSpecError('this link holds an answer without what it was asked: it was changed on its way')
  const config = fromAddress(address)
  if (answer === null) return { answer: { address: toAddress(config), news: undefined } }
  const loaded = loadAnswer(fromBase64(answer))
  const news = await tools.answering.restored(loaded, config.data.source, number)
  return { answer: { address: toAddress(config), news } }
}

async function digestOf(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
