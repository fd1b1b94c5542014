import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { type StudioProcess, StudioTab, startStudio } from '../support/studio.ts'

// It learns for real, and other programs may be running.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

/** Of the first study of the journal. */
const TRIALS = 12

/** What is found is kept, named, given away as a link, and taken in from elsewhere. */
describeInBrowser('what the studio keeps and shares', () => {
  let server: StudioProcess
  let browser: Browser
  let folder: string
  let tab: StudioTab

  const short = (of: StudioTab, id: string) => of.text(`section[aria-labelledby=${id}] .short`)
  const link = (of: StudioTab) =>
    of.page
      .waitForSelector('::-p-aria([name="Link to what was found"][role="textbox"])')
      .then((input) => input?.evaluate((own) => (own instanceof HTMLInputElement ? own.value : '')))

  /** As somebody else opens a link: with nothing kept. */
  const opened = async (address: string | undefined): Promise<StudioTab> => {
    const context = await browser.createBrowserContext()
    return StudioTab.open(context, address ?? '')
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espalier-kept-'))
    server = await startStudio()
    browser = await launchChromium()
    tab = await StudioTab.open(browser, server.url, join(folder, 'downloads'))
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('gives an answer away as a link that needs no file', async () => {
    const rows = Array.from({ length: 80 }, (_, i) => `${i},${(i * 37) % 80},${i < 40 ? 'low' : 'high'}`)
    await writeFile(join(folder, 'half.csv'), `a,noise,half\n${rows.join('\n')}\n`)
    await tab.drop(join(folder, 'half.csv'))
    await tab.sees('right on rows it never saw')
    await tab.press('Stop')
    await tab.page.waitForFunction(() => /Stopped|Done/.test(document.querySelector('.answer-head .state')?.textContent ?? ''))
    await tab.unfold('Take it with you')
    await tab.press('Link: holds the answer, where it fits')
    const address = await link(tab)
    expect(address?.length).toBeLessThan(251_000)
    const other = await opened(address)
    await other.sees('half.csv: 80 rows, 3 columns')
    await other.sees('right on rows it never saw')
    expect(await other.violations()).toEqual([])
    expect(other.problems).toEqual([])
    await other.page.browserContext().close()
  })

  it('keeps an answer, by a name and with a note of one’s own, and shows it again without learning', async () => {
    const said = await short(tab, 'help')
    await tab.press('Start over', 'link')
    await tab.sees('what predicts “half”')
    await tab.press('Name half.csv')
    await tab.fill('Name', 'Halves')
    await tab.fill('Note', 'a line is enough')
    await tab.press('Save')
    await tab.sees('a line is enough')
    expect(await tab.violations()).toEqual([])
    await tab.press('Halves', 'link')
    await tab.sees('half.csv: 80 rows, 3 columns')
    expect(await short(tab, 'help')).toBe(said)
    await tab.unfold('Take it with you')
    const card = await tab.save('Model card: what it is, how it was judged, its limits (Markdown)', join(folder, 'downloads'))
    expect(card.content.toString()).toContain('half')
    await tab.press('Start over', 'link')
    await tab.press('Delete Halves')
    await tab.press('Delete for good')
    await tab.page.waitForFunction(() => !document.body.innerText.includes('Halves'))
  })

  it('takes in a journal that Optuna wrote, and gives it on as a link', async () => {
    const lines = (await readFile('test/golden/optuna-constraints.journal', 'utf8')).split('\n')
    await writeFile(
      join(folder, 'optuna.log'),
      lines.filter((line) => /"study_id":0|"study_name":"list"|"trial_id":(\d|1[01])\b/.test(line)).join('\n'),
    )
    await tab.drop(join(folder, 'optuna.log'))
    await tab.sees('Finished')
    await tab.hasTrials(TRIALS)
    await tab.sees('How the best improved')
    await tab.press('Link: holds the study with its trials, where it fits')
    const other = await opened(await link(tab))
    await other.hasTrials(TRIALS)
    expect(await other.trials()).toEqual(await tab.trials())
    await other.page.browserContext().close()
    await tab.press('New study', 'link')
  })

  it('says what to do with a storage that it does not read, and with a link that was cut off', async () => {
    await writeFile(join(folder, 'optuna.db'), 'SQLite format 3\0and so on')
    await tab.drop(join(folder, 'optuna.db'))
    await tab.sees('optuna.copy_study(')
    const other = await opened(`${server.url}#shared=abcd`)
    await other.sees('this link was cut off or changed on its way')
    await other.page.browserContext().close()
    expect(tab.problems).toEqual([])
  })
})
