import type { Browser, JSHandle } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundlePage } from '../support/bundle.ts'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { servePage } from '../support/server.ts'
import { watch } from './watch.ts'

/** The page's own script is under the policy; what a debugger evaluates may not be. */
const HTML = '<!doctype html><meta charset="utf-8"><title>espalier</title><script type="module" src="/app.js"></script>'

describeInBrowser('the package in a page with a Content-Security-Policy', () => {
  let browser: Browser
  let app: string

  beforeAll(async () => {
    app = await bundlePage('test/browser/app.ts')
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
      outcomes: [
        'accuracy 1 by WASM SIMD, 2 workers, plain arithmetic',
        'accuracy 1 by WASM SIMD, on the calling thread, plain arithmetic',
      ],
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
      expect.stringMatching(/^WorkerCrashedError: no worker could be started: .*worker-src 'self'; or .*workers: 0/),
      'accuracy 1 by WASM SIMD, on the calling thread, plain arithmetic',
    ])
    expect(problems).toEqual([expect.stringContaining('worker-src')])
  })

  it('says what to do where its files are of another origin, which no worker may be', async () => {
    const [own, other] = await Promise.all([servePage(), servePage({ shared: true })])
    const page = await browser.newPage()
    try {
      await page.goto(own.url)
      const imported = await page.evaluateHandle(`import('${other.url}espalier/index.js')`)
      const outcome = await page.evaluate(
        async ({ openBackend, fit }) => {
          const train = { features: new Float32Array(4), targets: new Float32Array(4), rows: 4 }
          const spec = { network: { inputSize: 1, loss: 'meanSquaredError' as const, layers: [{ units: 1 }] }, batchSize: 4 }
          return fit(await openBackend({ prefer: 'wasm', workers: 1 }), spec, { train }).then(() => 'trained', String)
        },
        imported as JSHandle<typeof import('espalier')>,
      )
      expect(outcome).toMatch(/^WorkerCrashedError: no worker could be started: .*from the origin of the page.*workers: 0/)
    } finally {
      await page.close()
      await Promise.all([own.close(), other.close()])
    }
  })
})
