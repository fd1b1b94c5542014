import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { fixture } from '../support/packed.ts'
import { expectSameLosses, ISOLATION, type Outcome, runTool, serveAndVisit, trainInNode } from './stage.ts'

describeInBrowser('the packed package in a page', () => {
  let reference: Outcome
  let browser: Browser

  beforeAll(async () => {
    reference = await trainInNode()
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  const bundle = (name: string, entries: string): Promise<void> =>
    runTool(fixture(name), `esbuild ${entries} worker=espalier/worker --bundle --splitting --format=esm --outdir=dist`)

  it('without a bundler', async () => {
    const page = fixture('script-tag')
    cpSync(join(fixture('node_modules'), 'espalier/dist/browser'), join(page, 'espalier'), { recursive: true })
    cpSync(fixture('train.js'), join(page, 'train.js'))
    expectSameLosses('script tag', await serveAndVisit(browser, fixture('script-tag')), reference)
  })

  it('under a strict Content-Security-Policy', async () => {
    await bundle('strict-policy', 'main.js')
    const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:"
    expectSameLosses(
      'strict policy',
      await serveAndVisit(browser, fixture('strict-policy'), { 'content-security-policy': policy }),
      reference,
    )
  })

  it('that is cross-origin isolated, where two workers share a network, and in the same page where it is not', async () => {
    await bundle('isolated', 'main.js')
    const outcome = await serveAndVisit(browser, fixture('isolated'), ISOLATION)
    expect(outcome.backend).toBe('WASM SIMD, 2 workers, 2 a network, plain arithmetic')
    expectSameLosses('isolated', outcome, reference)
    const alone = await serveAndVisit(browser, fixture('isolated'))
    expect(alone.backend).toBe('WASM SIMD, 2 workers, plain arithmetic')
    expectSameLosses('not isolated', alone, reference)
  })

  it('in a worker of its own', async () => {
    await bundle('own-worker', 'main.js study.js')
    expectSameLosses('in a worker', await serveAndVisit(browser, fixture('own-worker')), reference)
  })
})
