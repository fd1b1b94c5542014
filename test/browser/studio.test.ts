import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { type StudioProcess, StudioTab, startStudio } from '../support/studio.ts'

describeInBrowser('the studio in Chromium: setting up a study', () => {
  let server: StudioProcess
  let browser: Browser
  let folder: string
  let tab: StudioTab

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espalier-studio-'))
    server = await startStudio()
    browser = await launchChromium()
    tab = await StudioTab.open(browser, server.url)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('begins with a page that anybody can use', async () => {
    await tab.sees('Drop a file here')
    expect(await tab.violations()).toEqual([])
  })

  it('reads a file that is dropped, says what is in it, and proposes a study', async () => {
    await tab.drop('data/pima.arff')
    await tab.sees('768 rows, 9 columns')
    await tab.sees('judged on')
    expect(await tab.violations()).toEqual([])
  })

  it('says what is wrong with a bad file and what to do, and loses nothing', async () => {
    const path = join(folder, 'bad.csv')
    await writeFile(path, 'a,b,class\n1,2,yes\n3,no\n')
    await tab.drop(path)
    await tab.sees('line 3')
    await tab.sees('is still here, as it was')
    await tab.sees('768 rows, 9 columns')
    expect(await tab.violations()).toEqual([])
  })

  it('has said nothing on the console, and asked nobody but its own server for anything', () => {
    expect(tab.problems).toEqual([])
  })
})
