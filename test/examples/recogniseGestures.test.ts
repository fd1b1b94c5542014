import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import type { StudioTab } from '../support/studio.ts'
import { flaws, installExample, openTab, serveBuilt } from './support.ts'

describeInBrowser('examples/recognise-gestures', () => {
  let app: Awaited<ReturnType<typeof installExample>>
  let server: Awaited<ReturnType<typeof serveBuilt>>
  let browser: Browser
  let files: string
  let tab: StudioTab

  beforeAll(async () => {
    files = await mkdtemp(join(tmpdir(), 'espalier-files-'))
    app = await installExample('recognise-gestures')
    server = await serveBuilt(app.path)
    browser = await launchChromium()
    tab = await openTab(browser, server.url)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await app?.remove()
    await rm(files, { recursive: true, force: true })
  })

  /** Draws by the mouse, in parts of the pad's width and height. */
  const draw = async (place: (part: number) => readonly [number, number]) => {
    const pad = await tab.page.$('#pad')
    await pad?.scrollIntoView()
    const box = await pad?.boundingBox()
    if (box === null || box === undefined) throw new Error('the page has no pad')
    for (let i = 0; i <= 24; i++) {
      const [x, y] = place(i / 24)
      await tab.page.mouse.move(box.x + x * box.width, box.y + y * box.height)
      if (i === 0) await tab.page.mouse.down()
    }
    await tab.page.mouse.up()
  }
  const circle = (part: number) => [0.4 + 0.1 * Math.cos(6.2832 * part), 0.5 + 0.3 * Math.sin(6.2832 * part)] as const
  const zigzag = (part: number) => [0.2 + 0.5 * part, 0.4 + 0.25 * Math.abs(((6 * part) % 2) - 1)] as const
  const shares = () => tab.page.$$eval('#answer meter', (meters) => meters.map(({ value }) => value))

  it('learns gestures that it draws itself, and then recognises those of a hand, one after the other', async () => {
    await tab.press('Draw some for me')
    await tab.sees('Gestures drawn: circle 30, zigzag 30, tick 30.')
    await tab.press('Learn')
    await tab.sees('Learned from 90 gestures')
    const right = Number(/kept back, (\d+) %/.exec(await tab.text('#status'))?.[1])
    console.log(`recognise-gestures: ${right} % of 18 gestures that were kept back are recognised`)
    expect(right).toBeGreaterThanOrEqual(80)
    for (const [kind, gesture] of [circle, zigzag].entries()) {
      await tab.page.$eval('#answer', (answer) => answer.replaceChildren())
      await draw(gesture)
      await tab.page.waitForSelector('#answer meter')
      const found = await shares()
      expect(found.indexOf(Math.max(...found))).toBe(kind)
    }
    expect(await flaws(tab)).toEqual([])
  })

  it('takes what a hand draws under a name, and gestures of a file', async () => {
    await tab.press('Forget all')
    await tab.fill('Name of what you draw', 'ring')
    await draw(circle)
    await tab.sees('Gestures drawn: ring 1.')
    await writeFile(join(files, 'more.csv'), 'line,0,0,1,1,2,2,3,3,4,4\n'.repeat(5))
    await tab.drop(join(files, 'more.csv'))
    await tab.sees('Gestures drawn: ring 1, line 5.')
    await tab.press('Learn')
    await tab.sees('There are too few of "ring": 1, and it takes 5 of every kind at least.')
  })

  it.each([
    ['a file of words', 'one,two,three\n', 'Line 1 is no gesture: after its name there must be numbers in pairs, x and y.'],
    ['a number without its pair', 'line,0,0,1,1,2,2,3,3,4,4\nline,0,0,1\n', 'Line 2 is no gesture'],
    ['a gesture that does not move', 'dot,1,1,1,1,1,1,1,1,1,1\n', 'Line 1 has 5 places; a gesture has 5 different ones at least.'],
    ['nothing', '', 'The file holds no gestures.'],
  ])('says what is wrong with %s, and keeps what was there', async (_what, text, message) => {
    await writeFile(join(files, 'bad.csv'), text)
    await tab.drop(join(files, 'bad.csv'))
    await tab.sees(message)
    await tab.sees('Gestures drawn: ring 1, line 5.')
  })

  it('says that a click is no gesture, is right for a screen reader, and asks nobody but its own server for anything', async () => {
    await draw(() => [0.5, 0.5])
    await tab.sees('a gesture has 5 different ones at least: draw it in one go, and larger.')
    expect(await flaws(tab)).toEqual([])
    expect(tab.problems).toEqual([])
  })
})
