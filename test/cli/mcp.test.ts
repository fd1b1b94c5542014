import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CallToolResult, Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root, STUDY } from './support.ts'

/** By the protocol's own client, over pipes, as assistants speak with it. */

let folder: string
let elsewhere: string
let client: Client
let transport: StdioClientTransport

/** A house costs what its area says, and no more is known of its street. */
const housesCsv = (rows: number): string =>
  [
    'area,street,price',
    ...Array.from({ length: rows }, (_, i) => {
      const area = 40 + ((i * 37) % 101)
      return `${area},${['Elm', 'Oak', 'Ash'][(i * 7) % 3]},${(3 * area + ((i * 13) % 17)) / 100}`
    }),
  ].join('\n')

async function connected(): Promise<{ client: Client; transport: StdioClientTransport }> {
  const own = new StdioClientTransport({
    command: process.execPath,
    args: [join(root, 'dist/cli.js'), 'mcp', folder, '--workers', '0'],
    stderr: 'pipe',
  })
  const one = new Client({ name: 'test', version: '1' })
  await one.connect(own)
  return { client: one, transport: own }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'espalier-mcp-'))
  elsewhere = mkdtempSync(join(tmpdir(), 'espalier-other-'))
  writeFileSync(join(folder, 'houses.csv'), housesCsv(60))
  writeFileSync(join(folder, 'new.csv'), housesCsv(3))
  writeFileSync(join(elsewhere, 'secret.csv'), housesCsv(5))
  symlinkSync(join(elsewhere, 'secret.csv'), join(folder, 'link.csv'))
  symlinkSync(elsewhere, join(folder, 'linked'))
  ;({ client, transport } = await connected())
})
afterAll(async () => {
  await client?.close()
  for (const path of [folder, elsewhere]) rmSync(path, { recursive: true, force: true })
})

type Options = Parameters<Client['callTool']>[1]

async function call(name: string, args: Record<string, unknown>, options?: Options) {
  const result = (await client.callTool({ name, arguments: args }, options)) as CallToolResult
  const [first] = result.content
  const text = first?.type === 'text' ? first.text : ''
  return { text, data: (result.structuredContent ?? {}) as Record<string, unknown>, isError: result.isError === true }
}

/** Of what a tool refuses. */
async function refusal(name: string, args: Record<string, unknown>): Promise<string> {
  const { text, isError } = await call(name, args)
  expect({ text, isError }).toMatchObject({ isError: true })
  expect(text).not.toContain('fault of espalier')
  return text
}

