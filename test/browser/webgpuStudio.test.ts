import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipReason } from '../support/chromium.ts'
import { type StudioProcess, StudioTab, startStudio } from '../support/studio.ts'
import { webgpuNotRun } from '../support/webgpu.ts'
import { openStage } from './stage.ts'

const NAME = 'the page of the studio, on WebGPU'
const TRIALS = 10

const stage = browserSkipReason === undefined ? await openStage() : undefined
afterAll(() => stage?.close())

if (stage === undefined) webgpuNotRun(NAME, browserSkipReason ?? '')
else if ('reason' in stage.adapter) webgpuNotRun(NAME, stage.adapter.reason)
else {
  const { browser, adapter } = stage
  const { name } = adapter
  describe(NAME, () => {
    let server: StudioProcess
    let folder: string
    let tab: StudioTab

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'espalier-studio-'))
      server = await startStudio()
      tab = await StudioTab.open(browser, server.url, join(folder, 'downloads'))
    })
    afterAll(async () => {
      await tab?.page.close()
      await server?.close()
      await rm(folder, { recursive: true, force: true })
    })

    it(`runs a study on the adapter that this browser has, ${name}, also over a reload`, async () => {
      await tab.press('Pima diabetes: 768 patients')
      await tab.unfold('Change what is tried')
      await tab.sees('judged on')
      await tab.fill('Configurations to try (trials)', String(TRIALS))
      await tab.fill('Trainings of each (repeats)', '2')
      await tab.fill('Passes through the rows (epochs)', '20')
      await tab.choose('Computed on', 'webgpu')
      await tab.sees(`${2 * TRIALS} trainings of at most 20 epochs`)
      await tab.press('Run the study')
      await tab.sees(`of ${TRIALS} trials finished`)
      await tab.sees(`WebGPU on ${name}`)
      await tab.page.waitForFunction(() => /^[1-9]/.test(document.querySelector('.running-head .hint')?.textContent ?? ''))
      await tab.page.reload()
      await tab.page.waitForFunction(() => document.querySelector('.status')?.textContent === 'Finished', { timeout: 300_000 })
      await tab.hasTrials(TRIALS)
    })

    it('shows the same as on WebAssembly, and gives the network away', async () => {
      await tab.sees('matters most here')
      await tab.page.waitForFunction(() => document.querySelector('[data-view=calibration] svg.chart') !== null)
      expect(await tab.violations()).toEqual([])
      const { content } = await tab.save('Best network: its weights (safetensors)', join(folder, 'downloads'))
      expect(content.subarray(8, 9).toString()).toBe('{')
    })

    it('has said nothing on the console, and asked nobody but its own server for anything', () => {
      expect(tab.problems).toEqual([])
    })
  })
}
