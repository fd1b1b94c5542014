import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInOtherBrowsers } from '../support/hosts.ts'
import { type StudioProcess, startStudio } from '../support/studio.ts'
import type { DrivenPage } from '../support/webdriver.ts'

// In Firefox it is test/browser/studioFirefox.test.ts.
describeInOtherBrowsers(
  'page one of the studio',
  (browser) => {
    let server: StudioProcess
    let page: DrivenPage

    beforeAll(async () => {
      server = await startStudio()
      page = await browser.open()
      await page.goto(server.url)
      await page.until("document.querySelector('main h1')")
    })
    afterAll(async () => {
      await page?.close()
      await server?.close()
    })

    const textOf = async (selector: string): Promise<string> =>
      String(await page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`))

    it('answers the sample, and a row of it', async () => {
      await page.evaluate(`(() => {
        globalThis.problems = []
        addEventListener('error', ({ message }) => problems.push(message))
        addEventListener('unhandledrejection', ({ reason }) => problems.push(String(reason)))
      })()`)
      await page.until("[...document.querySelectorAll('button')].some((one) => one.textContent.includes('Pima diabetes'))")
      await page.evaluate("[...document.querySelectorAll('button')].find((one) => one.textContent.includes('Pima diabetes')).click()")
      await page.until("document.querySelector('.answer-head select')")
      await page.evaluate(`(() => {
        const select = [...document.querySelectorAll('select')].find(({ labels }) => labels[0]?.textContent.includes('Time to learn'))
        select.value = '5'
        select.dispatchEvent(new Event('change', { bubbles: true }))
      })()`)
      await page.until("document.body.innerText.includes('right on rows it never saw')")
      await page.until("document.querySelector('.answer-head .state')?.textContent === 'Done'")
      expect(await textOf('section[aria-labelledby=matters] .short')).toContain('plas')
      expect(await textOf('section[aria-labelledby=try] .short')).toMatch(/^tested_negative, with a chance of \d+ %$/)
      // The key End, as WebDriver writes it.
      await page.type('input[type=range]', '\uE010')
      await page.until("document.body.innerText.includes('Outside what was seen')")
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
      expect(await page.evaluate('problems')).toEqual([])
    })
  },
  'WebKit',
)
