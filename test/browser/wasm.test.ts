import { fit, fitPopulation, type OpenOptions, openBackend } from 'espalier'
import type { Browser, JSHandle, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permutation } from '../../src/core/random.ts'
import { backendCases, sessionCases } from '../contract/backend.ts'
import { bundlePage } from '../support/bundle.ts'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { fingerprints } from '../support/fingerprint.ts'
import { type PageServer, servePage } from '../support/server.ts'
import { watch } from './watch.ts'

type PageModule = typeof import('./page.ts')

const BUILDS = ['relaxed', 'plain'] as const
const WORKERS = [2, 0] as const

describeInBrowser('the package in Chromium', () => {
  let browser: Browser
  let server: PageServer
  let page: Page
  let module: JSHandle<PageModule>
  let problems: readonly string[]

  beforeAll(async () => {
    server = await servePage({ files: { '/page.js': await bundlePage('test/browser/page.ts') } })
    browser = await launchChromium()
    page = await browser.newPage()
    problems = watch(page, server.url)
    await page.goto(server.url)
    module = (await page.evaluateHandle("import('/page.js')")) as JSHandle<PageModule>
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  const open = (options: OpenOptions) => page.evaluateHandle((own, given) => own.openBackend(given), module, options)

  describe.each(BUILDS)('WASM, %s SIMD', (simd) => {
    describe.each(WORKERS)('%i workers', (workers) => {
      let backend: Awaited<ReturnType<typeof open>>

      beforeAll(async () => {
        backend = await open({ prefer: 'wasm', simd, workers })
      })
      afterAll(() => backend?.evaluate((opened) => opened.dispose()))

      it('is what was asked for', async () => {
        const description = await backend.evaluate((opened) => opened.description)
        const build = simd === 'relaxed' ? 'relaxed-SIMD' : 'SIMD'
        const where = workers === 0 ? 'on the calling thread' : `${workers} workers`
        const node = await openBackend({ prefer: 'wasm', simd, workers: 0 })
        expect(description).toBe(`WASM ${build}, ${where}, ${node.arithmetic} arithmetic`)
        await node.dispose()
        await expect.poll(() => page.workers().length, { message: 'workers before the first session' }).toBe(0)
      })

      // Every build, and every number of workers, runs all of them once; the bits are compared for each.
      for (const { name } of (simd === 'relaxed') === workers > 0 ? backendCases : sessionCases) {
        it(name, async () => {
          const failure = await page.evaluate((own, opened, wanted) => own.runCase(opened, wanted), module, backend, name)
          if (failure !== null) throw new Error(`in the page: ${failure}`)
        })
      }

      it('runs on as many workers', () => {
        expect(page.workers()).toHaveLength(workers)
      })

      it('gives the same bits as Node', async () => {
        const own = await openBackend({ prefer: 'wasm', simd, workers: 0 })
        try {
          const inNode = await fingerprints(own, { fit, fitPopulation })
          expect(await page.evaluate((tested, opened) => tested.fingerprintsOf(opened), module, backend)).toEqual(inNode)
        } finally {
          await own.dispose()
        }
      })

      it("visits rows in core's order", async () => {
        await page.evaluate((tested, opened) => tested.checkOrders(opened), module, backend)
      })
    })
  })

  it("computes Philox's known answers", async () => {
    const words = await page.evaluate(
      ({ randomNumbers }) => [
        randomNumbers.words([0, 0, 0, 0], [0, 0]),
        randomNumbers.words([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff]),
        randomNumbers.words([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
      ],
      module,
    )
    // Random123, tests/kat_vectors: "philox4x32 10".
    expect(words).toEqual([
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ])
  })

  it.each([
    [0, 0, 10],
    [7, 3, 4097],
  ])('computes the order of seed %i, epoch %i, %i rows as Node does', async (seed, epoch, rows) => {
    const order = await page.evaluate(({ randomNumbers }, ...key) => randomNumbers.order(...key), module, seed, epoch, rows)
    expect(order).toEqual([...permutation(seed, epoch, rows)])
  })

  it('ends its workers with the backend', async () => {
    const backend = await open({ prefer: 'wasm', workers: 2 })
    await page.evaluate((own, opened) => own.runCase(opened, 'fits beside each other do not meet'), module, backend)
    expect(page.workers()).toHaveLength(2)
    await backend.evaluate((opened) => opened.dispose())
    await expect.poll(() => page.workers().length).toBe(0)
  })

  it('has said nothing on the console, and asked nobody but the page for anything', () => {
    expect(problems).toEqual([])
  })
})
