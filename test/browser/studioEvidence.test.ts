import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { type StudioProcess, StudioTab, startStudio } from '../support/studio.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const WIDTHS = [390, 1280, 1800]
const TRIALS = 14

/** A study's evidence, as somebody touches it. */
describeInBrowser('the evidence of a study in the studio', () => {
  let server: StudioProcess
  let browser: Browser
  let folder: string
  let tab: StudioTab

  /** Rows of the trials that are inside, and what is said about how many. */
  const inside = async (): Promise<string> => tab.text('.evidence [role=status]')

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espalier-evidence-'))
    server = await startStudio()
    browser = await launchChromium([`--user-data-dir=${join(folder, 'profile')}`])
    tab = await StudioTab.open(browser, server.url)
    await tab.drop('data/pima.arff')
    await tab.sees('768 rows, 9 columns')
    await tab.unfold('Change what is tried')
    await tab.fill('Configurations to try (trials)', String(TRIALS))
    await tab.fill('Trainings of each (repeats)', '3')
    await tab.fill('Passes through the rows (epochs)', '12')
    await tab.choose('Computed on', 'wasm')
    await tab.sees(`${3 * TRIALS} trainings of at most 12 epochs`)
    await tab.press('Run the study')
    await tab.page.waitForFunction(() => document.querySelector('.status')?.textContent === 'Finished', { timeout: 300_000 })
    // By the keyboard: charts are still being drawn above it, so a pointer would miss it.
    await tab.page.focus('a[href^="#evidence"]')
    await tab.page.keyboard.press('Enter')
    await tab.page.waitForSelector('.evidence .chart-box canvas')
  }, 600_000)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('shows all trials, which way each setting points, and two settings together', async () => {
    await tab.page.waitForFunction(() => document.querySelectorAll('.evidence .chart-box canvas').length === 3)
    expect(await inside()).toBe(`${TRIALS} trials; the best 12 are listed`)
    await tab.sees('Rank correlation with Accuracy')
    expect(await tab.page.$$eval('.signed', (rows) => rows.length)).toBeGreaterThan(5)
    expect(await tab.violations()).toEqual([])
  })

  it('looks in every chart at what is dragged over in one, and at all again', async () => {
    const boxes = await tab.page.$$('.evidence .chart-box')
    await boxes[1]?.scrollIntoView()
    const box = await boxes[1]?.boundingBox()
    if (!box) throw new Error('there is no scatter plot')
    const { mouse } = tab.page
    await mouse.move(box.x + 66, box.y + 22)
    await mouse.down()
    await mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 })
    await mouse.up()
    await tab.page.waitForFunction(() => document.querySelector('.evidence [role=status]')?.textContent?.includes('are inside'))
    expect(Number.parseInt(await inside(), 10)).toBeLessThan(TRIALS)
    await tab.press('Look at all again')
    await tab.page.waitForFunction(() => !document.querySelector('.evidence [role=status]')?.textContent?.includes('are inside'))
  })

  it('looks at some trials only, by keys alone', async () => {
    await tab.page.focus('.evidence summary')
    await tab.page.keyboard.press('Enter')
    await tab.choose('Optimizer', '0')
    await tab.page.waitForFunction(() => document.querySelector('.evidence [role=status]')?.textContent?.includes('are inside'))
    const optimizers = await tab.page.$$eval('section[aria-label="Trials that are looked at"] tbody tr', (rows) =>
      rows.map((row) => row.children[7]?.textContent),
    )
    expect(new Set(optimizers).size).toBe(1)
    expect(Number.parseInt(await inside(), 10)).toBe(optimizers.length)
    await tab.choose('Optimizer', '')
  })

  it('marks what is pointed at, with no long task', async () => {
    const ended = await tab.watchThread()
    for (const row of (await tab.page.$$('section[aria-label="Trials that are looked at"] tbody tr')).slice(0, 6)) await row.hover()
    await tab.page.waitForFunction(() => document.querySelectorAll('.evidence tr.best').length === 1)
    const tasks = (await ended()).sort((a, b) => b - a)
    console.log(
      `longest tasks while pointing, by the processor's time: ${tasks
        .slice(0, 3)
        .map((ms) => ms.toFixed(1))
        .join(', ')} ms`,
    )
    expect(tasks[0]).toBeLessThan(50)
  })

  it('has a page for every trial, with the rows that its network gets wrong', async () => {
    await tab.press('trial 3', 'link')
    await tab.sees('Its 3 repeats, each with another seed')
    await tab.press('Look at the rows')
    await tab.sees('of 154 test rows are answered wrong')
    await tab.page.waitForSelector('.chart-box canvas')
    expect(await tab.violations()).toEqual([])
    expect(await tab.overflow(...WIDTHS)).toEqual([0, 0, 0])
  })

  it('puts two trials side by side, and says whether one is better for real', async () => {
    await tab.press('All its trials', 'link')
    await tab.page.waitForSelector('section[aria-label="Trials that are looked at"] tbody tr:nth-child(12)')
    for (const row of [1, 12]) await tab.page.click(`section[aria-label="Trials that are looked at"] tbody tr:nth-child(${row}) input`)
    await tab.page.click('.evidence a.primary')
    await tab.page.waitForFunction(() => /for real than|inside the noise/.test(document.querySelector('.notice')?.textContent ?? ''))
    await tab.sees('Student’s paired t-test over the same seeds and rows, 3 and 3 repeats')
    expect(await tab.violations()).toEqual([])
  })

  it('fits windows of every width, light and dark', async () => {
    await tab.press('All its trials', 'link')
    await tab.page.waitForFunction(() => document.querySelectorAll('.evidence .chart-box canvas').length === 3)
    expect(await tab.overflow(...WIDTHS)).toEqual([0, 0, 0])
    await tab.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
    expect(await tab.violations()).toEqual([])
    expect(tab.problems).toEqual([])
  })
})
