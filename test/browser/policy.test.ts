import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { servePage } from '../support/server.ts'
import { bundlePage } from './bundle.ts'
import { watch } from './watch.ts'

/** The page's own script is under the policy; what a debugger evaluates may not be. */
const HTML = '<!doctype html><meta charset="utf-8"><title>espalier</title><script type="module" src="/app.js"></script>'

describeInBrowser('the package in a page with a Content-Security-Policy', () => {
  let browser: Browser
  let app: string

  beforeAll(async () => {
    app = await bundlePage('app.ts')
    browser = await launchChromium()
  })

  afterAll(() => browser?.close())

  /** What the page's script answers with two workers and with none, and what else there was to see. */
  async function visit(csp: string) {
    const server = await servePage({ html: HTML, csp, files: { '/app.js': app } })
    const page = await browser.newPage()
    try {
      const problems = watch(page, server.url)
      await page.goto(server.url)
      await page.waitForFunction('globalThis.outcomes !== undefined')
      const outcomes = (await page.evaluate('globalThis.outcomes')) as string[]
      return { outcomes, problems: [...problems], isolated: await page.evaluate('crossOriginIsolated') }
    } finally {
      await page.close()
      await server.close()
    }
  }

  it('trains under a policy that allows its own files and WebAssembly, and nothing else', async () => {
    const csp = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'"
    expect(await visit(csp)).toEqual({
      outcomes: ['accuracy 1 by WASM SIMD, 2 workers', 'accuracy 1 by WASM SIMD, on the calling thread'],
      problems: [],
      isolated: false,
    })
  })

  it('names the directive it misses where WebAssembly is not allowed', async () => {
    const { outcomes } = await visit("default-src 'none'; script-src 'self'; worker-src 'self'")
    const refusal =
      "BackendUnavailableError: WebAssembly could not be compiled; a Content-Security-Policy must allow script-src 'wasm-unsafe-eval'"
    expect(outcomes).toEqual([refusal, refusal])
  })

  it('rejects a fit whose workers are not allowed, and trains without them', async () => {
    const { outcomes, problems } = await visit("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'")
    expect(outcomes).toEqual([
      expect.stringMatching(/^WorkerCrashedError: .*script could not be loaded/),
      'accuracy 1 by WASM SIMD, on the calling thread',
    ])
    expect(problems).toEqual([expect.stringContaining('worker-src')])
  })
})
