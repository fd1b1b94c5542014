import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CallToolResult, Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root, STUDY } from '../cli/support.ts'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'

/** A person watches, at the address that a tool gives, what an assistant runs. */
describeInBrowser('the page of what an assistant runs', () => {
  let folder: string
  let client: Client
  let browser: Browser
  let page: Page
  const problems: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'espalier-mcp-'))
    writeFileSync(
      join(folder, 'lots.csv'),
      `a,b\n${Array.from({ length: 60 }, (_, i) => `${i},${(3 * i + ((i * 13) % 17)) / 100}`).join('\n')}\n`,
    )
    client = new Client({ name: 'test', version: '1' })
    const args = [join(root, 'dist/cli.js'), 'mcp', folder, '--workers', '0']
    await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'pipe' }))
    browser = await launchChromium()
    page = await browser.newPage()
    page.setDefaultTimeout(110_000)
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text())
    })
  })
  afterAll(async () => {
    await browser?.close()
    await client?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function call(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const asked = client.callTool({ name, arguments: args }, { timeout: 110_000 })
    const { structuredContent, isError, content } = (await asked) as CallToolResult
    expect({ isError: isError === true, content }).toMatchObject({ isError: false })
    return (structuredContent ?? {}) as Record<string, unknown>
  }

  /** How many trials the page says there are, those that run among them. */
  const shown = (): Promise<number> => page.evaluate(() => Number(/(\d+) trials?\b/.exec(document.body.innerText)?.[1] ?? 0))
  const waitForMore = async (than: number): Promise<number> => {
    await expect.poll(() => shown().catch(() => 0), { timeout: 60_000, interval: 500 }).toBeGreaterThan(than)
    return shown()
  }

  it('shows a study, and its trials as they arrive, without being asked to', async () => {
    const space = { ...STUDY.space, rate: { type: 'float', low: 0.0001, high: 0.01 } }
    const train = { ...STUDY.train, optimizer: { name: 'adam', learningRate: '$rate' }, epochs: 20_000 }
    // Long enough that somebody can watch, and short enough that its page stays quick to make.
    const study = { ...STUDY, name: 'watched', space, train, budget: { trials: 300 } }
    const begun = await call('run_study', { study, seconds: 0 })
    await page.goto(String(begun.page))
    const first = await waitForMore(0)
    const later = await waitForMore(first)
    expect(later).toBeGreaterThan(first)
    expect(await page.$$eval('svg', (charts) => charts.length)).toBeGreaterThan(0)
    const { ended } = await call('stop_study', { study: begun.study })
    await page.waitForFunction(() => /State\s*stopped/.test(document.body?.innerText ?? ''), { polling: 500, timeout: 60_000 })
    expect(await shown()).toBeGreaterThanOrEqual(Number(ended))
    expect(ended).toBeGreaterThan(0)
    expect(problems).toEqual([])
  })

  it('lists what there is, and leads to an answer', async () => {
    const { page: address } = await call('learn', { file: 'lots.csv', steps: 1 })
    await page.goto(new URL('/live/', String(address)).href)
    const links = await page.$$eval('a', (all) => all.map(({ textContent }) => textContent))
    expect(links).toEqual(['answer-1', 'study-1', 'The studio'])
    await page.click('a')
    await page.waitForFunction(() => document.querySelectorAll('input[type=range]').length > 0, { polling: 100 })
    expect(await page.evaluate(() => document.body.innerText)).toContain('b')
    expect(problems).toEqual([])
  })
})
