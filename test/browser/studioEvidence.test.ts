import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { drawn } from '../support/pictures.ts'
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
    await tab.page.waitForFunction(() => document.querySelectorAll('.evidence .chart-box:has(canvas)').length === 3)
    expect(await inside()).toBe(`${TRIALS} trials; the best 12 are listed`)
    await tab.sees('Rank correlation with Accuracy')
    expect(await tab.page.$$eval('.signed', (rows) => rows.length)).toBeGreaterThan(5)
    expect(await tab.violations()).toEqual([])
    await tab.photograph('evidence', StudioTab.few)
  })

  it('looks in every chart at what is dragged over in one, and at all again: in windows of other sizes and in other colours as well', async () => {
    const dragged = async (): Promise<number> => {
      const scatter = (await tab.page.$$('.evidence .chart-box'))[1]
      await scatter?.scrollIntoView()
      const box = await scatter?.boundingBox()
      if (!box) throw new Error('there is no scatter plot')
      const { mouse } = tab.page
      await mouse.move(box.x + 90, box.y + 40)
      await mouse.down()
      await mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 })
      await mouse.up()
      await tab.page.waitForFunction(() => document.querySelector('.evidence [role=status]')?.textContent?.includes('are inside'))
      const rows = Number.parseInt(await inside(), 10)
      await tab.press('Look at all again')
      await tab.page.waitForFunction(() => !document.querySelector('.evidence [role=status]')?.textContent?.includes('are inside'))
      return rows
    }
    const first = await dragged()
    expect(first).toBeLessThan(TRIALS)
    // What was dragged over is gone: a drag from the same place is another, and no move of the first.
    expect(await dragged()).toBe(first)
    for (const width of WIDTHS) {
      await tab.page.setViewport({ width, height: 900 })
      expect(await dragged()).toBeLessThan(TRIALS)
    }
    for (const value of ['dark', 'light']) {
      await tab.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }])
      expect(await dragged()).toBeLessThan(TRIALS)
    }
    await tab.page.emulateMediaFeatures([])
    await tab.page.setViewport({ width: 1000, height: 900 })
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

  it('looks at 5,000 trials, and answers while a rectangle or a range is dragged', async () => {
    await writeFile(join(folder, 'many.journal'), manyTrials(5000))
    const many = await StudioTab.open(browser, server.url)
    await many.drop(join(folder, 'many.journal'))
    await many.page.waitForSelector('a[href^="#evidence"]')
    await many.page.focus('a[href^="#evidence"]')
    await many.page.keyboard.press('Enter')
    await many.page.waitForFunction(() => document.querySelectorAll('.evidence .chart-box:has(canvas)').length === 3, { timeout: 90_000 })
    const [parallel, scatter] = await many.page.$$('.evidence .chart-box')
    const drag = async (chart: typeof parallel, from: readonly [number, number], to: readonly [number, number]) => {
      await chart?.scrollIntoView()
      // Until what is drawn piece by piece stands.
      await new Promise((resolve) => setTimeout(resolve, 1500))
      const box = await chart?.boundingBox()
      if (!box) throw new Error('there is no chart')
      const ended = await many.watchThread()
      await many.page.mouse.move(box.x + from[0], box.y + from[1])
      await many.page.mouse.down()
      await many.page.mouse.move(box.x + to[0], box.y + to[1], { steps: 10 })
      await many.page.mouse.up()
      await many.sees('of 5,000 trials are inside')
      await new Promise((resolve) => setTimeout(resolve, 1500))
      const tasks = (await ended()).sort((a, b) => b - a)
      await many.press('Look at all again')
      return tasks.slice(0, 3)
    }
    const rectangle = await drag(scatter, [90, 40], [450, 180])
    const range = await drag(parallel, [50, 120], [50, 220])
    const text = (tasks: readonly number[]): string => tasks.map((ms) => ms.toFixed(1)).join(', ')
    console.log(`longest tasks over 5,000 trials, by the processor's time: a rectangle ${text(rectangle)} ms, a range ${text(range)} ms`)
    // 27 to 43 ms where it was written, and 115 and 319 before marks of a group were one path. 50 ms on a machine that takes three times as long.
    expect(Math.max(...rectangle, ...range)).toBeLessThan(150)
    expect(many.problems).toEqual([])
    await many.page.close()
    // Reading 5,000 trials and growing forests of them takes a busy machine a minute.
  }, 600_000)

  it('fits windows of every width, light and dark', async () => {
    await tab.press('All its trials', 'link')
    await tab.page.waitForFunction(() => document.querySelectorAll('.evidence .chart-box:has(canvas)').length === 3)
    expect(await tab.overflow(...WIDTHS)).toEqual([0, 0, 0])
    await tab.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
    expect(await tab.violations()).toEqual([])
    expect(tab.problems).toEqual([])
  })
})

/** A journal of so many trials over six settings, as Optuna writes it. */
function manyTrials(count: number): string {
  const draw = drawn(7)
  const worker = { worker_id: 'one' }
  const ranges = { learningRate: [1e-4, 1e-1, true], dropout: [0, 0.5, false], l2: [1e-6, 1e-2, true], units: [8, 64, false] } as const
  const choices = { activation: ['relu', 'tanh', 'elu', 'sigmoid'], optimizer: ['adam', 'sgd', 'rmsprop'] }
  const trial = (number: number): object[] => {
    const of = { ...worker, trial_id: number }
    const numbers = Object.entries(ranges).map(([name, [low, high, log]]) => ({
      ...{ op_code: 5, ...of, param_name: name },
      param_value_internal: log ? low * (high / low) ** draw() : low + (high - low) * draw(),
      distribution: JSON.stringify({ name: 'FloatDistribution', attributes: { step: null, low, high, log } }),
    }))
    const words = Object.entries(choices).map(([name, all]) => ({
      ...{ op_code: 5, ...of, param_name: name, param_value_internal: Math.floor(all.length * draw()) },
      distribution: JSON.stringify({ name: 'CategoricalDistribution', attributes: { choices: all } }),
    }))
    return [
      { op_code: 4, ...worker, study_id: 0, datetime_start: '2026-11-29T14:50:31.514259+00:00' },
      ...numbers,
      ...words,
      { op_code: 6, ...of, state: 1, values: [0.7 + 0.1 * draw()], datetime_complete: '2026-11-29T14:50:32.514259+00:00' },
    ]
  }
  const study = { op_code: 0, ...worker, study_name: 'many', directions: [2] }
  return [study, ...Array.from({ length: count }, (_, i) => trial(i)).flat()].map((entry) => JSON.stringify(entry)).join('\n')
}
