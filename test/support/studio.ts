// Starts the studio and drives its page.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import axe from 'axe-core'
import type { Browser, BrowserContext, Page } from 'puppeteer-core'
import { watch } from '../browser/watch.ts'

/** A server of the built studio, as `espalier studio` is; whoever starts it closes it. */
export interface StudioProcess {
  readonly url: string
  close(): Promise<void>
}

export async function startStudio(): Promise<StudioProcess> {
  const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
  const child = spawn(process.execPath, [cli, 'studio', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = (await once(child.stdout, 'data')) as [Buffer]
  const close = async (): Promise<void> => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  return { url: printed.toString().trim(), close }
}

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Of the processor, in microseconds. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** A tab with the studio, and what a person does in it. */
export class StudioTab {
  readonly page: Page
  readonly problems: readonly string[]

  private constructor(page: Page, url: string) {
    this.page = page
    this.problems = watch(page, url)
  }

  static async open(browser: Browser | BrowserContext, url: string, downloads?: string): Promise<StudioTab> {
    const page = await browser.newPage()
    await page.setViewport({ width: 1000, height: 900 })
    // The observer is there before the page is; a name of its own, for no type knows it.
    await page.evaluateOnNewDocument(() => {
      const tasks: number[] = []
      Reflect.set(globalThis, 'longTasks', tasks)
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
    })
    if (downloads !== undefined) {
      await mkdir(downloads, { recursive: true })
      const session = await page.createCDPSession()
      await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads })
    }
    const tab = new StudioTab(page, url)
    // A development server bundles first, which takes as long as a busy machine takes: the test's own limit ends it.
    await page.goto(url, { timeout: 0 })
    await page.waitForSelector('main h1')
    return tab
  }

  /** Presses what has this name for a screen reader. */
  async press(name: string, role = 'button'): Promise<void> {
    await this.page.locator(`::-p-aria([name="${name}"][role="${role}"])`).click()
  }

  /** Opens a part of the page that is folded. */
  async unfold(title: string): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => {
        const summary = [...document.querySelectorAll('summary')].find((one) => one.textContent?.includes(wanted))
        const details = summary?.closest('details')
        if (details?.open === false) summary?.click()
        return details?.open === true
      },
      { polling: 100 },
      title,
    )
  }

  /**
   * Types into a field in place of what is there, as a person does. A locator's `fill` empties it without an event, and where the page draws the field before
   * the first letter comes, what was there is back.
   */
  async fill(name: string, text: string): Promise<void> {
    const field = await this.page.waitForSelector(`::-p-aria([name="${name}"][role="textbox"])`)
    await field?.evaluate((element) => {
      if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) throw new Error('this is no field')
      element.focus()
      element.select()
    })
    await this.page.keyboard.press('Backspace')
    await this.page.keyboard.type(text)
  }

  async choose(label: string, value: string): Promise<void> {
    const select = await this.page.waitForSelector(`::-p-aria([name="${label}"][role="combobox"])`)
    await select?.select(value)
  }

  async drop(...paths: string[]): Promise<void> {
    const input = await this.page.waitForSelector('input[type=file]')
    await input?.uploadFile(...paths)
  }

  /** Until the page says this somewhere. */
  async sees(text: string, timeout = 60_000): Promise<void> {
    await this.page.waitForFunction((wanted) => document.body.innerText.includes(wanted), { timeout, polling: 100 }, text)
  }

  text(selector: string): Promise<string> {
    return this.page.$eval(selector, (element) => element.textContent ?? '')
  }

  /** Until the table of trials has so many rows. */
  async hasTrials(count: number): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => document.querySelectorAll('section[aria-label="Table of trials"] tbody tr').length === wanted,
      { timeout: 120_000, polling: 100 },
      count,
    )
  }

  /** The table of trials as it is shown: a text a cell. */
  trials(): Promise<string[][]> {
    return this.page.$$eval('section[aria-label="Table of trials"] tbody tr', (rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
    )
  }

  /** Milliseconds of the tasks above 50 ms, waiting for the processor included, since this was asked last. */
  longTasks(): Promise<number[]> {
    return this.page.evaluate(() => (Reflect.get(globalThis, 'longTasks') as number[]).splice(0))
  }

  /** Begins to note what the page's own thread does. @returns a function that ends it, and answers the processor's milliseconds of every task */
  async watchThread(): Promise<() => Promise<number[]>> {
    await this.page.tracing.start({ categories: ['toplevel', 'devtools.timeline'] })
    return async () => {
      const trace = (await this.page.tracing.stop()) ?? new Uint8Array()
      const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse(new TextDecoder().decode(trace))
      const pages = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      const isOfPage = ({ pid, tid }: TraceEvent): boolean => pages.some((thread) => thread.pid === pid && thread.tid === tid)
      return traceEvents.flatMap((event) => (event.name.endsWith('RunTask') && isOfPage(event) ? [(event.tdur ?? 0) / 1000] : []))
    }
  }

  /** Of what is shown less often. */
  static readonly few = /390-light|1280-light|1800-dark/

  /** How much wider the page is than windows of these widths. */
  async overflow(...widths: number[]): Promise<number[]> {
    const found: number[] = []
    for (const width of widths) {
      await this.page.setViewport({ width, height: 900 })
      found.push(await this.page.evaluate((own) => document.documentElement.scrollWidth - own, width))
    }
    await this.page.setViewport({ width: 1000, height: 900 })
    return found
  }

  /** Pictures for docs/studio/, where ESPALIER_SCREENSHOTS names a folder for them. @param looks those wanted, of three widths and both themes */
  async photograph(name: string, looks = /-/): Promise<void> {
    const folder = process.env.ESPALIER_SCREENSHOTS
    if (folder === undefined) return
    for (const theme of ['light', 'dark'] as const) {
      await this.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
      for (const width of [390, 1280, 1800]) {
        if (!looks.test(`${width}-${theme}`)) continue
        await this.page.setViewport({ width, height: 900 })
        const height = await this.page.evaluate(() => document.documentElement.scrollHeight)
        // In a window as high as the page every chart is drawn, within a second or two.
        await this.page.setViewport({ width, height })
        await new Promise((resolve) => setTimeout(resolve, 2000))
        const path = join(folder, `${name}-${width}-${theme}.webp`) as `${string}.webp`
        await this.page.screenshot({ path, type: 'webp', quality: 35, fullPage: true })
      }
    }
    await this.page.emulateMediaFeatures([])
    await this.page.setViewport({ width: 1000, height: 900 })
  }

  /** What axe-core finds wrong, as `rule: element`. Its script is a debugger's, which the page's policy does not hold for. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(axe.source)
    const { violations } = (await this.page.evaluate('axe.run()')) as AxeResults
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`))
  }

  /** Presses a button that saves a file. @returns the file's name and content, once it is whole */
  async save(name: string, downloads: string): Promise<{ name: string; content: Buffer }> {
    const before = await readdir(downloads)
    await this.press(name)
    for (;;) {
      const found = (await readdir(downloads)).find((file) => !before.includes(file) && !file.endsWith('.crdownload'))
      if (found !== undefined) return { name: found, content: await readFile(join(downloads, found)) }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