describe('espalier mcp', () => {
  it('says what its tools take', async () => {
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual([
      ...['describe_table', 'learn', 'what_matters', 'predict', 'run_study', 'watch_study', 'stop_study'],
    ])
    for (const { inputSchema, description, annotations } of tools) {
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
      expect(description).not.toBe('')
      expect(annotations?.readOnlyHint).toBeTypeOf('boolean')
    }
    expect(client.getInstructions()).toContain('describe_table')
  })

  it('describes a table', async () => {
    const { text, data } = await call('describe_table', { file: 'houses.csv' })
    expect(text).toContain('houses.csv: 60 rows, 3 columns')
    expect(data).toMatchObject({ rows: 60, target: 'price', task: 'regression' })
  })

  it('writes over no file that it reads in the same call', async () => {
    const before = readFileSync(join(folder, 'houses.csv'), 'utf8')
    const order = { file: 'houses.csv', steps: 1 }
    expect(await refusal('learn', { ...order, save: 'houses.csv' })).toContain('houses.csv is read, and would be written over')
    expect(await refusal('learn', { ...order, card: './houses.csv' })).toContain('houses.csv is read, and would be written over')
    expect(await refusal('learn', { ...order, save: 'a.answer', card: 'a.answer' })).toContain('is to be written twice')
    expect(readFileSync(join(folder, 'houses.csv'), 'utf8')).toBe(before)
  })

  it('stays in its folder, and says so', async () => {
    for (const file of ['../secret.csv', join(elsewhere, 'secret.csv'), 'link.csv', 'linked/secret.csv', '.'])
      expect(await refusal('describe_table', { file })).toContain('leads out of the folder')
    const answer = { file: 'houses.csv', steps: 1 }
    for (const place of ['../out.answer', 'linked/out.answer'])
      expect(await refusal('learn', { ...answer, save: place })).toContain('leads out of the folder')
    const data = { ...STUDY.data, source: join(elsewhere, 'secret.csv') }
    writeFileSync(join(folder, 'away.json'), JSON.stringify({ ...STUDY, data }))
    expect(await refusal('run_study', { study: 'away.json' })).toContain('leads out of the folder')
    writeFileSync(join(folder, 'redis.json'), JSON.stringify({ ...STUDY, journal: 'redis://user:secret@host:1/0' }))
    const words = await refusal('run_study', { study: 'redis.json' })
    expect(words).toContain('here it must be a file in the folder')
    expect(words).not.toContain('secret')
  })

  it('answers bad input in words', async () => {
    expect(await refusal('describe_table', {})).toContain('file')
    expect(await refusal('describe_table', { file: 'hauses.csv' })).toContain('there is no file "hauses.csv"')
    expect(await refusal('describe_table', { file: 'houses.csv', column: 'price' })).toContain('column')
    expect(await refusal('describe_table', { file: 'houses.csv', target: 'prize' })).toContain('price')
    expect(await refusal('learn', { file: 'houses.csv', seconds: -1 })).toContain('seconds')
    expect(await refusal('learn', { file: 'houses.csv', seconds: 1, steps: 1 })).toContain('a budget is one of them')
    expect(await refusal('predict', { answer: 'houses.csv', rows: [{ area: 1 }] })).toContain('is no answer')
    expect(await refusal('predict', { answer: 'answer-9' })).toContain('give either rows or a file')
    expect(await refusal('watch_study', { study: 'study-9' })).toContain('run_study begins one')
    expect(await refusal('run_study', { study: { space: {} } })).toContain('data')
  })

  it('learns, says how far it is, what matters, and predicts', async () => {
    const told: { progress: number; message?: string | undefined }[] = []
    const learned = await call(
      'learn',
      { file: 'houses.csv', steps: 1, save: 'kept/price.answer', card: 'card.md' },
      { onprogress: ({ progress, message }) => void told.push({ progress, message }) },
    )
    expect(learned).toMatchObject({ isError: false, data: { answer: 'answer-1', files: ['kept/price.answer', 'card.md'] } })
    expect(learned.text).toContain('linear model')
    expect(told[0]?.message).toBe(`Watch it at ${learned.data.page}`)
    expect(told.length).toBeGreaterThan(1)
    const grows = told.map(({ progress }) => progress)
    expect(grows).toEqual([...grows].sort((a, b) => a - b))
    expect(readFileSync(join(folder, 'card.md'), 'utf8')).toContain('# Predicts price')

    const page = await fetch(String(learned.data.page))
    expect(page.headers.get('refresh')).toBeNull()
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).toContain('id="shared"')

    const { text, data } = await call('what_matters', { answer: 'answer-1' })
    expect(text).toContain('area')
    expect((data.columns as { name: string }[])[0]?.name).toBe('area')

    const rows = [
      { area: 70, street: 'Elm' },
      { area: 900, street: null },
    ]
    const said = await call('predict', { answer: 'answer-1', rows })
    expect(said.data).toMatchObject({ target: 'price', rows: 2, fields: ['prediction', 'low', 'high'] })
    const [[prediction]] = said.data.predictions as [[number]]
    expect(Math.abs(prediction - 2.18)).toBeLessThan(0.3)
    expect(said.text).toContain('unlike those of training')
    expect(await refusal('predict', { answer: 'answer-1', rows: [{ area: 'large' }] })).toContain('"large" is not a number')

    for (const out of ['new.csv', 'kept/price.answer'])
      expect(await refusal('predict', { answer: 'kept/price.answer', file: 'new.csv', out })).toContain(
        'is read, and would be written over',
      )
    const file = await call('predict', { answer: 'kept/price.answer', file: 'new.csv', out: 'predicted.csv' })
    expect(file.text).toContain('Written: predicted.csv')
    expect(readFileSync(join(folder, 'predicted.csv'), 'utf8').split('\n')).toHaveLength(5)
  })

  it('stops learning when the client cancels, and keeps what there is', async () => {
    const stop = new AbortController()
    const learning = call(
      'learn',
      { file: 'houses.csv', seconds: 600 },
      { signal: stop.signal, onprogress: ({ progress }) => progress > 1e-5 && stop.abort(), resetTimeoutOnProgress: true },
    )
    await expect(learning).rejects.toThrow()
    // The next waits for its turn: the one that was stopped has ended.
    await call('learn', { file: 'houses.csv', steps: 1 })
    expect((await call('predict', { answer: 'answer-2', rows: [{ area: 70, street: null }] })).isError).toBe(false)
  })

  it('runs a study, tells of it, and goes on where it was', async () => {
    const study = { ...STUDY, name: 'first', space: { units: { type: 'int', low: 2, high: 90 } } }
    const told: string[] = []
    const first = await call('run_study', { study, seconds: 100 }, { onprogress: ({ message }) => void told.push(message ?? '') })
    expect(first.data).toMatchObject({ state: 'done', ended: 3, wanted: 3, file: 'first.study.json', journal: 'first.study.journal' })
    expect(first.text).toContain('Best')
    expect(told.at(-1)).toBe('3 of 3 trials')
    const page = await fetch(String(first.data.page))
    expect(await page.text()).toContain('<svg')

    const more = await call('run_study', { study: 'first.study.json', trials: 12, seconds: 100 })
    expect(more.data).toMatchObject({ state: 'done', ended: 12 })
    const mattered = await call('what_matters', { journal: 'first.study.journal' })
    expect(mattered.text).toContain('units')
    expect(await refusal('run_study', { study: { ...study, seed: 1 } })).toContain('another name')
  })

  it('says why a study fails, and stops one', async () => {
    writeFileSync(join(folder, 'bad.json'), JSON.stringify({ ...STUDY, data: { source: 'houses.csv', target: 'prize' } }))
    const bad = await call('run_study', { study: 'bad.json', seconds: 100 })
    expect(bad.data.state).toBe('failed')
    expect(bad.text).toContain('prize')

    mkdirSync(join(folder, 'long'))
    // A finite space would end by itself.
    const space = { ...STUDY.space, rate: { type: 'float', low: 0.0001, high: 0.01 } }
    const train = { ...STUDY.train, optimizer: { name: 'adam', learningRate: '$rate' }, epochs: 20 }
    const long = { ...STUDY, name: 'long', space, train, budget: { trials: 100_000 } }
    writeFileSync(join(folder, 'long/study.json'), JSON.stringify(long))
    const begun = await call('run_study', { study: 'long/study.json', seconds: 0 })
    expect(begun.data.state).toBe('running')
    expect(await refusal('run_study', { study: 'long/study.json' })).toContain('runs already')
    let watched = begun
    while (watched.data.ended === 0) watched = await call('watch_study', { study: String(begun.data.study), seconds: 0.5 })
    const stopped = await call('stop_study', { study: String(begun.data.study) })
    expect(stopped.data.state).toBe('stopped')
    expect(Number(stopped.data.ended)).toBeGreaterThan(0)
  })

  it('ends with its client', async () => {
    const { pid } = transport
    await client.close()
    await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false)
  })
})

function isAlive(pid: number | null): boolean {
  try {
    process.kill(pid ?? 0, 0)
    return pid !== null
  } catch {
    return false
  }
}

describe('other commands', () => {
  it("do without the protocol's library", () => {
    const seen = new Set<string>()
    const outside = new Set<string>()
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      for (const [, from = ''] of readFileSync(join(root, 'dist', file), 'utf8').matchAll(/^(?:import|export)[^'"]*?['"]([^'"]+)['"];?$/gm))
        if (from.startsWith('./')) visit(from.slice(2))
        else outside.add(from)
    }
    visit('cli.js')
    expect(outside).toContain('commander')
    expect([...outside].filter((name) => name.startsWith('@modelcontextprotocol/'))).toEqual([])
  })
})
