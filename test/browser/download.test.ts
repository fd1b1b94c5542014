import { setTimeout } from 'node:timers/promises'
import type { Browser, JSHandle, Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundlePage } from '../support/bundle.ts'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { type PageServer, servePage } from '../support/server.ts'
import { watch } from './watch.ts'

type PageModule = typeof import('./download-page.ts')

/** So many requests, for which of the network and the reader comes to the end first is a matter of microseconds. */
const REQUESTS = 60
const ROWS = 3000
const TABLE = `a,b\n${Array.from({ length: ROWS }, (_, row) => `${row},${row * 1.5}\n`).join('')}`

describeInBrowser('downloads in Chromium', () => {
  let browser: Browser
  let server: PageServer
  let page: Page
  let module: JSHandle<PageModule>
  let problems: readonly string[]

  beforeAll(async () => {
    server = await servePage({ files: { '/page.js': await bundlePage('test/browser/download-page.ts'), '/table.csv': TABLE } })
    browser = await launchChromium()
    page = await browser.newPage()
    problems = watch(page, server.url)
    await page.goto(server.url)
    module = (await page.evaluateHandle("import('/page.js')")) as JSHandle<PageModule>
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it('gives all bytes, says how far it is, and no request ends as if it had been cancelled', async () => {
    const lengths = await page.evaluate(
      async ({ download }, count) => {
        const found: string[] = []
        for (let i = 0; i < count; i++) {
          let last = ''
          const bytes = await download(new URL('/table.csv', location.href), {
            onProgress: ({ loaded, total }) => {
              last = `${loaded} of ${total}`
            },
          })
          found.push(`${bytes.length}: ${last}`)
        }
        return [...new Set(found)]
      },
      module,
      REQUESTS,
    )
    expect(lengths).toEqual([`${TABLE.length}: ${TABLE.length} of undefined`])
    await setTimeout(200)
    expect(problems).toEqual([])
  })

  it('reads tables from responses likewise', async () => {
    const rows = await page.evaluate(
      async ({ readTable }, count) => {
        const found: number[] = []
        for (let i = 0; i < count; i++) found.push((await readTable(await fetch('/table.csv'))).rows)
        return [...new Set(found)]
      },
      module,
      REQUESTS,
    )
    expect(rows).toEqual([ROWS])
    await setTimeout(200)
    expect(problems).toEqual([])
  })
})
