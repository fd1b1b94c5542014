import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, it } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { installFixtures } from '../support/packed.ts'
import { expectSameLosses, type Outcome, runProgram, runTool, serveFolder, visit } from './stage.ts'

describeInBrowser('the packed package in a page made by', () => {
  let fixture: (name: string) => string
  let reference: Outcome
  let browser: Browser

  beforeAll(async () => {
    fixture = await installFixtures()
    reference = await runProgram(fixture('node'), process.execPath, ['main.js'])
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  /** Serves a fixture's folder, or one in it, and visits it. */
  async function serveAndVisit(name: string, folder = ''): Promise<Outcome> {
    const server = await serveFolder(join(fixture(name), folder))
    try {
      return await visit(browser, server.url)
    } finally {
      await server.close()
    }
  }

  it('esbuild, with the worker as an entry of its own', async () => {
    const args = 'main.js worker=espalier/worker --bundle --splitting --minify --format=esm --outdir=dist --log-level=warning'
    await runTool(fixture('esbuild'), 'esbuild', args.split(' '))
    expectSameLosses('esbuild', await serveAndVisit('esbuild'), reference)
  })

  it('esbuild in one file, with the worker inside', async () => {
    const args = 'main.js --bundle --minify --format=esm --outdir=dist --log-level=warning'
    await runTool(fixture('esbuild-inline'), 'esbuild', args.split(' '))
    expectSameLosses('esbuild, inline worker', await serveAndVisit('esbuild-inline'), reference)
  })
})
