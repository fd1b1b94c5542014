import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'puppeteer-core'
import sirv from 'sirv'
import { expect } from 'vitest'
import { watch } from '../browser/watch.ts'

/** How the fixtures are run, and what they answer. */

const run = promisify(execFile)

/** What train.js answers. */
export interface Outcome {
  readonly backend: string
  /** How many losses the fingerprint is of. */
  readonly losses: number
  readonly fingerprint: string
  /** From the start of the process or the page to the end of the first step, in ms. */
  readonly firstStep: number
}

/** Runs a program in a folder. @returns the last line it prints, which is its outcome */
export async function runProgram(folder: string, program: string, args: readonly string[]): Promise<Outcome> {
  const { stdout } = await run(program, args, { cwd: folder })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Outcome
}

/** Runs a tool of the fixtures in a folder, as `npx` would. @throws with all it printed when it fails, or warns */
export async function runTool(folder: string, name: string, args: readonly string[] = []): Promise<void> {
  const said = ({ stdout, stderr }: { stdout: string; stderr: string }) => `${name} says:
${stdout}
${stderr}`
  const printed = await run(join(folder, '../node_modules/.bin', name), args, { cwd: folder }).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(said(error))
    },
  )
  if (/\b(warning|error)s?\b/i.test(said(printed))) throw new Error(said(printed))
}

/** Serves a folder as it is, on 127.0.0.1; whoever starts it closes it. */
export async function serveFolder(folder: string, headers: Readonly<Record<string, string>> = {}) {
  const files = sirv(folder, {
    dev: true,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    },
  })
  const server = createServer((request, response) => files(request, response, () => response.writeHead(404).end()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Opens a page that puts its outcome into `globalThis.outcome`, and expects it to have nothing to complain of. */
export async function visit(browser: Browser, url: string): Promise<Outcome> {
  const page = await browser.newPage()
  try {
    const problems = watch(page, url)
    await page.goto(url)
    await page.waitForFunction('globalThis.outcome !== undefined')
    const outcome = (await page.evaluate('globalThis.outcome.catch((error) => String(error))')) as Outcome | string
    expect({ outcome, problems: [...problems] }).toEqual({ outcome: expect.any(Object), problems: [] })
    return outcome as Outcome
  } finally {
    await page.close()
  }
}

/** Says how long a fixture took, and expects the losses of the reference. */
export function expectSameLosses(fixture: string, { backend, losses, fingerprint, firstStep }: Outcome, reference: Outcome): void {
  console.log(`${fixture}: ${backend}; the first step after ${firstStep} ms; losses ${fingerprint}`)
  expect({ losses, fingerprint }).toEqual({ losses: reference.losses, fingerprint: reference.fingerprint })
}
