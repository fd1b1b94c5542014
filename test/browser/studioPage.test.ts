import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { type StudioProcess, StudioTab, startStudio } from '../support/studio.ts'

// It trains for real, and other programs may be running.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })

const TRIALS = 14
const WIDTHS = [390, 1280, 1800]
/** What no task of the page may take while networks train, in milliseconds. */
const LONGEST = 50
/** Long enough to be paused and reloaded in the middle; one picture takes seconds, so a study that is photographed lasts longer. */
const EPOCHS = process.env.ESPALIER_SCREENSHOTS === undefined ? 500 : 3000

/** The whole way of a person through the page, from a file to what can be taken away. */
describeInBrowser('the page of the studio, on WebAssembly', () => {
  let server: StudioProcess
  let browser: Browser
  let folder: string
  let tab: StudioTab

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espalier-studio-'))
    server = await startStudio()
    browser = await launchChromium([`--user-data-dir=${join(folder, 'profile')}`])
    tab = await StudioTab.open(browser, server.url, join(folder, 'downloads'))
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('begins with a page that anybody can use', async () => {
    await tab.sees('Drop a file or a folder here')
    expect(await tab.violations()).toEqual([])
    expect(await tab.overflow(...WIDTHS)).toEqual([0, 0, 0])
  })

  it('reads a file that is dropped, says what is in it, and proposes a study', async () => {
    await tab.drop('data/pima.arff')
    await tab.sees('768 rows, 9 columns')
    await tab.sees('500 rows, 65 %')
    // Learning by itself is another test's; the study has the processor.
    await tab.press('Stop')
    await tab.unfold('Change what is tried')
    await tab.sees('614 rows, judged on 154 others')
    expect(await tab.violations()).toEqual([])
    expect(await tab.overflow(...WIDTHS)).toEqual([0, 0, 0])
    await tab.photograph('before')
  })

  it('says what is wrong with a bad file and what to do, and loses nothing', async () => {
    const path = join(folder, 'bad.csv')
    await writeFile(path, '')
    await tab.drop(path)
    await tab.sees('bad.csv: it is empty')
    await tab.sees('is still here, as it was')
    await tab.sees('768 rows, 9 columns')
    expect(await tab.violations()).toEqual([])
  })

  it('says at once what a setting may not be, and does not run until it is mended', async () => {
    await tab.fill('Configurations to try (trials)', 'many')
    await tab.sees('This must be a number.')
    await tab.press('Run the study')
    await tab.sees('A field holds what it may not: mend it, and run then.')
    await tab.fill('Configurations to try (trials)', String(TRIALS))
    await tab.fill('Trainings of each (repeats)', '2')
    await tab.fill('Passes through the rows (epochs)', String(EPOCHS))
    await tab.choose('Computed on', 'wasm')
    await tab.sees(`${2 * TRIALS} trainings of at most ${EPOCHS.toLocaleString('en')} epochs`)
  })

  it('runs the study, telling how far it is, while no task of the page keeps it from answering', async () => {
    await tab.longTasks()
    const ended = await tab.watchThread()
    await tab.press('Run the study')
    await tab.sees(`of ${TRIALS} trials finished`)
    expect(await tab.text('.status')).toBe('Running')
    await tab.page.waitForFunction(() => /^[3-9] of/.test(document.querySelector('.running-head .hint')?.textContent ?? ''))
    expect(await tab.page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    await tab.photograph('during')
    await tab.press('Pause')
    await tab.sees('Paused')
    const tasks = (await ended()).sort((a, b) => b - a)
    console.log(`the page's longest tasks, by the processor's time: ${tasks.slice(0, 3).map(Math.round).join(', ')} ms`)
    console.log(`tasks above 50 ms, waiting for the processor included: ${(await tab.longTasks()).map(Math.round).join(', ') || 'none'}`)
    expect(tasks.length).toBeGreaterThan(50)
    expect(tasks[0]).toBeLessThan(LONGEST)
  })

  it('stays paused, also over a reload, until it is told to go on', async () => {
    const before = await tab.text('.running-head .hint')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(await tab.text('.running-head .hint')).toBe(before)
    await tab.page.reload()
    await tab.sees('Paused')
    await tab.sees(`of ${TRIALS} trials finished`)
    expect(await tab.violations()).toEqual([])
    await tab.press('Go on')
    await tab.sees('Running')
    expect(await tab.violations()).toEqual([])
  })

  it('goes on by itself after a reload in the middle, and is watched in another tab meanwhile', async () => {
    await tab.page.reload()
    const words = new Set<string>()
    for (const end = performance.now() + 3000; performance.now() < end; await new Promise((resolve) => setTimeout(resolve, 50)))
      words.add((await tab.page.evaluate(() => document.querySelector('.status')?.textContent)) ?? '')
    expect([...words].filter((word) => !['', 'Waiting to run', 'Running', 'Finished'].includes(word))).toEqual([])
    await tab.sees(`of ${TRIALS} trials finished`)
    const other = await StudioTab.open(browser, tab.page.url())
    await other.page.waitForFunction(() => /Running in another tab|Finished/.test(document.querySelector('.status')?.textContent ?? ''))
    if ((await other.text('.status')) !== 'Finished') expect(await other.violations()).toEqual([])
    await other.page.close()
    expect(other.problems).toEqual([])
    await tab.page.waitForFunction(() => document.querySelector('.status')?.textContent === 'Finished', { timeout: 300_000 })
    await tab.sees(`${TRIALS} of ${TRIALS} trials finished`)
    await tab.hasTrials(TRIALS)
  })

  it('says in words what matters and how sure that is, and draws every chart, each with a description', async () => {
    await tab.sees('matters most here')
    const views = ['importance', 'convergence', 'curves', 'confusion', 'calibration', 'parallel', 'rungs']
    await tab.page.waitForFunction(
      (wanted) => wanted.every((view) => document.querySelector(`[data-view=${view}] svg.chart`) !== null),
      {},
      views,
    )
    const unnamed = await tab.page.$$eval(
      'svg.chart',
      (charts) =>
        charts.filter((chart) => {
          const ids = chart.getAttribute('aria-labelledby')?.split(' ') ?? []
          return chart.getAttribute('role') !== 'img' || ids.length !== 2 || ids.some((id) => !document.getElementById(id)?.textContent)
        }).length,
    )
    expect(unnamed).toBe(0)
    expect(await tab.overflow(...WIDTHS)).toEqual([0, 0, 0])
    await tab.photograph('after')
    for (const theme of ['light', 'dark']) {
      await tab.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
      expect(await tab.violations()).toEqual([])
    }
    await tab.page.emulateMediaFeatures([])
  })

  it('sorts and filters the trials, by keys alone', async () => {
    await tab.page.focus('section[aria-label="Table of trials"] th:nth-child(3) button')
    await tab.page.keyboard.press('Enter')
    const sorted = await tab.trials()
    expect(sorted[0]?.[0]).toMatch(/best$/)
    const values = sorted.map(([, , value = '']) => Number.parseFloat(value))
    expect(values).toEqual([...values].sort((a, b) => b - a))
    expect(await tab.page.$eval('th[aria-sort]', (cell) => [cell.ariaSort, cell.textContent])).toEqual(['descending', 'Accuracy▼'])
    const optimizer = sorted[0]?.[7] ?? ''
    await tab.page.type('input[type=search]', optimizer)
    const found = await tab.trials()
    expect(found.length).toBeLessThan(TRIALS)
    expect(found).toEqual(sorted.filter((row) => row[7] === optimizer))
    await tab.sees(`${found.length} of ${TRIALS} trials`)
  })

  it('gives the results away in every form', async () => {
    const save = (name: string) => tab.save(name, join(folder, 'downloads'))
    const report = await save('Report: a page with all tables and charts (HTML)')
    expect(report.name).toMatch(/\.html$/)
    expect(report.content.toString()).toContain('<svg class="chart"')
    const csv = await save('Table: the trials, for spreadsheets (CSV)')
    expect(csv.content.toString().trim().split('\n')).toHaveLength(TRIALS + 1)
    const journal = await save('Journal: every step, which Optuna reads')
    for (const line of journal.content.toString().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('op_code')
    const model = await save('Best network: its weights (safetensors)')
    expect(model.content.subarray(8, 9).toString()).toBe('{')
    const program = await save('Program: the same study in JavaScript, for Node')
    expect(program.content.toString()).toContain("from 'espalier'")
  })

  it('is set up again by its link; a browser that has not seen the data says which file it needs', async () => {
    const link = await tab.page.$eval('input[readonly]', (input) => input.value)
    const same = await StudioTab.open(browser, link)
    await same.sees(`${2 * TRIALS} trainings of at most ${EPOCHS.toLocaleString('en')} epochs`)
    await same.page.close()
    const context = await browser.createBrowserContext()
    const other = await StudioTab.open(context, link)
    await other.sees('pima.arff')
    expect(await other.text('[role=alert]')).toMatch(/pima\.arff/)
    await context.close()
  })

  it('replays a published study by one click, ends it before its time, and forgets it', async () => {
    await tab.press('New study', 'link')
    await tab.sees('Replay a published study')
    await tab.press('Replay the Pima study')
    await tab.sees('Pima, replayed')
    await tab.page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0)
    await tab.press('End now')
    await tab.sees('Ended early')
    expect(await tab.violations()).toEqual([])
    await tab.press('New study', 'link')
    await tab.press('Delete Pima, replayed')
    await tab.sees('Delete this study?')
    await tab.press('Delete for good')
    await tab.page.waitForFunction(() => !document.body.innerText.includes('Pima, replayed'))
    await tab.sees('pima.arff by tpe')
  })

  it('has said nothing on the console, and asked nobody but its own server for anything', () => {
    expect(tab.problems).toEqual([])
  })
})
