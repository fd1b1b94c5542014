import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, JSHandle, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import type { StudioConfig } from '../../src/studio/config.ts'
import type { StudyInfo } from '../../src/studio/protocol.ts'
import { smallConfig } from '../studio/config.ts'
import { bundlePage, temporaryFolder } from '../support/bundle.ts'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { type PageServer, servePage } from '../support/server.ts'

type PageModule = typeof import('./studioEngine-page.ts')

interface Tab {
  readonly page: Page
  readonly module: JSHandle<PageModule>
}

/** Nothing but what is the page's own, and no code from text: what a strict host allows. */
const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src data:"

/** Long enough to be interrupted, also where other programs make tabs open slowly: four to twenty seconds of two quiet cores. */
const LONG: StudioConfig = {
  ...smallConfig({ trials: 24, strategy: 'tpe' }),
  training: { ...smallConfig().training, epochs: 300, batchSizes: [4, 8] },
  backend: { prefer: 'wasm', workers: 2 },
}

async function studioFiles(): Promise<Record<string, Uint8Array>> {
  const folder = fileURLToPath(new URL('../../dist/studio/', import.meta.url))
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const paths = names.map((entry) => join(entry.parentPath, entry.name))
  const files = await Promise.all(paths.map(async (path) => [`/studio/${path.slice(folder.length)}`, await readFile(path)] as const))
  return Object.fromEntries(files)
}

// They train for real, and other programs may be running.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

