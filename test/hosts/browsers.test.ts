import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundlePage } from '../support/bundle.ts'
import { committedPrints } from '../support/committedPrints.ts'
import { describeInOtherBrowsers } from '../support/hosts.ts'
import { type PageServer, servePage } from '../support/server.ts'
import type { DrivenPage } from '../support/webdriver.ts'

/** WASM in browsers that are not Chromium: what is computed, by every case of the contract, and its bits. */

interface Outcome {
  readonly arithmetic: 'fused' | 'plain'
  readonly description: string
  readonly prints: Readonly<Record<string, string>>
}

const openingOf = (simd: 'best' | 'plain', workers: number) => ({ workers, ...(simd === 'plain' && { simd }) })

describeInOtherBrowsers('the package', (browser) => {
  let server: PageServer
  let page: DrivenPage

  beforeAll(async () => {
    server = await servePage({ files: { '/page.js': await bundlePage('test/browser/page.ts') } })
    page = await browser.open()
    await page.goto(server.url)
  })
  afterAll(async () => {
    await page?.close()
    await server?.close()
  })

  const call = (name: string, ...args: unknown[]) =>
    page.evaluate(`import('/page.js').then((own) => own.${name}(${args.map((value) => JSON.stringify(value)).join(', ')}))`)

  // Every build, and every number of workers, runs a part of them; the bits are compared for each.
  it.each([
    ['best', 2, 'all'],
    ['plain', 0, 'session'],
  ] as const)('passes the contract: %s SIMD, %i workers, %s cases', async (simd, workers, cases) => {
    expect(await call('runCases', openingOf(simd, workers), cases)).toEqual([])
  })

  it.each([
    ['best', 0],
    ['best', 2],
    ['plain', 0],
    ['plain', 2],
  ] as const)('computes the committed bits: %s SIMD, %i workers', async (simd, workers) => {
    const { arithmetic, description, prints } = (await call('outcomeOf', openingOf(simd, workers))) as Outcome
    console.log(`${browser.name}: ${description}`)
    if (simd === 'plain') expect(arithmetic).toBe('plain')
    expect(prints).toEqual(committedPrints(arithmetic))
  })
})
