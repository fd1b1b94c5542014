// Answers that the browser keeps, in a database of their own.

import type { DBSchema } from 'idb'
import { OpenedDatabase } from '../../../study/journal/indexeddb/opened.ts'
import type { AnswerNews, KeptAnswer } from '../../answers.ts'
import { filesOf } from '../../config.ts'
import { fromAddress } from '../../permalink.ts'
import type { KeptNetworks } from '../pictures/answer.ts'
import { ADVICE } from '../store.ts'

interface AnswerSchema extends DBSchema {
  /** By id. */
  answers: { key: string; value: KeptAnswer }
  /** What was told of each when its time was over, with its models: by id. */
  news: { key: string; value: KeptNews }
}

/** Of pictures with the networks that answer, unless an earlier release kept it. */
export type KeptNews = AnswerNews & { readonly networks?: KeptNetworks | undefined }

/** As many are kept; the oldest go first. */
const MOST = 30

const database = new OpenedDatabase<AnswerSchema>({
  name: 'espalier-studio-answers',
  description: "the browser's store of answers",
  create: (own) => {
    own.createObjectStore('answers', { keyPath: 'id' })
    own.createObjectStore('news')
  },
  advice: ADVICE,
})

/** The newest first. */
export async function keptAnswers(): Promise<KeptAnswer[]> {
  const all = await database.use((own) => own.getAll('answers'))
  return all.sort((a, b) => b.created - a.created)
}

export async function keptAnswer(id: string): Promise<{ readonly answer: KeptAnswer; readonly news: KeptNews } | undefined> {
  const [answer, news] = await database.use((own) => Promise.all([own.get('answers', id), own.get('news', id)]))
  return answer && news && { answer, news }
}

/** In place of an earlier one of the same data and columns, whose name and note stay. */
export async function putAnswer(answer: KeptAnswer, news: KeptNews): Promise<void> {
  await database.use(async (own) => {
    const transaction = own.transaction(['answers', 'news'], 'readwrite')
    const answers = transaction.objectStore('answers')
    const before = await answers.get(answer.id)
    await answers.put(before === undefined ? answer : { ...answer, title: before.title, note: before.note })
    await transaction.objectStore('news').put(news, answer.id)
    await transaction.done
  })
  for (const { id } of (await keptAnswers()).slice(MOST)) await deleteAnswer(id)
}

export async function nameAnswer(id: string, title: string, note: string): Promise<void> {
  await database.use(async (own) => {
    const before = await own.get('answers', id)
    if (before !== undefined) await own.put('answers', { ...before, title, note })
  })
}

export async function deleteAnswer(id: string): Promise<void> {
  await database.use((own) => Promise.all([own.delete('answers', id), own.delete('news', id)]))
}

/** The files that kept answers are of, by their digests. */
export async function digestsOfAnswers(): Promise<string[]> {
  return (await keptAnswers()).flatMap(({ address }) => filesOf(fromAddress(address).data.source).map(({ digest }) => digest))
}
