// Finds a browser for the tests, or gets one: from the system's packages where we may install, else as a download into .cache.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { aptInstall } from './apt.mjs'
import { downloadNote, findChrome } from './find-chrome.mjs'
import { StepError } from './run.mjs'

/**
 * Why a browser does not run here (a snap's stub, a missing library), or undefined when it does.
 * @param {string} path
 */
function problemOf(path) {
  // On Windows `--version` would open a window instead.
  if (process.platform === 'win32') return undefined
  try {
    execFileSync(path, ['--version'], { timeout: 60_000, stdio: ['ignore', 'ignore', 'pipe'] })
    return undefined
  } catch (error) {
    return `${path} does not run: ${error instanceof Error ? error.message : error}`
  }
}

async function download() {
  // Imported here because it is a heavy module that hardly any machine needs.
  const browsers = await import('@puppeteer/browsers')
  const platform = browsers.detectBrowserPlatform()
  if (platform === undefined) throw new Error(`there is no Chrome for ${process.platform} ${process.arch}`)
  const browser = browsers.Browser.CHROME
  const buildId = await browsers.resolveBuildId(browser, platform, 'stable')
  const cacheDir = dirname(dirname(downloadNote))
  const { executablePath } = await browsers.install({ browser, buildId, platform, cacheDir })
  mkdirSync(dirname(downloadNote), { recursive: true })
  writeFileSync(downloadNote, executablePath)
}

/**
 * @returns {Promise<string>} the path of a browser that runs
 * @throws {StepError} saying what was tried and what to do
 */
export async function getChrome() {
  /** @type {string[]} */
  const tried = []
  const ways = [
    { name: 'installed', get: async () => {} },
    { name: 'apt-get install chromium', get: () => aptInstall('chromium') },
    { name: 'download of Chrome for Testing', get: download },
  ]
  for (const { name, get } of ways) {
    try {
      await get()
    } catch (error) {
      tried.push(`  ${name}: ${error instanceof Error ? error.message : error}`)
      continue
    }
    const path = findChrome()
    const problem = path === undefined ? 'none found' : problemOf(path)
    if (path !== undefined && problem === undefined) return path
    tried.push(`  ${name}: ${problem}`)
  }
  throw new StepError(
    `no Chrome or Chromium for the browser tests:\n${tried.join('\n')}\n` +
      'Install one and name it in ESPALIER_CHROME, or set ESPALIER_SKIP_BROWSER=1 to run without the browser tests.',
  )
}
