// Finds the browsers beside Chrome that tests run in.

import { existsSync } from 'node:fs'

/** By Debian's names. */
export const browserPackages = ['firefox-esr', 'webkit2gtk-driver', 'xvfb']

const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/snap/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox']
const WEBKIT = ['/usr/bin/WebKitWebDriver']
const XVFB = ['/usr/bin/Xvfb']

/**
 * @param {string | undefined} said
 * @param {string[]} usual
 */
const first = (said, usual) => (said ? said : usual.find((path) => existsSync(path)))

/** Where Firefox is: as ESPALIER_FIREFOX says, or where it usually is. */
export const findFirefox = () => first(process.env.ESPALIER_FIREFOX, FIREFOX)

/** The driver of WebKitGTK, and the X server that it needs: as ESPALIER_WEBKIT and ESPALIER_XVFB say, or where they usually are. */
export function findWebkit() {
  const driver = first(process.env.ESPALIER_WEBKIT, WEBKIT)
  const xvfb = first(process.env.ESPALIER_XVFB, XVFB)
  return driver === undefined || xvfb === undefined ? undefined : { driver, xvfb }
}
