// Starts Firefox for tests, where there is one.

import { type Browser, launch } from 'puppeteer-core'
import { findFirefox } from '../../scripts/find-browsers.mjs'

export const firefoxPath: string | undefined = findFirefox()

/** Whoever starts it closes it. */
export const launchFirefox = (executablePath: string): Promise<Browser> => launch({ browser: 'firefox', executablePath, headless: true })
