import { execFile, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'puppeteer-core'
import sirv from 'sirv'
import { expect } from 'vitest'
import { watch } from '../browser/watch.ts'
import { fixture } from '../support/packed.ts'

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

/** The outcome that all others must come to. */
export const trainInNode = (): Promise<Outcome> => runProgram(fixture('runtimes'), process.execPath, ['main.js'])

const env = { ...process.env, NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1' }

/** A command of the fixtures' tools, as `npx` would run it. */
const parsed = (folder: string, command: string): [string, string[]] => {
  const [name = '', ...args] = command.split(' ')
  return [join(folder, '../node_modules/.bin', name), args]
}

/** Runs a tool in a folder. @throws with all it printed when it fails, or warns */
export async function runTool(folder: string, command: string): Promise<void> {
  const said = ({ stdout, stderr }: { stdout: string; stderr: string }) =>
    new Error(`${command}:
${stdout}
${stderr}`)
  const printed = await run(...parsed(folder, command), { cwd: folder, env }).catch((error: { stdout: string; stderr: string }) => {
    throw said(error)
  })
  if (/\b(warning|error)s?\b/i.test(said(printed).message)) throw said(printed)
}

/** Of a page that may share memory between its workers. */
export const ISOLATION = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

/** Starts a tool that serves until it is closed, and waits for the address that it prints. */
export async function startTool(folder: string, command: string, address: RegExp): Promise<{ url: string; close: () => Promise<void> }> {
  const [program, args] = parsed(folder, command)
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (part: Buffer): void => {
      said += part
      const [found] = address.exec(said) ?? []
      if (found !== undefined) resolve(found)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('close', () =>
      reject(
        new Error(`${command} ended:
${said}`),
      ),
    )
  })
  const close = (): Promise<void> => {
    child.kill()
    return ended
  }
  return { url, close }
}

/** Serves a folder as it is, on 127.0.0.1; whoever starts it closes it. */
export async function serveFolder(folder: string, headers: Readonly<Record<string, string>> = {}) {
  const files = sirv(folder, {
    dev: true,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    },
  })
  const server = createServer((request, response) => files(request, response, () => void response.writeHead(404).end()))
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

/** Opens a page that puts its outcome into `globalThis.outcome`, and expects it to have nothing to complain of. `said` is what it may say. */
export async function visit(browser: Browser, url: string, said?: RegExp): Promise<Outcome> {
  const page = await browser.newPage()
  try {
    const problems = watch(page, url)
    await page.goto(url)
    await page.waitForFunction('globalThis.outcome !== undefined')
    const outcome = (await page.evaluate('globalThis.outcome.catch((error) => String(error))')) as Outcome | string
    expect({ outcome, problems: problems.filter((problem) => said?.test(problem) !== true) }).toEqual({
      outcome: expect.any(Object),
      problems: [],
    })
    return outcome as Outcome
  } finally {
    await page.close()
  }
}

/** Serves a folder, and visits its page. */
export async function serveAndVisit(browser: Browser, folder: string, headers?: Readonly<Record<string, string>>): Promise<Outcome> {
  const server = await serveFolder(folder, headers)
  try {
    return await visit(browser, server.url)
  } finally {
    await server.close()
  }
}

/** Says how long a fixture took, and expects the losses of the reference. */
export function expectSameLosses(name: string, { backend, losses, fingerprint, firstStep }: Outcome, reference: Outcome): void {
  console.log(`${name}: ${backend}; the first step after ${firstStep} ms; losses ${fingerprint}`)
  expect({ losses, fingerprint }).toEqual({ losses: reference.losses, fingerprint: reference.fingerprint })
}
