// Starts Firefox for tests, where there is one.

import { existsSync } from 'node:fs'
import { type Browser, launch } from 'puppeteer-core'

const USUAL = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/snap/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox']

/** Where Firefox is: as ESPALIER_FIREFOX says, or where it usually is. */
export const firefoxPath: string | undefined = process.env.ESPALIER_FIREFOX ?? USUAL.find((path) => existsSync(path))

/** Whoever starts it closes it. */
export const launchFirefox = (executablePath: string): Promise<Browser> => launch({ browser: 'firefox', executablePath, headless: true })
