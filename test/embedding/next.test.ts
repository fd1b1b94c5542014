import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { fixture } from '../support/packed.ts'
import { expectSameLosses, type Outcome, runTool, startTool, trainInNode, visit } from './stage.ts'

describeInBrowser('the packed package in an application of Next', () => {
  let reference: Outcome
  let browser: Browser
  let server: Awaited<ReturnType<typeof startTool>>

  beforeAll(async () => {
    reference = await trainInNode()
    await runTool(fixture('next'), 'next build')
    server = await startTool(fixture('next'), 'next start --hostname 127.0.0.1 --port 0', /http:\/\/127\.0\.0\.1:\d+/)
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it('is imported by a component of the server', async () => {
    const page = await fetch(server.url)
    expect(await page.text()).toContain('<p id="names">pima, fashion-mnist</p>')
  })

  it('trains in a component of the page', async () => {
    expectSameLosses('Next, page', await visit(browser, server.url), reference)
  })

  it('trains in a route of the server', async () => {
    const answer = await fetch(`${server.url}/api/study`)
    expectSameLosses('Next, route', (await answer.json()) as Outcome, reference)
  })
})
