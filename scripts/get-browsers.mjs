// Finds Firefox and WebKit for the tests, or installs Debian's.
import { aptInstall } from './apt.mjs'
import { browserPackages, findFirefox, findWebkit } from './find-browsers.mjs'
import { StepError } from './run.mjs'

const areThere = () => findFirefox() !== undefined && findWebkit() !== undefined

/** @throws {StepError} saying what to install */
export async function getBrowsers() {
  if (areThere()) return
  let tried = 'they are installed now, and still not found'
  try {
    await aptInstall(...browserPackages)
    if (areThere()) return
  } catch (error) {
    tried = error instanceof Error ? error.message : String(error)
  }
  throw new StepError(
    `no Firefox or no WebKit (apt-get install ${browserPackages.join(' ')}: ${tried}).\n` +
      'Install them, and name the programs in ESPALIER_FIREFOX, ESPALIER_WEBKIT (WebKitWebDriver) and ESPALIER_XVFB.',
  )
}