describeInBrowser("the studio's engine in Chromium", () => {
  let server: PageServer
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let browser: Browser

  const launch = async (profile: string) => {
    browser = await launchChromium([`--user-data-dir=${join(folder.path, profile)}`])
  }
  const openTab = async (): Promise<Tab> => {
    const page = await browser.newPage()
    page.setDefaultTimeout(110_000)
    await page.goto(server.url)
    const module = (await page.evaluateHandle("import('/page.js')")) as JSHandle<PageModule>
    await page.waitForFunction((own) => own.events.some(({ event }) => event === 'ready' || event === 'problem'), {}, module)
    expect(await page.evaluate((own) => own.problems(), module)).toEqual([])
    return { page, module }
  }
  const start = async ({ page, module }: Tab, config: StudioConfig): Promise<StudyInfo> => {
    const info = await page.evaluate((own, given) => own.call('start', { config: given }), module, config)
    if (!('id' in info)) throw new Error(info.problem.message)
    return info
  }
  const open = ({ page, module }: Tab, study: string) => page.evaluate((own, id) => own.call('open', { study: id }), module, study)
  const until = async ({ page, module }: Tab, study: string, state: string) => {
    const reached = await page.waitForFunction(
      (own, id, wanted) => own.info(id)?.state === wanted || own.info(id)?.problem,
      { timeout: 120_000 },
      module,
      study,
      state,
    )
    expect(await reached.jsonValue()).toBe(true)
  }
  const untilTrials = ({ page, module }: Tab, count: number) =>
    page.waitForFunction((own, most) => own.finished() >= most, { timeout: 120_000 }, module, count)
  const journal = ({ page, module }: Tab, study: string) => page.evaluate((own, id) => own.journal(id), module, study)
  const kill = async () => {
    const browserProcess = browser.process()
    if (browserProcess === null) throw new Error('the browser is not ours to kill')
    const gone = once(browserProcess, 'exit')
    browserProcess.kill('SIGKILL')
    await gone
  }
  /** The journal of a study that nobody disturbs. */
  let undisturbed = ''

  beforeAll(async () => {
    folder = await temporaryFolder()
    const files = { '/page.js': await bundlePage('test/browser/studioEngine-page.ts'), ...(await studioFiles()) }
    server = await servePage({ csp: CSP, files })
    await launch('undisturbed')
    const tab = await openTab()
    const { id } = await start(tab, LONG)
    await until(tab, id, 'finished')
    undisturbed = await journal(tab, id)
    await browser.close()
  })
  afterEach(() => browser?.close())
  afterAll(async () => {
    await server?.close()
    await folder?.remove()
  })

  it('goes on by itself after its browser was killed, and ends with the journal of an undisturbed study', async () => {
    await launch('killed')
    const before = await openTab()
    const { id } = await start(before, LONG)
    await untilTrials(before, 4)
    await kill()

    await launch('killed')
    const after = await openTab()
    expect(await open(after, id)).toMatchObject({ state: 'running' })
    await until(after, id, 'finished')
    expect(await journal(after, id)).toBe(undisturbed)
  })

  it('is trained by one of two tabs, watched by the other, which takes over when the first is gone', async () => {
    await launch('tabs')
    const first = await openTab()
    const { id } = await start(first, LONG)
    const second = await openTab()
    expect(await open(second, id)).toMatchObject({ state: 'running' })
    await second.page.waitForFunction((own, study) => own.info(study)?.trainer === 'elsewhere', {}, second.module, id)
    await untilTrials(second, 2)
    expect(await second.page.evaluate((own) => own.events.some(({ event }) => event === 'progress'), second.module)).toBe(true)
    await first.page.close()
    await second.page.waitForFunction(
      (own, study) => own.info(study)?.trainer === 'here' || own.info(study)?.state === 'finished',
      {},
      second.module,
      id,
    )
    expect(await second.page.evaluate((own, study) => own.info(study), second.module, id)).toMatchObject({
      state: 'running',
      trainer: 'here',
    })
    await until(second, id, 'finished')
    expect(await journal(second, id)).toBe(undisturbed)
  })

  it('pauses within a moment, stays paused over a reload, and resumes to the same end', async () => {
    await launch('paused')
    const tab = await openTab()
    const { id } = await start(tab, LONG)
    await untilTrials(tab, 2)
    const paused = await tab.page.evaluate((own, study) => own.call('pause', { study }), tab.module, id)
    expect(paused).toMatchObject({ state: 'paused', trainer: 'none' })
    const reached = await journal(tab, id)
    expect(reached.length).toBeLessThan(undisturbed.length)

    const again = await openTab()
    await tab.page.close()
    expect(await open(again, id)).toMatchObject({ state: 'paused', trainer: 'none' })
    expect(await journal(again, id)).toBe(reached)
    await again.page.evaluate((own, study) => own.call('resume', { study }), again.module, id)
    await until(again, id, 'finished')
    expect(await journal(again, id)).toBe(undisturbed)
  })

  it('draws what is asked for, and exports it', async () => {
    await launch('views')
    const tab = await openTab()
    const views = ['best', 'convergence', 'curves', 'parallel', 'importance', 'rungs', 'confusion', 'calibration'] as const
    await tab.page.evaluate((own, wanted) => own.call('show', { views: wanted }), tab.module, views)
    const { id } = await start(tab, smallConfig({ trials: 10 }))
    await until(tab, id, 'finished')
    await tab.page.waitForFunction(
      (own, count) => Object.values(own.views()).filter(({ blocks }) => blocks.length > 0).length === count,
      {},
      tab.module,
      views.length,
    )
    const drawn = await tab.page.evaluate((own) => own.views(), tab.module)
    for (const view of views) {
      const charts = drawn[view]?.blocks.flatMap((block) => (block.kind === 'chart' ? block.panels : [])) ?? []
      if (view !== 'best') expect(charts.length, view).toBeGreaterThan(0)
      for (const { narrow, wide = narrow } of charts) {
        expect(narrow, view).toMatch(/^<svg class="chart".*<\/svg>$/s)
        // A strict policy refuses styles in the markup.
        expect(narrow + wide, view).not.toMatch(/style=|<style|<script/)
      }
    }
    expect(JSON.stringify(drawn.best)).toContain('trial')
    expect(drawn.confusion?.blocks[0]).toMatchObject({ kind: 'text', text: expect.stringContaining('the best so far') })

    const rows = await tab.page.evaluate((own) => own.rows(), tab.module)
    expect(rows).toHaveLength(10)
    for (const { state, done, value, low, high, params } of rows) {
      expect({ state, done }).toEqual({ state: 'complete', done: 1 })
      // Repeats that come to the same say nothing of how far others lie.
      expect(Number.isFinite(low) ? low <= value && value <= high : !Number.isFinite(high)).toBe(true)
      expect(Object.keys(params)).toEqual(['layers', 'units', 'batchSize', 'activation', 'optimizer', 'learningRate'])
    }
    expect(rows.some(({ low }) => Number.isFinite(low))).toBe(true)

    const exported = (what: Parameters<PageModule['exported']>[1]) =>
      tab.page.evaluate((own, study, kind) => own.exported(study, kind), tab.module, id, what)
    const report = await exported('report')
    expect(report).toMatchObject({ name: 'Pima-by-tpe.html', text: expect.stringContaining('<h2 id="s5-the-best-network">') })
    expect(JSON.stringify(report)).toContain('data:text/csv;charset=utf-8,')
    expect(await exported('csv')).toMatchObject({
      name: 'Pima-by-tpe.csv',
      text: expect.stringMatching(/^number,state,value,layers,units/),
    })
    expect(await exported('model')).toMatchObject({ name: 'Pima-by-tpe.safetensors', text: expect.stringContaining('layers.0.kernel') })
    expect(await exported('onnx')).toMatchObject({ name: 'Pima-by-tpe.onnx', text: expect.stringContaining('espalier') })
    expect(await exported('tfjs')).toMatchObject({ name: 'Pima-by-tpe.tfjs.zip', text: expect.stringContaining('weights.bin') })
    expect(await exported('snippet')).toMatchObject({ text: expect.stringContaining('await createStudy({') })
  })

  it('refuses a bad file with a clear message, and loses nothing', async () => {
    await launch('bad')
    const tab = await openTab()
    const { id } = await start(tab, smallConfig())
    const refused = await tab.page.evaluate(
      (own) => own.drop('bad.arff', '@relation r\n@attribute a numeric\n@attribute b numeric\n@data\n1\n'),
      tab.module,
    )
    expect(refused).toEqual({
      problem: {
        kind: 'data',
        name: 'InvalidDataError',
        message: 'bad.arff: line 5: the row has 1 values; there are 2 attributes',
      },
    })
    const tooLarge = { ...smallConfig(), training: { ...smallConfig().training, batchSizes: [1000] } }
    const wrong = await tab.page.evaluate((own, config) => own.call('start', { config }), tab.module, tooLarge)
    expect(wrong).toMatchObject({
      problem: {
        kind: 'configuration',
        message: 'training.batchSizes holds 1000; the training part has 614 rows, so it must be at most that',
      },
    })
    await until(tab, id, 'finished')
    expect(await tab.page.evaluate((own) => own.call('studies', {}), tab.module)).toMatchObject([{ id, state: 'finished' }])
    await tab.page.evaluate((own, study) => own.call('delete', { study }), tab.module, id)
    expect(await tab.page.evaluate((own) => own.call('studies', {}), tab.module)).toEqual([])
    const databases = await tab.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).sort())
    expect(databases).toEqual(['espalier-studio', 'espalier-studio-answers'])
  })

  it('replays a published study', async () => {
    await launch('replay')
    const tab = await openTab()
    await tab.page.evaluate((own) => own.call('show', { views: ['replay', 'curves', 'confusion'] }), tab.module)
    const info = await tab.page.evaluate((own) => own.call('replay', { name: 'pima', seeds: 2, epochs: 3 }), tab.module)
    if (!('id' in info)) throw new Error(JSON.stringify(info))
    expect(info).toMatchObject({ kind: 'replay', title: 'Pima, replayed' })
    await until(tab, info.id, 'finished')
    await tab.page.waitForFunction(
      (own) => ['replay', 'curves'].every((view) => (own.views()[view]?.blocks.length ?? 0) > 0),
      {},
      tab.module,
    )
    const { replay, curves, confusion } = await tab.page.evaluate((own) => own.views(), tab.module)
    expect(replay?.blocks[0]).toEqual({ kind: 'heading', text: 'Verdicts' })
    expect(replay?.blocks.filter(({ kind }) => kind === 'chart').length).toBeGreaterThan(5)
    expect(curves?.blocks.length).toBe(1)
    expect(confusion?.empty).toContain('A replay trains many networks')
    expect(new Set(await tab.page.evaluate((own) => own.rows().map(({ part }) => part), tab.module)).size).toBeGreaterThan(5)
    const report = await tab.page.evaluate((own, id) => own.exported(id, 'report'), tab.module, info.id)
    expect(report).toMatchObject({ name: 'Pima-replayed.html', text: expect.stringContaining('Hyper-parameters on the Pima Indians') })
  })
})
