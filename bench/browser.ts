// Runs jobs in a page of a headless browser.

import type { Browser, BrowserContext } from 'puppeteer-core'
import { bundlePage } from '../test/support/bundle.ts'
import { launchChromium } from '../test/support/chromium.ts'
import { type PageServer, servePage } from '../test/support/server.ts'
import type { ProcessorClock } from './elapsed.ts'
import type { Outcome } from './order.ts'

const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>espalier bench</title>
<style>:root { color-scheme: light dark } pre { white-space: pre-wrap; overflow-wrap: anywhere }</style>
<pre></pre><script type="module" src="/page.js"></script></html>`

/** What a page is to do. */
export interface Job {
  /** The page's script, from the repository's root: it calls `follow` (order.ts). */
  readonly script: string
  /** For the script, as JSON. */
  readonly order: object
  readonly files: Readonly<Record<string, Uint8Array>>
  /** With cross-origin isolation, so with SharedArrayBuffer. */
  readonly isolated?: boolean
}

/** Serves the job as a page that anyone can open; whoever starts it closes it. */
export async function serveJob({ script, order, files, isolated = false }: Job): Promise<PageServer> {
  const own = { '/order.json': JSON.stringify(order), '/page.js': await bundlePage(script) }
  return servePage({ html, isolated, files: { ...own, ...files } })
}

/** Of Chromium's processes, those whose time counts: the page with its workers, for there is no other page; and what it draws and computes with. */
type ProcessType = 'renderer' | 'GPU'

async function processorClock(browser: Browser, types: readonly ProcessType[]): Promise<ProcessorClock> {
  const session = await browser.target().createCDPSession()
  return async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    return processInfo.filter(({ type }) => types.some((own) => own === type)).reduce((sum, { cpuTime }) => sum + cpuTime, 0)
  }
}

/** Functions of this process that the page may call, by their global names there. */
type Exposed = Readonly<Record<string, (...args: never[]) => unknown>>

/** The page calls back when it is done: puppeteer limits how long a call into a page may take. */
async function outcomeOf(context: BrowserContext, url: string, expose: Exposed): Promise<unknown> {
  const page = await context.newPage()
  for (const [name, call] of Object.entries(expose)) await page.exposeFunction(name, call)
  page.on('console', (message) => console.log(message.text()))
  const outcome = await new Promise<Outcome>((resolve, reject) => {
    page.on('pageerror', reject)
    page.on('error', reject)
    page
      .exposeFunction('finish', resolve)
      .then(() => page.goto(url))
      .catch(reject)
  })
  if ('error' in outcome) throw new Error(outcome.error)
  return outcome.result
}

interface JobOptions {
  /** Of the processes whose time counts. */
  readonly types: readonly ProcessType[]
  /** Switches of Chromium. */
  readonly args?: readonly string[]
  readonly expose?: Exposed
}

/**
 * Runs the job in a page of a Chromium of its own. Without cross-origin isolation by default: that is how a page runs whose server is not
 * set up for it.
 * @returns what the page's script gave to `follow`
 * @throws when there is no browser
 */
export async function runJob(job: Job, options: JobOptions): Promise<{ version: string; result: unknown }> {
  const { version, results } = await runJobs(job, { ...options, times: 1 })
  return { version, result: results[0] }
}

/** As runJob, in several pages one after the other, each in a context of its own, so that nothing is kept from one to the next. */
export async function runJobs(
  job: Job,
  { types, args = [], expose = {}, times }: JobOptions & { readonly times: number },
): Promise<{ version: string; results: unknown[] }> {
  const browser = await launchChromium(args)
  try {
    const server = await serveJob(job)
    try {
      const processorSeconds = await processorClock(browser, types)
      const results: unknown[] = []
      for (let i = 0; i < times; i++) {
        const context = await browser.createBrowserContext()
        results.push(await outcomeOf(context, server.url, { processorSeconds, ...expose }))
        await context.close()
      }
      return { version: await browser.version(), results }
    } finally {
      await server.close()
    }
  } finally {
    await browser.close()
  }
}
