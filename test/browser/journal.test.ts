import { once } from 'node:events'
import { join } from 'node:path'
import type { Browser, JSHandle, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { bundlePage, temporaryFolder } from '../support/bundle.ts'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { type PageServer, servePage } from '../support/server.ts'

type PageModule = typeof import('./journal-page.ts')

describeInBrowser('a journal in IndexedDB of Chromium', () => {
  let server: PageServer
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let browser: Browser

  const launch = async () => {
    browser = await launchChromium([`--user-data-dir=${join(folder.path, 'profile')}`])
  }
  const openPage = async (): Promise<{ page: Page; module: JSHandle<PageModule> }> => {
    const page = await browser.newPage()
    await page.goto(server.url)
    return { page, module: (await page.evaluateHandle("import('/page.js')")) as JSHandle<PageModule> }
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    server = await servePage({ files: { '/page.js': await bundlePage('test/browser/journal-page.ts') } })
  })
  afterEach(() => browser?.close())
  afterAll(async () => {
    await server?.close()
    await folder?.remove()
  })

  it('is shared by two tabs, keeps what was appended together together, and outlives a browser that is killed', async () => {
    await launch()
    const tabs = [await openPage(), await openPage()]
    await Promise.all(tabs.map(({ page, module }, tab) => page.evaluate((own, key) => own.append(key, 50), module, `tab ${tab}`)))
    const [first] = tabs
    if (first === undefined) throw new Error('there is no tab')
    await first.page.evaluate((own) => own.saveCheckpoint(), first.module)
    const browserProcess = browser.process()
    if (browserProcess === null) throw new Error('the browser is not ours to kill')
    const gone = once(browserProcess, 'exit')
    browserProcess.kill('SIGKILL')
    await gone

    await launch()
    const { page, module } = await openPage()
    const lines = await page.evaluate((own) => own.lines(), module)
    const pairs = Array.from({ length: lines.length / 2 }, (_, i) => lines.slice(2 * i, 2 * i + 2))
    expect(pairs).toHaveLength(100)
    for (const tab of [0, 1]) {
      const expected = Array.from({ length: 50 }, (_, i) => [
        `{"op_code":2,"worker_id":"page","study_id":0,"user_attr":{"tab ${tab}":${i}}}`,
        `{"op_code":7,"worker_id":"page","trial_id":0,"step":${i},"intermediate_value":${i % 2 ? 'NaN' : '-0.0'}}`,
      ])
      expect(pairs.filter(([attr]) => attr?.includes(`tab ${tab}`))).toEqual(expected)
    }
    const { loaded, expected } = await page.evaluate((own) => own.loadCheckpoint(), module)
    expect(loaded).toHaveLength(1)
    expect(loaded).toEqual(expected)
  })

  it('gives two tabs that ask and tell at the same time trials of their own', async () => {
    await launch()
    const tabs = [await openPage(), await openPage()]
    const numbers = await Promise.all(tabs.map(({ page, module }) => page.evaluate((own) => own.askAndTell(30), module)))
    expect(numbers.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i))
    const [first] = tabs
    const trials = (await first?.page.evaluate((own) => own.asked(), first.module)) ?? []
    expect(trials).toHaveLength(60)
    for (const [state, value, x] of trials) expect([state, value]).toEqual(['complete', x])
  })

  it('lets one tab run a study, and the next one when it is closed', async () => {
    await launch()
    const [first, second] = [await openPage(), await openPage()]
    await first.page.evaluate((own) => own.searchOn(), first.module)
    expect(await second.page.evaluate((own) => own.search(), second.module)).toMatch(
      /JournalError: .*: study "study" is run by another tab or worker of this page/,
    )
    await first.page.close()
    await expect.poll(() => second.page.evaluate((own) => own.search(), second.module)).toBe(4)
  })
})
