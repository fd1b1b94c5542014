import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { type StudioProcess, StudioTab, startStudio } from '../support/studio.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const WIDTHS = [390, 1280, 1800]
/** What no task of the page may take while networks train, in milliseconds of the processor. */
const LONGEST = 50

/** Play mode as a class uses it. */
describeInBrowser('play mode of the studio', () => {
  let server: StudioProcess
  let browser: Browser
  let tab: StudioTab

  const epochs = async (): Promise<number> => Number.parseInt((await tab.text('.epoch')).replace('epoch ', ''), 10)
  const after = (epoch: number) =>
    tab.page.waitForFunction(
      (wanted) => Number.parseInt((document.querySelector('.epoch')?.textContent ?? '').replace('epoch ', ''), 10) >= wanted,
      { polling: 50 },
      epoch,
    )
  /** A link within the page. */
  const go = (hash: string): Promise<void> =>
    tab.page.evaluate((to) => {
      location.hash = to
    }, hash)

  beforeAll(async () => {
    server = await startStudio()
    browser = await launchChromium()
    tab = await StudioTab.open(browser, `${server.url}#play`)
    await tab.page.waitForSelector('.epoch')
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it('trains 16 networks at once and draws them, without a task of the page that keeps it from answering', async () => {
    await after(20)
    const from = await epochs()
    const ended = await tab.watchThread()
    await after(from + 100)
    const tasks = (await ended()).sort((a, b) => b - a)
    const frames = (await epochs()) - from
    const each = tasks.reduce((sum, task) => sum + task, 0) / frames
    console.log(`${await tab.text('.epoch')}; a frame takes ${each.toFixed(1)} ms of the page's processor`)
    console.log(
      `the page's longest tasks, by the processor's time: ${tasks
        .slice(0, 3)
        .map((ms) => ms.toFixed(1))
        .join(', ')} ms`,
    )
    expect(await tab.page.$$eval('.tile canvas', (tiles) => tiles.length)).toBe(16)
    expect(tasks.length).toBeGreaterThan(50)
    expect(tasks[0]).toBeLessThan(LONGEST)
    expect(each).toBeLessThan(1000 / 60)
  })

  it('says what they say together', async () => {
    await after(60)
    await tab.sees('of 16 seeds reach 95\u00a0% on points they never saw')
    await tab.sees('would (95\u00a0% sure)')
    await tab.sees('are in the better half now')
    await tab.photograph('play', StudioTab.few)
  })

  it('pauses, steps, and looks at another network, by keys alone', async () => {
    await tab.page.focus('.play-head .primary')
    await tab.page.keyboard.press('Enter')
    await tab.sees('Train')
    await new Promise((resolve) => setTimeout(resolve, 400))
    const before = await epochs()
    await tab.press('One epoch')
    await after(before + 1)
    expect(await epochs()).toBe(before + 1)
    await tab.page.focus('.tile[aria-pressed=false]')
    await tab.page.keyboard.press('Space')
    await tab.page.waitForFunction(() => document.querySelectorAll('.tile')[1]?.ariaPressed === 'true')
  })

  it('takes points of your own, by clicks and by keys', async () => {
    await tab.press('Clear the plane')
    await tab.sees('Set at least four points')
    for (const [x, y] of [
      [0.2, 0.2],
      [0.8, 0.8],
    ] as const)
      await click(x, y)
    await tab.page.keyboard.down('Shift')
    for (const [x, y] of [
      [0.2, 0.8],
      [0.8, 0.2],
    ] as const)
      await click(x, y)
    await tab.page.keyboard.up('Shift')
    await tab.page.waitForFunction(() => !document.body.innerText.includes('Set at least four points'))
    await tab.page.focus('.square')
    for (const key of ['ArrowLeft', 'ArrowUp', 'Space'] as const) await tab.page.keyboard.press(key)
    const link = (): string => new URLSearchParams(tab.page.url().split('?')[1]).get('own') ?? ''
    // The browser tells its address a moment later.
    await expect.poll(link).toHaveLength(5 * 3)
    await tab.page.keyboard.press('Delete')
    await expect.poll(link).toHaveLength(4 * 3)
  })

  it('opens in the state of a lesson, beside what the replayed study measured', async () => {
    await tab.press('Why sigmoid learns slowly', 'link')
    await tab.press('Train')
    await tab.sees('Worse for real: sigmoid')
    await tab.page.evaluate(() => document.querySelector<HTMLDetailsElement>('.lesson details')?.setAttribute('open', ''))
    await tab.page.waitForFunction(() => document.querySelectorAll('.lesson .chart-box canvas').length === 2)
    expect(await tab.violations()).toEqual([])
  })

  it('says what is wrong with a link, and plays all the same', async () => {
    await go('#play?layers=9')
    await tab.sees('layers is 9; it must be a whole number from 0 to 4')
    await after(5)
  })

  it('can be used by anybody, in windows of every width, light and dark', async () => {
    await go('#play?vary=batchSize&points=spiral')
    await tab.sees('batches of 64: 0 of 4')
    for (const theme of ['light', 'dark']) {
      await tab.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
      expect(await tab.violations()).toEqual([])
    }
    expect(await tab.overflow(...WIDTHS)).toEqual([0, 0, 0])
    await tab.press('Back to the studio', 'link')
    await tab.sees('Drop a file or a folder here')
    expect(tab.problems).toEqual([])
  })

  async function click(x: number, y: number): Promise<void> {
    const plane = await tab.page.$('.square')
    await plane?.scrollIntoView()
    const box = await plane?.boundingBox()
    if (!box) throw new Error('there is no plane')
    await tab.page.mouse.click(box.x + x * box.width, box.y + y * box.height)
  }
})
