import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { drawn, stripes, writeFolder } from '../support/pictures.ts'
import { type StudioProcess, StudioTab, startStudio } from '../support/studio.ts'

// It learns for real, and other programs may be running.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 })

const WIDTHS = [390, 1280, 1800]
const TRIALS = 12

/** Every state that the page can be in: usable by anybody, and no wider than its window. */
describeInBrowser('every state of the studio', () => {
  let server: StudioProcess
  let browser: Browser
  let folder: string
  let tab: StudioTab

  /** What is wrong with the page as it stands, light and dark, on a phone and on a desk. */
  const faults = async (): Promise<string[]> => {
    const found: string[] = []
    for (const theme of ['light', 'dark']) {
      await tab.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
      for (const width of [390, 1280]) {
        await tab.page.setViewport({ width, height: 900 })
        for (const one of await tab.violations()) found.push(`${theme}, ${width} px: ${one}`)
      }
    }
    await tab.page.emulateMediaFeatures([])
    for (const [i, over] of (await tab.overflow(...WIDTHS)).entries()) if (over > 0) found.push(`${over} px wider than ${WIDTHS[i]} px`)
    return [...new Set(found)]
  }
  const state = (words: string) =>
    tab.page.waitForFunction(
      (wanted) => new RegExp(`^(${wanted})$`).test(document.querySelector('.answer-head .state')?.textContent ?? ''),
      { polling: 50, timeout: 60_000 },
      words,
    )
  const status = (word: string) =>
    tab.page.waitForFunction((wanted) => document.querySelector('.status')?.textContent === wanted, { polling: 50, timeout: 120_000 }, word)
  const go = (hash: string) =>
    tab.page.evaluate((to) => {
      location.hash = to
    }, hash)
  const dropText = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    await tab.drop(join(folder, name))
  }
  /** Lets the engine stand still, so that what does not last can be looked at. @returns what lets it go on */
  const halt = async (): Promise<() => Promise<void>> => {
    const engine = tab.page.workers().find((worker) => worker.url().endsWith('engine.js'))
    if (engine === undefined) throw new Error('the engine does not run')
    await engine.client.send('Debugger.enable')
    await engine.client.send('Debugger.pause')
    return async () => {
      await engine.client.send('Debugger.resume')
      await engine.client.send('Debugger.disable')
    }
  }
  const setUp = async (epochs: number) => {
    await tab.unfold('Change what is tried')
    await tab.fill('Configurations to try (trials)', String(TRIALS))
    await tab.fill('Trainings of each (repeats)', '2')
    await tab.fill('Passes through the rows (epochs)', String(epochs))
    await tab.choose('Computed on', 'wasm')
    await tab.sees(`${2 * TRIALS} trainings of at most ${epochs.toLocaleString('en')} epochs`)
  }
  /** The address of the study that is shown. */
  const evidenceOf = () => tab.page.$eval('a[href^="#evidence"]', (link) => link.getAttribute('href') ?? '')

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espalier-states-'))
    server = await startStudio()
    browser = await launchChromium()
    tab = await StudioTab.open(browser, server.url, join(folder, 'downloads'))
    await tab.sees('Drop a file or a folder here')
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('home, with nothing on it, and with a file that cannot be read', async () => {
    expect(await faults()).toEqual([])
    await dropText('bad.csv', '')
    await tab.sees('bad.csv: it is empty')
    expect(await faults()).toEqual([])
  })

  it('reading a file, and learning from it', async () => {
    let goOn = await halt()
    await tab.drop('data/pima.arff')
    await tab.sees('Reading')
    expect(await faults()).toEqual([])
    await goOn()
    await tab.sees('right on rows it never saw')
    goOn = await halt()
    expect(await tab.text('.answer-head .state')).toBe('Learning')
    expect(await faults()).toEqual([])
    await goOn()
  })

  it('stopped, a bad file beside it, and every part unfolded', async () => {
    await tab.press('Stop')
    await state('Stopped|Done')
    expect(await faults()).toEqual([])
    await dropText('bad.csv', '')
    await tab.sees('is still here, as it was')
    for (const title of ['How the file is read', 'The first ', 'Show the evidence', 'Take it with you']) await tab.unfold(title)
    await tab.sees('Balanced accuracy')
    await tab.press('Link: holds the answer, where it fits')
    await tab.sees('Link to what was found')
    expect(await faults()).toEqual([])
  })

  it('done, outside what was seen', async () => {
    await tab.choose('Time to learn', '5')
    await state('Done')
    await tab.page.focus('input[type=range]')
    await tab.page.keyboard.press('End')
    await tab.sees('Outside what was seen')
    expect(await faults()).toEqual([])
  })

  it('a form that is right, and one that is not', async () => {
    await setUp(12)
    expect(await faults()).toEqual([])
    await tab.fill('Configurations to try (trials)', 'many')
    await tab.press('Run the study')
    await tab.sees('A field holds what it may not: mend it, and run then.')
    expect(await faults()).toEqual([])
  })

  it('numbers, words and dates, and nothing that could be learned', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, i) => `2024-0${1 + (i % 9)}-11,${['Bonn', 'Kiel', 'Ulm'][i % 3]},${i * 3},${i * 2 + (i % 3)}`,
    )
    await dropText('four.csv', `day,town,area,price\n${rows.join('\n')}\n`)
    await tab.sees('of “price” on average, on rows it never saw')
    await state('Done')
    await tab.unfold('Show the evidence')
    expect(await faults()).toEqual([])
    await dropText('few.csv', 'height;girth;label\n1,25;0,31;no\n2,75;1,02;yes\n1,31;0,77;no\n2,68;0,15;yes\n')
    await state('Nothing was learned')
    expect(await faults()).toEqual([])
  })

  it('a study that runs, is paused, and is done', async () => {
    await tab.drop('data/pima.arff')
    await tab.sees('768 rows, 9 columns')
    await tab.press('Stop')
    await state('Stopped|Done')
    await setUp(400)
    await tab.press('Run the study')
    await tab.page.waitForFunction(() => /^[1-9] of/.test(document.querySelector('.running-head .hint')?.textContent ?? ''))
    const goOn = await halt()
    expect(await tab.text('.status')).toBe('Running')
    expect(await faults()).toEqual([])
    await goOn()
    await tab.press('Pause')
    await status('Paused')
    expect(await faults()).toEqual([])
    await tab.press('Go on')
    await status('Finished')
    await tab.page.waitForFunction(() => document.querySelector('[data-view=importance] svg.chart') !== null)
    expect(await faults()).toEqual([])
    await tab.press('Name')
    await tab.fill('Name', ' ')
    await tab.sees('A name is needed.')
    expect(await faults()).toEqual([])
    await tab.press('Leave it')
    await tab.press('Link: holds the study with its trials, where it fits')
    // With so many epochs it may not.
    await tab.page.waitForFunction(() => /Link to what was found|would take more than/.test(document.body.innerText), { polling: 100 })
    expect(await faults()).toEqual([])
  })

  it('its evidence, a trial with its rows, and two trials', async () => {
    const evidence = await evidenceOf()
    await go(evidence)
    await tab.page.waitForFunction(() => document.querySelectorAll('.evidence .chart-box:has(canvas)').length === 3)
    await tab.unfold('Look at some trials only')
    await tab.choose('Optimizer', '0')
    await tab.sees('are inside')
    expect(await faults()).toEqual([])
    await tab.press('Look at all again')
    for (const row of [1, TRIALS]) await tab.page.click(`section[aria-label="Trials that are looked at"] tbody tr:nth-child(${row}) input`)
    await tab.page.click('.evidence a.primary')
    await tab.page.waitForFunction(() => /for real than|inside the noise/.test(document.querySelector('.notice')?.textContent ?? ''))
    expect(await faults()).toEqual([])
    await tab.press('All its trials', 'link')
    await tab.press('trial 3', 'link')
    await tab.press('Look at the rows')
    await tab.sees('of 154 test rows are answered wrong')
    expect(await faults()).toEqual([])
  })

  it('a journal of Optuna’s, its evidence, and two studies side by side', async () => {
    const lines = (await readFile('test/golden/optuna-constraints.journal', 'utf8')).split('\n')
    await go('#new')
    await dropText('optuna.log', lines.filter((line) => /"study_id":0|"study_name":"list"|"trial_id":(\d|1[01])\b/.test(line)).join('\n'))
    await status('Finished')
    await tab.sees('How the best improved')
    expect(await faults()).toEqual([])
    await go(await evidenceOf())
    const other = await tab.page.waitForSelector('.tools option[value*="-"]')
    await tab.choose('Beside another study', (await other?.evaluate((option) => option.getAttribute('value'))) ?? '')
    await tab.sees('The best of each')
    await tab.page.waitForSelector('.notice')
    expect(await faults()).toEqual([])
  })

  it('a replay under way, and one that was ended', async () => {
    await go('#new')
    await tab.press('Replay the Pima study')
    await tab.page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0)
    const goOn = await halt()
    expect(await faults()).toEqual([])
    await goOn()
    await tab.press('End now')
    await status('Ended early')
    expect(await faults()).toEqual([])
  })

  it('what is kept, with a name of one’s own, and about to be deleted', async () => {
    await go('#new')
    await tab.sees('Your studies and answers')
    await tab.press('Name Pima, replayed')
    await tab.fill('Note', 'what the class found, in a sentence that is longer than a phone is wide, and longer still')
    expect(await faults()).toEqual([])
    await tab.press('Save')
    await tab.sees('longer still')
    expect(await faults()).toEqual([])
    await tab.press('Delete Pima, replayed')
    await tab.sees('Delete this study?')
    expect(await faults()).toEqual([])
    await tab.press('Delete for good')
  })

  it('play mode, with a bad link, and every lesson', async () => {
    await go('#play?layers=9')
    await tab.sees('layers is 9; it must be a whole number from 0 to 4')
    await tab.page.waitForSelector('.epoch')
    expect(await faults()).toEqual([])
    const lessons = await tab.page.$$eval('nav[aria-label=Lessons] a, .lessons a', (links) =>
      links.map((link) => link.getAttribute('href') ?? ''),
    )
    expect(lessons.length).toBeGreaterThan(3)
    for (const lesson of lessons) {
      await go(lesson)
      await tab.page.waitForSelector('.lesson details')
      await tab.page.evaluate(() => document.querySelector<HTMLDetailsElement>('.lesson details')?.setAttribute('open', ''))
      await tab.page.waitForSelector('.lesson .chart-box canvas')
      expect(await faults()).toEqual([])
    }
  })

  it('pictures: being learned, done, and one of yours', async () => {
    const draw = drawn(7)
    await writeFolder(join(folder, 'bars'), ['lying', 'standing'], 30, (label) => stripes(label === 0, draw))
    await go('#new')
    const input = await tab.page.waitForSelector('input[webkitdirectory]')
    await input?.uploadFile(join(folder, 'bars'))
    await tab.sees('% right on pictures it never saw')
    const goOn = await halt()
    expect(await faults()).toEqual([])
    await goOn()
    await state('Done')
    for (const title of ['Show the evidence', 'Take it with you', 'Change what is tried']) await tab.unfold(title)
    await tab.sees('What is taken for what')
    const own = await tab.page.waitForSelector('section[aria-labelledby=try] input[type=file]')
    await own?.uploadFile(join(folder, 'bars', 'lying', '0.bmp'))
    await tab.page.waitForSelector('canvas[aria-label="your picture"]')
    expect(await faults()).toEqual([])
  })

  it('has said nothing on the console', () => {
    expect(tab.problems).toEqual([])
  })
})
