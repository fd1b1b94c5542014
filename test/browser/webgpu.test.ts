import { fit, fitPopulation, openBackend } from 'espalier'
import type { Browser, JSHandle, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backendCases } from '../contract/backend.ts'
import { browserSkipReason, launchChromium } from '../support/chromium.ts'
import { initialWeightsPrint } from '../support/fingerprint.ts'
import { type PageServer, servePage } from '../support/server.ts'
import { webgpuNotRun } from '../support/webgpu.ts'
import { bundlePage } from './bundle.ts'
import { watch } from './watch.ts'

type PageModule = typeof import('./page.ts')

const NAME = 'WebGPU in Chromium'

interface Stage {
  readonly browser: Browser
  readonly server: PageServer
  readonly page: Page
  readonly module: JSHandle<PageModule>
  readonly adapter: Awaited<ReturnType<PageModule['adapterName']>>
  readonly problems: readonly string[]
}

/** Opened before the tests are known: whether there are any depends on the adapter found in the page. */
const stage = browserSkipReason === undefined ? await openStage() : undefined

async function openStage(): Promise<Stage> {
  const server = await servePage({ files: { '/page.js': await bundlePage('page.ts') } })
  // Chrome for Linux offers WebGPU behind this switch only; without a GPU it then runs on SwiftShader.
  const browser = await launchChromium(['--enable-unsafe-webgpu'])
  const page = await browser.newPage()
  const problems = watch(page, server.url)
  await page.goto(server.url)
  const module = (await page.evaluateHandle("import('/page.js')")) as JSHandle<PageModule>
  const adapter = await page.evaluate((own) => own.adapterName(), module)
  return { browser, server, page, module, adapter, problems }
}

afterAll(async () => {
  await stage?.browser.close()
  await stage?.server.close()
})

function tests({ page, module, problems }: Stage, adapter: string): void {
  let backend: Awaited<ReturnType<typeof open>>
  const open = () => page.evaluateHandle((own) => own.openBackend({ prefer: 'webgpu' }), module)

  beforeAll(async () => {
    backend = await open()
  })
  afterAll(() => backend?.evaluate((opened) => opened.dispose()))

  it(`runs on the adapter this page has: ${adapter}`, async () => {
    const { name, description } = await backend.evaluate((opened) => ({ name: opened.name, description: opened.description }))
    console.log(`${NAME}: ${description}`)
    expect(name).toBe('webgpu')
    expect(description).toBe(`WebGPU on ${adapter}${/swiftshader|llvmpipe/i.test(adapter) ? ' (software)' : ''}`)
  })

  for (const { name } of backendCases) {
    it(name, async () => {
      const failure = await page.evaluate((own, opened, wanted) => own.runCase(opened, wanted), module, backend, name)
      if (failure !== null) throw new Error(`in the page: ${failure}`)
    })
  }

  it("starts from WASM's initial weights, bit for bit", async () => {
    const wasm = await openBackend({ prefer: 'wasm', workers: 0 })
    try {
      const expected = await initialWeightsPrint(wasm, { fit, fitPopulation })
      expect(await page.evaluate((own, opened) => own.initialWeightsPrintOf(opened), module, backend)).toBe(expected)
    } finally {
      await wasm.dispose()
    }
  })

  it("visits rows in core's order", () => page.evaluate((own, opened) => own.checkOrders(opened), module, backend))

  it("drops what core's stream says", () => page.evaluate((own, opened) => own.checkMasks(opened), module, backend))

  it('has said nothing on the console, and asked nobody but the page for anything', () => {
    expect(problems).toEqual([])
  })
}

if (stage === undefined) webgpuNotRun(NAME, browserSkipReason ?? '')
else if ('reason' in stage.adapter) webgpuNotRun(NAME, stage.adapter.reason)
else {
  const { name } = stage.adapter
  describe(NAME, () => tests(stage, name))
}
