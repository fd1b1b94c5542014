import { fit, fitPopulation, type OpenOptions, openBackend } from 'espalier'
import type { Browser, JSHandle, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backendCases, sessionCases } from '../contract/backend.ts'
import { bundlePage } from '../support/bundle.ts'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { fingerprints, largeFingerprints } from '../support/fingerprint.ts'
import { type PageServer, servePage } from '../support/server.ts'
import { watch } from './watch.ts'

type PageModule = typeof import('./page.ts')

/** One network on several threads, in a page that is cross-origin isolated and in one that is not. */

describeInBrowser('threads in Chromium', () => {
  let browser: Browser
  let script: string
  beforeAll(async () => {
    script = await bundlePage('test/browser/page.ts')
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  /** A page, whoever opens it closes it. `asked` is what it has fetched. */
  async function openPage(isolated: boolean) {
    const server: PageServer = await servePage({ isolated, files: { '/page.js': script } })
    const page: Page = await browser.newPage()
    const problems = watch(page, server.url)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url().slice(server.url.length)))
    await page.goto(server.url)
    const module = (await page.evaluateHandle("import('/page.js')")) as JSHandle<PageModule>
    const open = (options: OpenOptions) => page.evaluateHandle((own, given) => own.openBackend(given), module, options)
    const close = async () => {
      await page.close()
      await server.close()
    }
    return { page, module, open, problems, threadedKernels: () => asked.filter((path) => path.includes('threaded')), close }
  }

  async function printsInNode(simd: 'relaxed' | 'plain') {
    const backend = await openBackend({ prefer: 'wasm', simd, workers: 0 })
    try {
      const api = { fit, fitPopulation }
      return { small: await fingerprints(backend, api), large: await largeFingerprints(backend, api) }
    } finally {
      await backend.dispose()
    }
  }

  describe('in a page that is isolated', () => {
    let stage: Awaited<ReturnType<typeof openPage>>
    beforeAll(async () => {
      stage = await openPage(true)
    })
    afterAll(() => stage?.close())

    describe.each(['relaxed', 'plain'] as const)('%s SIMD, 2 threads a network', (simd) => {
      let backend: Awaited<ReturnType<(typeof stage)['open']>>
      beforeAll(async () => {
        backend = await stage.open({ prefer: 'wasm', simd, workers: 2, threads: 2 })
      })
      afterAll(() => backend?.evaluate((opened) => opened.dispose()))

      // What is computed the plain build is shown to compute by its bits, below.
      for (const { name } of simd === 'relaxed' ? backendCases : sessionCases) {
        it(name, async () => {
          const failure = await stage.page.evaluate((own, opened, wanted) => own.runCase(opened, wanted), stage.module, backend, name)
          if (failure !== null) throw new Error(`in the page: ${failure}`)
        })
      }

      it('gives the bits of one thread in Node', async () => {
        expect(await backend.evaluate(({ description }) => description)).toMatch(
          /^WASM (relaxed-)?SIMD, 2 workers, 2 a network, (fused|plain) arithmetic$/,
        )
        const prints = await stage.page.evaluate(
          async (own, opened) => ({ small: await own.fingerprintsOf(opened), large: await own.largeFingerprintsOf(opened) }),
          stage.module,
          backend,
        )
        expect(prints).toEqual(await printsInNode(simd))
        expect(stage.page.workers()).toHaveLength(2)
      })
    })

    it('has said nothing on the console, and asked nobody but the page for anything', () => {
      expect(stage.problems).toEqual([])
    })
  })

  it.each([true, false])('are used for a large network where the page is isolated, with the same bits (isolated: %s)', async (isolated) => {
    const { page, module, open, threadedKernels, problems, close } = await openPage(isolated)
    try {
      const backend = await open({ prefer: 'wasm', simd: 'relaxed', workers: 4 })
      const description = await backend.evaluate((opened) => opened.description)
      const together = isolated ? ', together on a large network' : ''
      expect(description).toBe(
        `WASM relaxed-SIMD, 4 workers${together}, ${await backend.evaluate(({ arithmetic }) => arithmetic)} arithmetic`,
      )
      const losses = () => page.evaluate((own, opened) => own.trainLarge(opened), module, backend)
      const small = () => page.evaluate((own, opened) => own.runCase(opened, 'fits beside each other do not meet'), module, backend)
      expect(await small()).toBeNull()
      expect(threadedKernels()).toEqual([])
      const found = await losses()
      expect(threadedKernels()).toHaveLength(isolated ? 1 : 0)
      const alone = await open({ prefer: 'wasm', simd: 'relaxed', workers: 0 })
      expect(found).toEqual(await page.evaluate((own, opened) => own.trainLarge(opened), module, alone))
      expect(problems).toEqual([])
    } finally {
      await close()
    }
  })

  it('that are asked for where the page is not isolated are refused, with the headers it takes', async () => {
    const { page, module, close } = await openPage(false)
    try {
      const outcome = await page.evaluate(
        (own) =>
          own.openBackend({ prefer: 'wasm', workers: 2, threads: 2 }).then(String, (error: Error) => `${error.name}: ${error.message}`),
        module,
      )
      expect(outcome).toBe(
        'BackendUnavailableError: threads is 2, and this page may not share memory; serve it with the headers Cross-Origin-Opener-Policy: ' +
          'same-origin and Cross-Origin-Embedder-Policy: require-corp, or leave `threads` out: the results are the same',
      )
    } finally {
      await close()
    }
  })
})
