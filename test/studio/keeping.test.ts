import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../src/learn/answer.ts'
import { type KeepingTools, openLink, shareAnswer } from '../../src/studio/engine/keeping/calls.ts'
import { readJournal } from '../../src/studio/engine/keeping/journals.ts'
import { fromLink, MOST_CHARACTERS, type Shared, toLink } from '../../src/studio/engine/keeping/links.ts'
import { toAddress } from '../../src/studio/permalink.ts'
import { RebuiltStudies } from '../../src/study/journal/rebuild.ts'
import { answerOf, rowsOf } from '../learn/answers.ts'
import { smallConfig } from './config.ts'

const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) })

describe('a journal that somebody brings', () => {
  const optuna = readFileSync(new URL('../golden/optuna-constraints.journal', import.meta.url), 'utf8')

  it('is one that Optuna wrote, also gzipped, also one whose last line was cut off', async () => {
    const { title, entries } = await readJournal(file('study.log', optuna))
    expect(title).toMatch(/study\.log, \d+ studies/)
    const rebuilt = new RebuiltStudies()
    rebuilt.apply(entries)
    expect(rebuilt.studies.flatMap(({ trials }) => trials).length).toBeGreaterThan(20)
    const packed = { name: 'study.log.gz', bytes: Uint8Array.from(gzipSync(optuna)) }
    expect((await readJournal(packed)).entries).toEqual(entries)
    expect((await readJournal(file('study.log', `${optuna}{"op_code":4,"work`))).entries).toEqual(entries)
  })

  it('is refused, with what to do, where it is something else', async () => {
    await expect(readJournal(file('a.log', 'one\ntwo\n'))).rejects.toThrow('a.log: line 1 is no JSON')
    await expect(readJournal(file('a.jsonl', '{"x":1}\n'))).rejects.toThrow('a.jsonl: line 1 has no op_code')
    await expect(readJournal(file('a.log', '{"op_code":0}\n'))).rejects.toThrow('line 1 of the journal is no entry of Optuna')
    await expect(readJournal(file('a.journal', ''))).rejects.toThrow('a.journal holds no study')
    await expect(readJournal(file('optuna.db', 'SQLite format 3\0…'))).rejects.toThrow(
      /optuna\.copy_study\(.*from_storage="sqlite:\/\/\/optuna\.db"/,
    )
  })
})

describe('a link that holds what it shows', () => {
  const shared: Shared = {
    ...{ version: 1, kind: 'study', title: 'naïve', note: 'so\nso', created: 7, address: null },
    ...{ journal: '{"op_code":0}\n'.repeat(5000), answer: null, file: { name: 'a.csv', bytes: 'AAAA' } },
  }

  it('comes back as it was, in characters that addresses have', async () => {
    const link = (await toLink(shared)) ?? ''
    expect(link).toMatch(/^#shared=[\w-]+$/)
    expect(link.length).toBeLessThan(2000)
    expect(await fromLink(link)).toEqual(shared)
  })

  it('is none where it would be too long to be pasted', async () => {
    const noise = Array.from({ length: MOST_CHARACTERS }, (_, i) =>
      Math.abs(Math.sin(i * i))
        .toString(36)
        .slice(2, 4),
    ).join('')
    expect(await toLink({ ...shared, journal: noise })).toBeUndefined()
  })

  it('is refused where it was cut off, changed, or made to fill the memory', async () => {
    const link = (await toLink(shared)) ?? ''
    await expect(fromLink(link.slice(0, -20))).rejects.toThrow('this link was cut off or changed on its way')
    await expect(fromLink('#shared=%%%')).rejects.toThrow('this link was cut off')
    await expect(fromLink((await toLink({ ...shared, kind: 'report' as 'study' })) ?? '')).rejects.toThrow('kind is "report"')
    const bomb = (await toLink({ ...shared, journal: ' '.repeat(2 ** 25) })) ?? ''
    await expect(fromLink(bomb)).rejects.toThrow('maxUnpackedBytes')
  })
})

describe('a link to an answer', () => {
  const address = toAddress(smallConfig())
  const text = `x,y\n${Array.from({ length: 60 }, (_, i) => `${i},${2 * i + 1}`).join('\n')}\n`

  /** As the engine has it, without a browser's store. */
  const tools = (answer: Answer | undefined, bytes: Uint8Array<ArrayBuffer>) => {
    const source = { kind: 'table', file: { name: 'a.csv', digest: '', bytes: bytes.length } }
    const kept: string[] = []
    return {
      kept,
      files: {
        read: async () => bytes,
        take: async ({ name }: { name: string }) => ({ name }),
        keep: async (files: readonly { name: string }[]) => void kept.push(...files.map(({ name }) => name)),
      },
      answering: {
        answer,
        told: { news: {}, source },
        restored: async (loaded: Answer, _: unknown, number: number) => ({ loaded, number }),
      },
    } as unknown as KeepingTools & { readonly kept: string[] }
  }

  it('holds its models where they fit, and else the table alone', async () => {
    const { answer, table: rows } = answerOf('regression', 60)
    const [row] = rowsOf(rows)
    const own = tools(answer, new TextEncoder().encode(text))
    const shared = await shareAnswer('a', address, own)
    expect(shared).toMatchObject({ hasTable: true, hasResult: true })
    const opened = await openLink(shared.link, 7, own)
    const { news } = 'answer' in opened ? opened.answer : { news: undefined }
    expect(news).toMatchObject({ number: 7 })
    const [said] = (news as unknown as { loaded: Answer }).loaded.predict([row ?? {}])
    expect(said).toEqual(answer.predict([row ?? {}])[0])
    expect(own.kept).toEqual(['a.csv'])

    const noise = (length: number) => Uint8Array.from({ length }, (_, i) => 256 * Math.abs(Math.sin(i * i)))
    const large = { ...answer, save: () => noise(300_000) } as unknown as Answer
    const table = await shareAnswer('a', address, tools(large, new TextEncoder().encode(text)))
    expect(table).toMatchObject({ hasTable: true, hasResult: false })
    expect(await openLink(table.link, 8, own)).toEqual({ answer: { address, news: undefined } })
    await expect(shareAnswer('a', address, tools(large, noise(300_000)))).rejects.toThrow(
      'would take more than 250,000 characters as a link; take the page',
    )
  })
})
