import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backendCases } from '../contract/backend.ts'
import { serveTestPage } from '../page/serve.ts'
import { browserSkipReason } from '../support/chromium.ts'
import type { PageServer } from '../support/server.ts'
import { webgpuNotRun } from '../support/webgpu.ts'
import { openStage } from './stage.ts'
import { watch } from './watch.ts'

/** The page of `npm run test:page`: test/page. */

const NAME = 'the page that runs the contract suite by hand'

const stage = browserSkipReason === undefined ? await openStage() : undefined
afterAll(() => stage?.close())

/** What the page shows. */
const shown = (page: Page) =>
  page.evaluate(() => {
    const text = (selector: string, within: ParentNode = document) => within.querySelector(selector)?.textContent ?? ''
    const cases = [...document.querySelectorAll('li')].map((item) => ({
      name: text('.name', item),
      state: item.className,
      time: text('.time', item),
      failure: text('pre', item),
    }))
    return { backend: text('#backend-name'), summary: text('#summary'), problem: text('#problem'), cases }
  })

function tests(browser: Browser, adapter: { name: string } | { reason: string }): void {
  let server: PageServer
  let page: Page
  let problems: readonly string[]

  beforeAll(async () => {
    server = await serveTestPage()
    page = await browser.newPage()
    problems = watch(page, server.url)
    await page.setViewport({ width: 400, height: 800 })
  })
  afterAll(async () => {
    await page?.close()
    await server?.close()
  })

  async function run(query: string) {
    await page.goto(`${server.url}?${query}&run`)
    await page.waitForFunction(() => document.documentElement.dataset.state === 'done', { timeout: 300_000 })
    return shown(page)
  }

  it('lists every case, and runs those named on WebAssembly', async () => {
    await page.goto(server.url)
    expect((await shown(page)).cases.map(({ name }) => name)).toEqual(backendCases.map(({ name }) => name))
    const { backend, cases, summary } = await run('backend=wasm&filter=golden%20sgd')
    expect(backend).toMatch(/^WASM /)
    expect(cases.map(({ name }) => name)).toEqual(backendCases.map(({ name }) => name).filter((name) => name.includes('golden sgd')))
    expect(cases.length).toBeGreaterThan(1)
    for (const own of cases) expect(own).toMatchObject({ state: 'passed', failure: '', time: expect.stringMatching(/^\d+ ms$/) })
    expect(summary).toMatch(new RegExp(`^${cases.length} passed, 0 failed, 0 not run, in [\\d.]+ s$`))
  })

  it('is as wide as a telephone', async () => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400)
  })

  it('says what failed', async () => {
    // Nothing is close to anything on this page: close.ts takes distances by Math.abs.
    const { identifier } = await page.evaluateOnNewDocument('Math.abs = () => Number.POSITIVE_INFINITY')
    const { cases, summary } = await run('backend=wasm&filter=golden%20sgd')
    await page.removeScriptToEvaluateOnNewDocument(identifier)
    for (const own of cases) expect(own).toMatchObject({ state: 'failed', failure: expect.stringContaining('stepLosses') })
    expect(summary).toMatch(new RegExp(`^0 passed, ${cases.length} failed, 0 not run`))
  })

  it('says why there is no backend', async () => {
    const { identifier } = await page.evaluateOnNewDocument("Object.defineProperty(navigator, 'gpu', { value: undefined })")
    const { cases, problem } = await run('filter=golden')
    await page.removeScriptToEvaluateOnNewDocument(identifier)
    expect(problem).toMatch(/^BackendUnavailableError: there is no navigator\.gpu here/)
    expect(cases.map(({ state }) => state)).toEqual(cases.map(() => ''))
  })

  if ('name' in adapter) {
    it(`runs cases on WebGPU, on ${adapter.name}`, async () => {
      const { backend, cases, problem } = await run('backend=webgpu&filter=golden%20sgd')
      expect(problem).toBe('')
      expect(backend).toContain(`WebGPU on ${adapter.name}`)
      expect(cases.length).toBeGreaterThan(1)
      for (const own of cases) expect(own).toMatchObject({ state: 'passed', failure: '' })
    })
  } else webgpuNotRun(NAME, adapter.reason)

  it('has said nothing on the console, and asked nobody but the page for anything', () => {
    expect(problems).toEqual([])
  })
}

if (stage === undefined) webgpuNotRun(NAME, browserSkipReason ?? '')
else describe(NAME, () => tests(stage.browser, stage.adapter))
