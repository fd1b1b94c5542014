import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { StudioTab } from '../support/studio.ts'

/** The documentation site, built as `npm run docs` does it, its tools installed where they are missing, and served under a path that is not the root. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const BASE = '/docs/of-espalier/'
const MINUTE = 60_000
/** In which a page is opened. */
const WIDTH = 1400
/** Pages that are looked at side by side. */
const TABS = 3
/** Pages of the API are made from one mould: every one is laid out and its links are followed, one in so many is opened as a reader opens it. */
const ONE_IN = 12
const isOfApi = (file: string): boolean => file.startsWith('api/espalier/')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

/** A plain file server: no address means a file but its own, `/` the folder's index.html. The browser asks for what pages share once, as a reader's does. */
function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    const file = join(folder, path.slice(BASE.length), path.endsWith('/') ? 'index.html' : '')
    const found = path.startsWith(BASE) && existsSync(file) && statSync(file).isFile()
    const headers = { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'cache-control': 'max-age=3600' }
    if (found) response.writeHead(200, headers).end(readFileSync(file))
    else response.writeHead(404).end()
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

/** What one look at a page tells. */
interface Seen {
  readonly links: readonly string[]
  readonly ids: readonly string[]
  readonly title: string
}

const lookAt = (page: Page): Promise<Seen> =>
  page.evaluate(() => ({
    links: [...document.querySelectorAll('a')].map(({ href }) => href),
    ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
    title: document.querySelector('main h1')?.textContent ?? '',
  }))

describeInBrowser('the documentation site', () => {
  let folder = ''
  let server: Server
  let browser: Browser
  let origin = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(root, 'build', 'site-'))
    const started = performance.now()
    // npm's own time, the first time, is within.
    const env = { ...process.env, DOCS_BASE: BASE, DOCS_OUT: folder }
    await promisify(execFile)(process.execPath, ['scripts/docs.mjs'], { cwd: root, env, maxBuffer: 1e8 })
    console.log(`the site was built in ${((performance.now() - started) / 1000).toFixed(0)} s`)
    server = await serve(folder)
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    origin = `http://127.0.0.1:${address.port}`
    browser = await launchChromium()
  }, 20 * MINUTE)

  afterAll(async () => {
    await browser?.close()
    server?.closeAllConnections()
    server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const files = (): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.html') && name !== '404.html' && name !== 'index.html',
    )

  /** Takes page after page from the queue, in a tab of its own; what it finds is in `seen`, by address, and what is wrong in `wrong`. */
  async function lookAtPages(queue: string[], seen: Map<string, Seen>, wrong: string[], scripts: boolean): Promise<void> {
    const page = await browser.newPage()
    await page.setJavaScriptEnabled(scripts)
    await page.setViewport({ width: WIDTH, height: 900 })
    let at = ''
    page.on('pageerror', (error) => wrong.push(`${at}: ${error instanceof Error ? error.message : String(error)}`))
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) wrong.push(`${at}: ${message.text()}`)
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(`${origin}${BASE}`) && !request.url().startsWith('data:')) wrong.push(`${at}: asks ${request.url()}`)
    })
    page.on('response', (response) => {
      if (response.status() >= 400) wrong.push(`${at}: ${response.status()} ${response.url()}`)
    })
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      at = file
      const url = `${origin}${BASE}${file}`
      await page.goto(url, { waitUntil: 'load' })
      // The page's script has taken over. A tab that is not in front has no frames to look at it in.
      if (scripts) await page.waitForFunction(() => '__vue_app__' in (document.querySelector('#app') ?? {}), { polling: 10 })
      seen.set(url, await lookAt(page))
      for (const width of [400, WIDTH]) {
        await page.setViewport({ width, height: 900 })
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (excess > 0) wrong.push(`${file}: ${excess} px too wide at ${width}`)
      }
    }
    await page.close()
  }

  it('has a page for what programs call first', () => {
    for (const name of ['openBackend', 'fit', 'createStudy']) expect(files()).toContain(`api/espalier/functions/${name}.html`)
    expect(files()).toEqual(
      expect.arrayContaining(['documentation.html', 'guide.html', 'studies.html', 'api/espalier/formats/functions/toOnnx.html']),
    )
  })

  it(
    'shows every page without an error, a foreign request or a sideways scroll, and every link leads somewhere',
    async () => {
      const wrong: string[] = []
      const seen = new Map<string, Seen>()
      const opened = files().filter((file, i) => !isOfApi(file) || i % ONE_IN === 0)
      const laidOut = files().filter((file) => !opened.includes(file))
      await Promise.all(Array.from({ length: TABS }, () => lookAtPages(opened, seen, wrong, true)))
      await Promise.all(Array.from({ length: TABS }, () => lookAtPages(laidOut, seen, wrong, false)))
      for (const [url, { links, title }] of seen) {
        if (title.trim() === '') wrong.push(`${url} has no title`)
        for (const link of links) {
          if (!link.startsWith(origin) || link === `${origin}${BASE}index.html`) continue
          const [address = '', anchor = ''] = link.replace(/\/(?=#|$)/, '/index.html').split('#')
          const target = seen.get(address)
          if (target === undefined) wrong.push(`${url} links to ${link}, which is no page`)
          else if (anchor !== '' && !target.ids.includes(decodeURIComponent(anchor)))
            wrong.push(`${url} links to ${link}, which has no such part`)
        }
      }
      expect([...new Set(wrong)]).toEqual([])
    },
    20 * MINUTE,
  )

  it(
    'begins with the studio, which answers its samples without anything but files, and leads to the documentation',
    async () => {
      const tab = await StudioTab.open(browser, `${origin}${BASE}`)
      for (const name of ['Pima diabetes', 'Miles per gallon', 'Strength of concrete', 'Votes and parties']) await tab.sees(name)
      await tab.press('Strength of concrete: 1,030 mixtures')
      await tab.sees('1,030 rows, 9 columns')
      await tab.sees('of “strength” on average, on rows it never saw')
      await tab.press('Stop')
      expect(tab.problems).toEqual([])
      await tab.press('Documentation', 'link')
      await tab.page.waitForFunction(() => document.querySelector('main h1')?.textContent?.startsWith('espalier'))
      await tab.page.close()
    },
    MINUTE,
  )

  it(
    'finds a page by a word of it',
    async () => {
      const page = await browser.newPage()
      await page.setViewport({ width: WIDTH, height: 900 })
      await page.goto(`${origin}${BASE}documentation.html`, { waitUntil: 'networkidle0' })
      await page.click('.VPNavBarSearch button')
      await page.waitForSelector('.VPLocalSearchBox input')
      await page.type('.VPLocalSearchBox input', 'hyperband')
      await page.waitForFunction(() => document.querySelector('.VPLocalSearchBox .results')?.textContent?.includes('Pruners'))
      const hrefs = await page.$$eval('.VPLocalSearchBox .results a', (links) => links.map((link) => (link as HTMLAnchorElement).href))
      expect(hrefs).toContain(`${origin}${BASE}pruners.html#hyperband`)
      await page.close()
    },
    MINUTE,
  )
})
