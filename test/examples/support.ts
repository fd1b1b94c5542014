import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser } from 'puppeteer-core'
import { serveFolder } from '../embedding/stage.ts'
import { npm } from '../support/npm.ts'
import { installPacked } from '../support/packed.ts'
import { StudioTab } from '../support/studio.ts'

/** The applications of examples/, installed with the packed package and run as their README says. */

const WIDTHS = [400, 1000, 1400]

/** An application in a folder of its own; whoever installs it removes it. */
export const installExample = (name: string): Promise<{ path: string; remove: () => Promise<void> }> =>
  installPacked(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)))

/** Checks its types, builds it with Vite, and serves what came out. */
export async function serveBuilt(folder: string): Promise<{ url: string; close: () => Promise<void> }> {
  await npm(folder, ['run', 'build'])
  return serveFolder(join(folder, 'dist'))
}

/** `npm start`: Vite's own server, which builds as files are asked for. */
export async function startDevServer(folder: string): Promise<{ url: string; close: () => Promise<void> }> {
  const server = spawn(process.execPath, [join(folder, 'node_modules/vite/bin/vite.js')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  const url = await printedBy(server, /http:\/\/localhost:\d+\//)
  const close = async (): Promise<void> => {
    const ended = once(server, 'exit')
    server.kill()
    await ended
  }
  return { url, close }
}

/** The first thing of this form that a process prints. @throws when it ends before */
function printedBy(child: ChildProcess, form: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const found = form.exec(printed)
      if (found) resolve(found[0])
    })
    child.on('exit', () => reject(new Error(`it printed no ${form}, but: ${printed}`)))
  })
}

/** A tab with the page of an example. */
export const openTab = (browser: Browser, url: string, downloads?: string): Promise<StudioTab> => StudioTab.open(browser, url, downloads)

/** What axe-core finds wrong in light and dark, and by how much the page is wider than its window. */
export async function flaws(tab: StudioTab): Promise<string[]> {
  const found: string[] = []
  for (const theme of ['light', 'dark']) {
    await tab.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
    found.push(...(await tab.violations()).map((violation) => `${theme}: ${violation}`))
  }
  await tab.page.emulateMediaFeatures([])
  const over = await tab.overflow(...WIDTHS)
  return [...found, ...over.flatMap((pixels, i) => (pixels > 0 ? [`${pixels} pixels too wide at ${WIDTHS[i]}`] : []))]
}

const runFile = promisify(execFile)

/** Runs a program of an example. @returns what it printed, and its exit code */
export async function runNode(folder: string, args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await runFile(process.execPath, args, { cwd: folder })) }
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string }
  }
}
