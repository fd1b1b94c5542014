import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { type PageServer, servePage } from '../support/server.ts'

describeInBrowser('the package in a browser', () => {
  let browser: Browser
  let server: PageServer

  beforeAll(async () => {
    server = await servePage({ csp: "default-src 'none'; img-src data:; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'" })
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it('evaluates', async () => {
    const page = await browser.newPage()
    await page.goto(server.url)
    expect(await page.evaluate('1 + 1')).toBe(2)
  })

  it('imports from a page that allows no eval, no cross-origin isolation given, without an error or a missing file', async () => {
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('requestfailed', (request) => problems.push(`${request.url()}: ${request.failure()?.errorText}`))
    page.on('response', (response) => {
      if (!response.ok()) problems.push(`${response.url()}: ${response.status()}`)
    })
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => problems.push(message.text()))
    await page.goto(server.url)
    const names = await page.evaluate("import('/espalier/index.js').then((espalier) => Object.keys(espalier))")
    expect(names).toEqual(expect.arrayContaining(['openBackend', 'fit', 'loadDataset']))
    expect(problems).toEqual([])
    expect(await page.evaluate('self.crossOriginIsolated')).toBe(false)
  })

  it('gives an isolated page SharedArrayBuffer', async () => {
    const isolated = await servePage({ isolated: true })
    try {
      const page = await browser.newPage()
      await page.goto(isolated.url)
      expect(await page.evaluate('self.crossOriginIsolated')).toBe(true)
    } finally {
      await isolated.close()
    }
  })
})
