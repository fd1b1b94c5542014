// Starts Chromium for tests.

import { type Browser, launch } from 'puppeteer-core'
import { describe } from 'vitest'
import { findChrome } from '../../scripts/find-chrome.mjs'

/** Why the browser tests do not run, or undefined when they do. A missing browser is no reason: then they fail. */
export const browserSkipReason = process.env.ESPALIER_SKIP_BROWSER === '1' ? 'ESPALIER_SKIP_BROWSER=1' : undefined

/** `describe` for tests in a browser: where they are switched off, it skips them and its name says why. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (browserSkipReason === undefined) describe(name, tests)
  else describe.skip(`${name} (BROWSER TESTS NOT RUN: ${browserSkipReason})`, tests)
}

/** Nothing but the page under test may use the processor or the network while a test runs. */
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic']

/**
 * Starts a headless Chrome or Chromium; whoever starts it closes it.
 * @param args further switches, e.g. `--enable-unsafe-webgpu`
 * @throws when there is no browser, saying how to name one
 */
export function launchChromium(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findChrome()
  if (executablePath === undefined) {
    throw new Error('no Chrome or Chromium found: install one and name it in ESPALIER_CHROME, or set ESPALIER_SKIP_BROWSER=1')
  }
  // Chrome refuses to run its sandbox as root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return launch({ executablePath, headless: true, args: [...sandbox, ...quiet, ...args] })
}
