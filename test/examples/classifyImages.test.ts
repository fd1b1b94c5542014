import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import type { StudioTab } from '../support/studio.ts'
import { flaws, installExample, openTab, serveBuilt } from './support.ts'

/** Chromium's own picture of a moving clock in place of a camera, and nobody to ask for it. */
const CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

describeInBrowser('examples/classify-images', () => {
  let app: Awaited<ReturnType<typeof installExample>>
  let server: Awaited<ReturnType<typeof serveBuilt>>
  let browser: Browser
  let files: string
  let tab: StudioTab

  beforeAll(async () => {
    files = await mkdtemp(join(tmpdir(), 'espalier-files-'))
    app = await installExample('classify-images')
    server = await serveBuilt(app.path)
    browser = await launchChromium(CAMERA)
    tab = await openTab(browser, server.url)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await app?.remove()
    await rm(files, { recursive: true, force: true })
  })

  /** Gives files to a field. */
  const choose = async (name: string, ...paths: string[]) => {
    const inputs = await tab.page.$$('input[type=file]')
    const names = await Promise.all(inputs.map((input) => input.evaluate((element) => element.labels?.[0]?.textContent?.trim() ?? '')))
    await inputs[names.indexOf(name)]?.uploadFile(...paths)
  }
  /** Pictures as a person would have them: half bright above, or half bright on the left. */
  const picture = async (name: string, isAbove: boolean): Promise<string> => {
    const url = await tab.page.evaluate((above) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 80, height: 60 })
      const context = canvas.getContext('2d')
      if (context !== null) context.fillStyle = `hsl(${360 * Math.random()} 60% 70%)`
      context?.fillRect(0, 0, above ? 80 : 40, above ? 30 : 60)
      return canvas.toDataURL('image/png')
    }, isAbove)
    const path = join(files, name)
    await writeFile(path, Buffer.from(url.split(',')[1] ?? '', 'base64'))
    return path
  }

  it('learns shapes that it draws itself, and says how many of those kept back it recognises', async () => {
    await tab.press('Take drawn shapes instead')
    await tab.press('Learn')
    await tab.sees('Learned from 120 pictures')
    const right = Number(/kept back, (\d+) %/.exec(await tab.text('#status'))?.[1])
    console.log(`classify-images: ${right} % of 24 drawn shapes that were kept back are recognised`)
    // Three kinds: guessing is right about 33.
    expect(right).toBeGreaterThanOrEqual(75)
    expect(await flaws(tab)).toEqual([])
  })

  it('learns from files and from the camera, and then says what the camera sees', async () => {
    await tab.page.reload()
    await choose('Files of kind 1', ...(await Promise.all(Array.from({ length: 10 }, (_, i) => picture(`${i}.png`, i % 2 === 0)))))
    await tab.sees('Pictures: 10.')
    await tab.press('Use my camera')
    await tab.press('Take 10 pictures of kind 2')
    await tab.page.waitForFunction(() => document.querySelectorAll('.strip canvas').length === 20)
    await tab.fill('Name of kind 2', 'clock')
    await tab.press('Learn')
    await tab.sees('Of those kept back, 100 % are recognised.')
    // Of kind 1 and kind 2, in this order; the camera goes on.
    await tab.page.waitForFunction(() => [...document.querySelectorAll('meter')].map(({ value }) => value > 0.9).join() === 'false,true')
    expect(await flaws(tab)).toEqual([])
  })

  it('says what is wrong with a file that is no picture, and with too few pictures, and keeps what was there', async () => {
    await writeFile(join(files, 'letter.png'), 'Dear reader')
    await choose('Files of kind 1', join(files, 'letter.png'))
    await tab.sees('letter.png: this is no picture that the browser can read')
    expect(await tab.page.$$eval('.strip canvas', (pictures) => pictures.length)).toBe(20)
    await tab.press('Add a kind')
    await tab.press('Learn')
    await tab.sees('There are too few pictures of "kind 3": 0, and it takes 5 of every kind at least.')
    expect(await flaws(tab)).toEqual([])
  })

  it('says that there is no camera where there is none', async () => {
    const other = await openTab(browser, server.url)
    await other.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'))
    })
    await other.press('Use my camera')
    await other.sees('There is no camera, or this page may not use it')
    await other.page.close()
  })

  it('has said nothing on the console, and asked nobody but its own server for anything', () => {
    expect(tab.problems).toEqual([])
  })
})
