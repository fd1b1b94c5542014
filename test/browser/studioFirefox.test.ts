import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { firefoxPath, launchFirefox } from '../support/firefox.ts'
import { type StudioProcess, StudioTab, startStudio } from '../support/studio.ts'

// It learns for real, and other programs may be running.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })

const NAME = 'the whole path through the studio, in Firefox'
const TRIALS = 12

if (firefoxPath === undefined)
  describe.skip(`${NAME} (FIREFOX NOT RUN: there is none; name it in ESPALIER_FIREFOX)`, () => it.todo('answers'))
else {
  const path = firefoxPath
  describe(NAME, () => {
    let server: StudioProcess
    let browser: Browser
    let tab: StudioTab

    /** Until a text of the page is so. */
    const reads = (selector: string, wanted: string) =>
      tab.page.waitForFunction(
        (place, pattern) => new RegExp(pattern).test(document.querySelector(place)?.textContent ?? ''),
        { polling: 100, timeout: 120_000 },
        selector,
        wanted,
      )
    /** Its scroll bar takes some of the width. */
    const fits = async () => expect(Math.max(...(await tab.overflow(390, 1280)))).toBeLessThanOrEqual(0)

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
      await reads('.answer-head .state', '^Done$')
      expect(await tab.text('section[aria-labelledby=try] .short')).toMatch(/^tested_negative, with a chance of \d+ %$/)
      await tab.page.focus('input[type=range]')
      await tab.page.keyboard.press('End')
      await tab.sees('Outside what was seen')
      expect(await tab.violations()).toEqual([])
      await fits()
    })

    it('runs a study of networks, with its charts', async () => {
      await tab.unfold('Change what is tried')
      await tab.fill('Configurations to try (trials)', String(TRIALS))
      await tab.fill('Trainings of each (repeats)', '2')
      await tab.fill('Passes through the rows (epochs)', '12')
      await tab.choose('Computed on', 'wasm')
      await tab.sees(`${2 * TRIALS} trainings of at most 12 epochs`)
      await tab.press('Run the study')
      await reads('.status', '^Finished$')
      await tab.hasTrials(TRIALS)
      await tab.page.waitForFunction(() => document.querySelector('[data-view=importance] svg.chart') !== null, { polling: 100 })
      expect(await tab.violations()).toEqual([])
      await fits()
    })

    it('shows its evidence: a rectangle dragged in one chart is looked at in all, a trial and two of them have a page', async () => {
      await tab.page.focus('a[href^="#evidence"]')
      await tab.page.keyboard.press('Enter')
      await tab.page.waitForFunction(() => document.querySelectorAll('.evidence .chart-box:has(canvas)').length === 3, { polling: 100 })
      const boxes = await tab.page.$$('.evidence .chart-box')
      await boxes[1]?.scrollIntoView()
      const box = await boxes[1]?.boundingBox()
      if (!box) throw new Error('there is no scatter plot')
      const { mouse } = tab.page
      // Its letters are wider, and the axis with them.
      await mouse.move(box.x + 90, box.y + 40)
      await mouse.down()
      await mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 })
      await mouse.up()
      await reads('.evidence [role=status]', 'are inside')
      await tab.press('Look at all again')
      await reads('.evidence [role=status]', `^${TRIALS} trials$`)
      expect(await tab.violations()).toEqual([])
      await fits()
      for (const row of [1, TRIALS])
        await tab.page.click(`section[aria-label="Trials that are looked at"] tbody tr:nth-child(${row}) input`)
      await tab.page.click('.evidence a.primary')
      await reads('.notice', 'for real than|inside the noise')
      await tab.press('All its trials', 'link')
      await tab.press('trial 3', 'link')
      await tab.sees('Its 2 repeats, each with another seed')
      await tab.press('Look at the rows')
      await tab.sees('of 154 test rows are answered wrong')
      expect(await tab.violations()).toEqual([])
    })

    it('trains 16 networks at once in play mode, and opens a lesson', async () => {
      await tab.press('Play', 'link')
      await reads('.epoch', '^epoch (\\d{3,}|[6-9]\\d)')
      await tab.sees('of 16 seeds reach 95\u00a0% on points they never saw')
      expect(await tab.page.$$eval('.tile canvas', (tiles) => tiles.length)).toBe(16)
      await tab.page.focus('.play-head .primary')
      await tab.page.keyboard.press('Enter')
      await tab.sees('Train')
      expect(await tab.violations()).toEqual([])
      await fits()
      await tab.press('Why sigmoid learns slowly', 'link')
      await tab.press('Train')
      await tab.sees('Worse for real: sigmoid')
      await tab.press('Back to the studio', 'link')
      await tab.sees('Drop a file or a folder here')
    })

    it('has said nothing on the console, and asked nobody but its own server for anything', () => {
      expect(tab.problems).toEqual([])
    })
  })
}
