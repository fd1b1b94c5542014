import domino from '@mixmark-io/domino'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderHtml } from '../../src/report/html.ts'
import { bundlePage } from '../support/bundle.ts'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { sampleReport } from '../support/report.ts'
import { type PageServer, servePage } from '../support/server.ts'
import { watch } from './watch.ts'

/** What the page needs of a browser: its own style, and the empty icon that keeps browsers from asking for one. */
const CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

const WIDTHS = [400, 1400] as const
const THEMES = ['light', 'dark'] as const

describeInBrowser('a report in Chromium', () => {
  let browser: Browser
  let server: PageServer
  const html = renderHtml(sampleReport, { document: domino.createDocument() })

  beforeAll(async () => {
    browser = await launchChromium()
    server = await servePage({ html, csp: CSP })
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  describe.each(WIDTHS)('%i px wide', (width) => {
    describe.each(THEMES)('%s', (theme) => {
      let page: Page
      let problems: readonly string[]
      let requests = 0

      beforeAll(async () => {
        page = await browser.newPage()
        await page.setJavaScriptEnabled(false)
        problems = watch(page, server.url)
        page.on('request', (request) => {
          if (!request.url().startsWith('data:')) requests++
        })
        await page.setViewport({ width, height: 900 })
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
        await page.goto(server.url)
      })
      afterAll(() => page?.close())

      it('says nothing on the console and asks for nothing but itself', () => {
        expect(problems).toEqual([])
        expect(requests).toBe(1)
      })

      it('is no wider than the window, and neither is a chart or a text of it', async () => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
        const outside = await page.evaluate(() => {
          const shown = [...document.querySelectorAll('figure, figcaption, svg.chart, svg.chart text')]
          return shown.flatMap((element) => {
            const { left, right, width: own } = element.getBoundingClientRect()
            return own > 0 && (left < 0 || right > innerWidth) ? [`${element.tagName} ${element.textContent} ${left} ${right}`] : []
          })
        })
        expect(outside).toEqual([])
      })

      it('shows one drawing of every chart, high enough to be seen', async () => {
        const sizes = await page.evaluate(() =>
          [...document.querySelectorAll('figure')].map((figure) => {
            const shown = [...figure.querySelectorAll('svg.chart')]
              .map((chart) => chart.getBoundingClientRect())
              .filter((box) => box.width > 0)
            return shown.map((box) => box.height > 70 && box.width > 250)
          }),
        )
        const panels = sampleReport.sections.flatMap(({ blocks }) =>
          blocks.map(({ kind, name }) => (kind === 'table' || kind === 'verdicts' ? 0 : name === 'curves-scaling' ? 2 : 1)),
        )
        expect(sizes).toEqual(panels.map((count) => Array.from({ length: count }, () => true)))
      })

      it('has no text on other text in its charts', async () => {
        const touching = await page.evaluate(() =>
          [...document.querySelectorAll('svg.chart')].flatMap((chart) => {
            const texts = [...chart.querySelectorAll('text')].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }))
            // Half a line's leading belongs to no letter.
            const isOn = (a: DOMRect, b: DOMRect): boolean =>
              Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4
            return texts.flatMap((a, i) => texts.slice(i + 1).flatMap((b) => (isOn(a.box, b.box) ? [`${a.text} / ${b.text}`] : [])))
          }),
        )
        expect(touching).toEqual([])
      })

      it('has text of a size that can be read', async () => {
        const smallest = await page.evaluate(() =>
          Math.min(
            ...[...document.querySelectorAll('svg.chart text')]
              .map((text) => text.getBoundingClientRect().height)
              .filter((height) => height > 0),
          ),
        )
        expect(smallest).toBeGreaterThan(9)
      })

      it('is in the colours of its theme', async () => {
        const colors = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color])
        expect(colors).toEqual(theme === 'light' ? ['rgb(255, 255, 255)', 'rgb(27, 31, 36)'] : ['rgb(20, 23, 27)', 'rgb(230, 233, 237)'])
      })
    })
  })

  it('is printed in light colours, without what is cut off', async () => {
    const page = await browser.newPage()
    try {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
      await page.goto(server.url)
      await page.emulateMediaType('print')
      // An A4 page less its margins.
      await page.setViewport({ width: 680, height: 960 })
      const found = await page.evaluate(() => ({
        paper: getComputedStyle(document.documentElement).getPropertyValue('--page'),
        cut: [...document.querySelectorAll('.scroll, figure')].filter((one) => one.scrollWidth > one.clientWidth + 1).length,
      }))
      expect(found).toEqual({ paper: '#ffffff', cut: 0 })
    } finally {
      await page.close()
    }
  })

  it("is the same page when it is drawn with a page's own document", async () => {
    const own = await servePage({ files: { '/report.js': await bundlePage('test/browser/report.ts') } })
    const page = await browser.newPage()
    try {
      // On a screen of plain pixels Plot moves lines by half of one, to make them sharp; Node has no screen.
      await page.setViewport({ width: 800, height: 600, deviceScaleFactor: 2 })
      await page.goto(own.url)
      const module = await page.evaluateHandle("import('/report.js')")
      const [drawn, read] = await page.evaluate(
        (report, text) => {
          const normal = (source: string): string => new DOMParser().parseFromString(source, 'text/html').documentElement.outerHTML
          return [normal((report as { html(): string }).html()), normal(text)]
        },
        module,
        html,
      )
      // A difference is shown as its first place, not as two whole pages.
      const at = [...(drawn ?? '')].findIndex((letter, i) => letter !== read?.[i])
      expect(drawn?.slice(at - 80, at + 80)).toBe(read?.slice(at - 80, at + 80))
      expect(drawn).toHaveLength(read?.length ?? 0)
    } finally {
      await page.close()
      await own.close()
    }
  })
})
