import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, it } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { fixture } from '../support/packed.ts'
import { expectSameLosses, ISOLATION, type Outcome, runTool, serveAndVisit, startTool, trainInNode, visit } from './stage.ts'

describeInBrowser('the packed package in a page made by', () => {
  let reference: Outcome
  let browser: Browser

  beforeAll(async () => {
    reference = await trainInNode()
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  it('esbuild, with the worker as an entry of its own', async () => {
    await runTool(fixture('esbuild'), 'esbuild main.js worker=espalier/worker --bundle --splitting --minify --format=esm --outdir=dist')
    expectSameLosses('esbuild', await serveAndVisit(browser, fixture('esbuild')), reference)
  })

  it('esbuild in one file, with the worker inside', async () => {
    await runTool(fixture('esbuild-inline'), 'esbuild main.js --bundle --minify --format=esm --outdir=dist')
    expectSameLosses('esbuild, inline worker', await serveAndVisit(browser, fixture('esbuild-inline')), reference)
    const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; img-src data:"
    const outcome = await serveAndVisit(browser, fixture('esbuild-inline'), { 'content-security-policy': policy })
    expectSameLosses('esbuild, inline worker, strict policy', outcome, reference)
  })

  it('Vite, built', async () => {
    await runTool(fixture('vite'), 'vite build')
    expectSameLosses('Vite, built', await serveAndVisit(browser, join(fixture('vite'), 'dist')), reference)
    const together = await serveAndVisit(browser, join(fixture('vite'), 'dist'), ISOLATION)
    expectSameLosses('Vite, built, threads', together, reference)
  })

  it("Vite's dev server, which bundles what is installed once more", async () => {
    const server = await startTool(fixture('vite'), 'vite --host 127.0.0.1 --port 0', /http:\/\/127\.0\.0\.1:\d+\//)
    try {
      expectSameLosses("Vite's dev server", await visit(browser, server.url, /^console\.debug: \[vite\] connect/), reference)
    } finally {
      await server.close()
    }
  })

  // What trains and runs studies is 262 KiB of JavaScript before it is gzipped: webpack advises 244, in a warning that only `--no-performance` ends.
  it('webpack', async () => {
    await runTool(fixture('webpack'), 'webpack --mode production --entry ./main.js --no-performance')
    expectSameLosses('webpack', await serveAndVisit(browser, fixture('webpack')), reference)
  })

  it('webpack, with workers that the page starts, in an isolated page', async () => {
    await runTool(fixture('worker-factory'), 'webpack --mode production --entry ./main.js --no-performance')
    expectSameLosses('webpack, workerFactory, threads', await serveAndVisit(browser, fixture('worker-factory'), ISOLATION), reference)
  })
})
