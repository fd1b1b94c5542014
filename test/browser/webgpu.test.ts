import { fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compilerCases } from '../contract/backend.ts'
import { browserSkipReason } from '../support/chromium.ts'
import { initialWeightsPrint } from '../support/fingerprint.ts'
import { webgpuNotRun } from '../support/webgpu.ts'
import { openStage, type Stage } from './stage.ts'

const NAME = 'WebGPU in Chromium'

/** Opened before the tests are known: whether there are any depends on the adapter found in the page. */
const stage = browserSkipReason === undefined ? await openStage() : undefined
afterAll(() => stage?.close())

function tests({ browser, page, module, problems }: Stage, adapter: string): void {
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

  // Node runs all of them, on the same adapter (test/contract/webgpu.test.ts).
  for (const { name } of compilerCases) {
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

  it('is opened again when the GPU process has crashed, and the run ends with the same bits', async () => {
    // Last: Chromium itself says on the console that its GPU process is gone.
    const undisturbed = await page.evaluate((own) => own.trainOnGpu(), module)
    expect(undisturbed.devices).toBe(1)
    const session = await browser.target().createCDPSession()
    await page.exposeFunction('atHalf', () => session.send('Browser.crashGpuProcess'))
    const disturbed = await page.evaluate((own) => own.trainOnGpu(() => Reflect.get(globalThis, 'atHalf')()), module)
    expect(disturbed).toEqual({ ...undisturbed, devices: 2 })
    await session.detach()
  })
}

if (stage === undefined) webgpuNotRun(NAME, browserSkipReason ?? '')
else if ('reason' in stage.adapter) webgpuNotRun(NAME, stage.adapter.reason)
else {
  const { name } = stage.adapter
  describe(NAME, () => tests(stage, name))
}
