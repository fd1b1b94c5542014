// Browsers beside Chromium that tests run in.

import { describe, it } from 'vitest'
import { findWebkit } from '../../scripts/find-browsers.mjs'
import { firefoxPath, launchFirefox } from './firefox.ts'
import { type DrivenPage, launchWebkit } from './webdriver.ts'

interface OtherBrowser {
  readonly name: string
  /** Why tests do not run in it. */
  readonly reason: string | undefined
  open(): Promise<DrivenPage>
}

const webkit = findWebkit()
const NONE = 'there is none; `npm test` installs it where it may, ESPALIER_FIREFOX, ESPALIER_WEBKIT and ESPALIER_XVFB name another'

const OTHER_BROWSERS: readonly OtherBrowser[] = [
  { name: 'Firefox', reason: firefoxPath === undefined ? NONE : undefined, open: () => openFirefox(firefoxPath ?? '') },
  {
    name: 'WebKit',
    reason: webkit === undefined ? NONE : undefined,
    open: () => (webkit === undefined ? Promise.reject(new Error(NONE)) : launchWebkit(webkit)),
  },
]

async function openFirefox(path: string): Promise<DrivenPage> {
  const browser = await launchFirefox(path)
  const page = await browser.newPage()
  return {
    goto: async (url) => void (await page.goto(url, { timeout: 0 })),
    evaluate: (expression) => page.evaluate(expression),
    until: async (expression) => void (await page.waitForFunction(`Boolean(${expression})`, { polling: 100, timeout: 0 })),
    type: (selector, text) => page.type(selector, text),
    click: (selector) => page.click(selector),
    close: () => browser.close(),
  }
}

/** `describe` in each of them, or in one; one that is missing is named with the reason, and fails where REQUIRE_BROWSERS=1. */
export function describeInOtherBrowsers(name: string, tests: (browser: OtherBrowser) => void, only?: string): void {
  for (const browser of OTHER_BROWSERS.filter((one) => only === undefined || one.name === only)) {
    const title = `${name}, in ${browser.name}`
    const line = `${browser.name.toUpperCase()} NOT RUN: ${browser.reason}`
    if (browser.reason === undefined) describe(title, () => tests(browser))
    else if (process.env.REQUIRE_BROWSERS === '1')
      it(`${title} (${line})`, () => {
        throw new Error(line)
      })
    else describe.skip(`${title} (${line})`, () => it.todo('runs'))
  }
}
