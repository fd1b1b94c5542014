import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { firefoxPath, launchFirefox } from '../support/firefox.ts'
import { type StudioProcess, StudioTab, startStudio } from '../support/studio.ts'

// It learns for real, and other programs may be running.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const NAME = 'page one of the studio, in Firefox'

if (firefoxPath === undefined)
  describe.skip(`${NAME} (FIREFOX NOT RUN: there is none; name it in ESPALIER_FIREFOX)`, () => it.todo('answers'))
else {
  const path = firefoxPath
  describe(NAME, () => {
    let server: StudioProcess
    let browser: Browser
    let tab: StudioTab

    beforeAll(async () => {
      server = await startStudio()
      browser = await launchFirefox(path)
      tab = await StudioTab.open(browser, server.url)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    it('answers the sample, and a row of it', async () => {
      await tab.press('Pima diabetes: 768 patients')
      await tab.choose('Time to learn', '5')
      await tab.sees('right on rows it never saw')
      await tab.page.waitForFunction(() => document.querySelectorAll('svg.picture .sure').length > 0, { polling: 100 })
      expect(await tab.text('section[aria-labelledby=matters] .short')).toContain('plas')
      await tab.page.waitForFunction(() => document.querySelector('.answer-head .state')?.textContent === 'Done', { polling: 100 })
      expect(await tab.text('section[aria-labelledby=try] .short')).toMatch(/^tested_negative, with a chance of \d+ %$/)
      await tab.page.focus('input[type=range]')
      await tab.page.keyboard.press('End')
      await tab.sees('Outside what was seen')
      expect(await tab.violations()).toEqual([])
      // Its scroll bar takes some of the width.
      expect(Math.max(...(await tab.overflow(390, 1280)))).toBeLessThanOrEqual(0)
      expect(tab.problems).toEqual([])
    })
  })
}
