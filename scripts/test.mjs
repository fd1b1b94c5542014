// `npm test`: installs what is missing, builds, and checks everything. Arguments after `--` go to vitest alone.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap } from './bootstrap.mjs'
import { getBrowsers } from './get-browsers.mjs'
import { getChrome } from './get-chrome.mjs'
import { getFashion } from './get-fashion.mjs'
import { getNodes } from './get-nodes.mjs'
import { getOptuna } from './get-optuna.mjs'
import { getRedis } from './get-redis.mjs'
import { cleanCommit, TESTED } from './release-checks.mjs'
import { root, runMain, runNode, runNpm, StepError, step } from './run.mjs'
import { installEmbeddingTools, installSiteTools } from './tools.mjs'

const inCI = process.env.CI === 'true'
const report = join(root, '.cache/vitest.json')

/** @returns {Promise<Record<string, string>>} the variables that tell the tests which browser to use, or why there is none */
async function browser() {
  if (process.env.ESPALIER_SKIP_BROWSER === '1') {
    if (inCI) throw new StepError('ESPALIER_SKIP_BROWSER=1 is for a developer without a browser; with CI=true the browser tests must run')
    console.log('BROWSER TESTS NOT RUN: ESPALIER_SKIP_BROWSER=1')
    return {}
  }
  const path = await getChrome()
  console.log(path)
  return { ESPALIER_CHROME: path }
}

/** The WebGPU tests fail without an adapter rather than be skipped: always in CI, elsewhere when asked. */
const REQUIRE_WEBGPU = process.env.REQUIRE_WEBGPU ?? (inCI ? '1' : '0')

async function fashion() {
  try {
    console.log(await getFashion())
  } catch (error) {
    if (inCI) throw error
    console.log(`FASHION-MNIST TESTS NOT RUN: ${error instanceof Error ? error.message : error}`)
  }
}

/** @returns {Promise<Record<string, string>>} the variable that tells the tests which Python has Optuna, if one does */
async function optuna() {
  try {
    const path = await getOptuna()
    console.log(path)
    return { ESPALIER_PYTHON: path }
  } catch (error) {
    if (inCI) throw error
    console.log(`OPTUNA TESTS NOT RUN: ${error instanceof Error ? error.message : error}`)
    return {}
  }
}

/** @returns {Promise<Record<string, string>>} the variable that tells the tests which Redis server to start, if there is one */
async function redis() {
  try {
    const path = await getRedis()
    console.log(path)
    return { ESPALIER_REDIS: path }
  } catch (error) {
    if (inCI) throw error
    console.log(`REDIS TESTS NOT RUN: ${error instanceof Error ? error.message : error}`)
    return {}
  }
}

/** @param {Record<string, string>} env */
async function vitest(env) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  await runNode(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...process.argv.slice(2)], env)
}

/** One line for people and machines: what vitest counted, a file that broke before its first test counting as a failure. */
function printCounts() {
  if (!existsSync(report)) return
  /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
   *   testResults: { status: string, assertionResults: { status: string }[] }[] }} */
  const counts = JSON.parse(readFileSync(report, 'utf8'))
  const broken = counts.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  )
  const failed = counts.numFailedTests + broken.length
  console.log(`\n${counts.numPassedTests} passed, ${failed} failed, ${counts.numPendingTests + counts.numTodoTests} skipped`)
}

/** Notes the commit that all tests have passed on, for `npm run release`. Nothing is noted where tests were left out or something is not committed. */
function noteTested() {
  const whole = process.argv.length === 2 && process.env.ESPALIER_SKIP_BROWSER !== '1'
  const commit = whole && existsSync(join(root, '.git')) ? cleanCommit(root) : undefined
  if (commit !== undefined) writeFileSync(join(root, TESTED), `${commit}\n`)
}

/**
 * What some tests run in: its absence fails in CI, and is said elsewhere.
 * @param {string} name
 * @param {() => Promise<void>} get
 */
async function wanted(name, get) {
  try {
    await get()
  } catch (error) {
    if (inCI) throw error
    console.log(`${name} NOT RUN: ${error instanceof Error ? error.message : error}`)
  }
}

/** Where all tests are asked for: what those of the project `packed` are built with, and the hosts beside this Node and Chrome. */
async function installTools() {
  if (process.argv.length > 2) return
  await wanted('TESTS IN OTHER RELEASES OF NODE', getNodes)
  // Debian has WebKit with a driver; Firefox comes along.
  if (process.platform === 'linux' && process.env.ESPALIER_SKIP_BROWSER !== '1') await wanted('FIREFOX AND WEBKIT', getBrowsers)
  await installSiteTools()
  await installEmbeddingTools()
}

/** They read the sources and what is built, and nothing of one another. */
const CHECKS = ['typecheck', 'lint', 'deps', 'knip', 'package:check']

/**
 * Waits for all of them.
 * @param {Promise<void>[]} works
 * @throws what the first that failed threw
 */
async function together(works) {
  await Promise.allSettled(works)
  await Promise.all(works)
}

runMain(async () => {
  rmSync(report, { force: true })
  rmSync(join(root, TESTED), { force: true })
  try {
    await step('install', bootstrap)
    // The network works while this machine does.
    const tools = step('tools of the tests', installTools)
    tools.catch(() => {})
    await step('build', () => runNode(['scripts/build.mjs']))
    await together(CHECKS.map((name) => step(name, () => runNpm(['run', '--silent', name], { held: true }))))
    await tools
    const env = { ...(await step('browser', browser)), ...(await step('optuna', optuna)), ...(await step('redis', redis)) }
    await step('data', fashion)
    const REQUIRE_BROWSERS = inCI && process.platform === 'linux' ? '1' : '0'
    await step('vitest', () => vitest({ ...env, REQUIRE_WEBGPU, REQUIRE_BROWSERS }))
    noteTested()
  } finally {
    printCounts()
  }
})
