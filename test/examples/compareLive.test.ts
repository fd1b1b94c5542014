import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import type { StudioTab } from '../support/studio.ts'
import { flaws, installExample, openTab, serveBuilt, startDevServer } from './support.ts'

/** What no task of the page may take while networks train, in milliseconds of the processor. */
const LONGEST = 100

describeInBrowser('examples/compare-live', () => {
  let app: Awaited<ReturnType<typeof installExample>>
  let server: Awaited<ReturnType<typeof serveBuilt>>
  let browser: Browser
  let files: string
  let tab: StudioTab

  beforeAll(async () => {
    files = await mkdtemp(join(tmpdir(), 'espalier-files-'))
    app = await installExample('compare-live')
    server = await serveBuilt(app.path)
    browser = await launchChromium()
    tab = await openTab(browser, server.url)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await app?.remove()
    await rm(files, { recursive: true, force: true })
  })

  const rows = () => tab.page.$$eval('#table tr', (all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')))
  const tick = (name: string) => tab.press(name, 'checkbox')

  it('trains all combinations with all seeds while their curves grow, and the page stays free', async () => {
    await tab.sees('768 rows')
    await tab.fill('Passes through the rows (epochs)', '200')
    const ended = await tab.watchThread()
    await tab.press('Compare')
    await tab.sees('Training 72 networks')
    await tab.page.waitForFunction(() => {
      const bar = document.querySelector('progress')
      return bar !== null && bar.value > 0 && bar.value < bar.max && document.querySelectorAll('#curves path[d]').length > 6
    })
    await tab.sees('72 networks, 200 epochs each, took')
    const tasks = (await ended()).sort((a, b) => b - a)
    console.log(`compare-live: the page's longest tasks, by the processor's time: ${tasks.slice(0, 3).map(Math.round).join(', ')} ms`)
    expect(tasks.length).toBeGreaterThan(50)
    expect(tasks[0]).toBeLessThan(LONGEST)
  })

  it('says which differences are real, by a corrected p of every combination against the best', async () => {
    const [head, best, ...others] = await rows()
    expect(head).toEqual(['Combination', 'Test loss', 'Difference', 'p, corrected', 'Verdict'])
    expect(best?.at(-1)).toBe('the best')
    expect(others).toHaveLength(5)
    const mean = (row: readonly string[] | undefined) => Number.parseFloat(row?.[1] ?? '')
    console.log(`compare-live: best ${best?.[0]} with a test loss of ${mean(best)}`)
    expect(mean(best)).toBeLessThan(0.5)
    for (const [name, , , p = '', verdict] of others) {
      const value = Number.parseFloat(p.replace('< ', ''))
      expect(verdict, name).toBe(value < 0.05 ? 'worse' : 'within the noise')
    }
    const real = others.filter((row) => row.at(-1) === 'worse').length
    // Adam at this rate learns the training rows by heart: no luck makes that good.
    expect(real).toBeGreaterThanOrEqual(3)
    await tab.sees(`${best?.[0]} is best after 200 epochs. Worse for real: ${real} of the 5 others.`)
    expect(await flaws(tab)).toEqual([])
  })

  it('judges by accuracy as well, without training again', async () => {
    await tab.choose('Judged by', 'testAccuracy')
    const [head, best] = await rows()
    expect(head?.[1]).toBe('Test accuracy')
    expect(Number.parseFloat(best?.[1] ?? '')).toBeGreaterThan(0.72)
    await tab.choose('Judged by', 'testLoss')
  })

  it('stops when told, and compares what there is', async () => {
    await tab.fill('Passes through the rows (epochs)', '5000')
    await tab.press('Compare')
    await tab.page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 3)
    await tab.press('Stop')
    await tab.sees('72 networks,')
    const epochs = Number(/networks, (\d+) epochs/.exec(await tab.text('#status'))?.[1])
    expect(epochs).toBeGreaterThan(3)
    expect(epochs).toBeLessThan(5000)
    await tab.sees(`is best after ${epochs} epochs`)
    await tab.fill('Passes through the rows (epochs)', '5')
  })

  it('says when there are too few seeds to prove anything', async () => {
    await tab.fill('Seeds of each combination', '4')
    await tab.press('Compare')
    await tab.sees('So few seeds can prove nothing: it takes 8 for a p below 0.05 among so many.')
    expect((await rows()).slice(2).map((row) => row.at(-1))).toEqual(Array(5).fill('within the noise'))
  })

  it('says what is wrong with what was asked for', async () => {
    for (const [seeds, message] of [
      ['0', 'Seeds: "0" is no whole number from 2 to 100.'],
      ['a few', 'Seeds: "a few" is no whole number'],
    ] as const) {
      await tab.fill('Seeds of each combination', seeds)
      await tab.press('Compare')
      await tab.sees(message)
    }
    await tab.fill('Seeds of each combination', '6')
    await tick('0.01')
    await tab.press('Compare')
    await tab.sees('Learning rate: choose at least one value.')
    for (const rate of ['0.01', '0.1', '0.001']) await tick(rate)
    await tab.press('Compare')
    await tab.sees('These are 18 combinations. Choose fewer values, for 12 at most.')
    expect(await flaws(tab)).toEqual([])
  })

  it.each([
    ['a line that is too short', 'a,b,class\n1,2,yes\n3,no\n', 'bad.csv: line 3 has 2 fields'],
    ['a column of one class', 'a,class\n1,yes\n2,yes\n3,yes\n', 'bad.csv: column "class" has 1 class (yes)'],
  ])('says what is wrong with %s, and keeps what was there', async (_what, text, message) => {
    await writeFile(join(files, 'bad.csv'), text)
    await tab.drop(join(files, 'bad.csv'))
    await tab.sees(message)
    await tab.sees('768 rows')
  })

  it('has said nothing on the console, and asked nobody but its own server for anything', () => {
    expect(tab.problems).toEqual([])
  })

  it('does the same on Vite’s own server, by npm start', async () => {
    const dev = await startDevServer(app.path)
    try {
      const page = await openTab(browser, dev.url)
      await page.sees('768 rows')
      await page.fill('Passes through the rows (epochs)', '5')
      await page.press('Compare')
      await page.sees('72 networks, 5 epochs each')
      await page.sees('is best after 5 epochs')
      await page.page.close()
    } finally {
      await dev.close()
    }
  })
})
