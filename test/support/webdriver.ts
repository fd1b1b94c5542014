// Drives a browser by W3C WebDriver: the few commands of it that tests need, over HTTP.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A page that runs code. */
export interface DrivenPage {
  goto(url: string): Promise<void>
  /** The value of an expression, awaited, as JSON has it. */
  evaluate(expression: string): Promise<unknown>
  /** Until an expression is true. */
  until(expression: string): Promise<void>
  /** Types into what a selector finds; keys beyond letters are WebDriver's. */
  type(selector: string, text: string): Promise<void>
  click(selector: string): Promise<void>
  close(): Promise<void>
}

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'

/** Starts WebKitGTK on a screen of its own; whoever starts it closes it. */
export async function launchWebkit({ driver, xvfb }: { readonly driver: string; readonly xvfb: string }): Promise<DrivenPage> {
  const screen = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const [number] = (await once(screen.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer]
  const port = await freePort()
  // Its sandbox needs namespaces that containers do not have.
  const env = { ...process.env, DISPLAY: `:${number.toString().trim()}`, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }
  const process_ = spawn(driver, [`--port=${port}`], { stdio: 'ignore', env })
  const stop = () => Promise.all([process_, screen].map(ended))
  try {
    return await openPage(`http://127.0.0.1:${port}`, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

async function openPage(driver: string, stop: () => Promise<unknown>): Promise<DrivenPage> {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${driver}${path}`, { method, ...(body && { body: JSON.stringify(body) }) })
    const { value } = (await response.json()) as { value: { error?: string; message?: string } | null }
    if (value?.error !== undefined) throw new Error(`WebDriver: ${value.error}: ${value.message}`)
    return value
  }
  while (!(await fetch(`${driver}/status`).catch(() => undefined))?.ok) await new Promise((resolve) => setTimeout(resolve, 100))
  const { sessionId } = (await call('POST', '/session', { capabilities: {} })) as { sessionId: string }
  const session = `/session/${sessionId}`
  // What hangs is ended by the test's own limit.
  await call('POST', `${session}/timeouts`, { script: null, pageLoad: 600_000 })
  const element = async (selector: string): Promise<string> => {
    const found = (await call('POST', `${session}/element`, { using: 'css selector', value: selector })) as Record<string, string>
    return `${session}/element/${found[ELEMENT]}`
  }
  const evaluate = (expression: string) => call('POST', `${session}/execute/sync`, { script: `return (${expression})`, args: [] })
  return {
    goto: async (url) => void (await call('POST', `${session}/url`, { url })),
    evaluate,
    until: async (expression) => {
      while ((await evaluate(`Boolean(${expression})`)) !== true) await new Promise((resolve) => setTimeout(resolve, 100))
    },
    type: async (selector, text) => void (await call('POST', `${await element(selector)}/value`, { text })),
    click: async (selector) => void (await call('POST', `${await element(selector)}/click`, {})),
    close: async () => {
      await call('DELETE', session).catch(() => undefined)
      await stop()
    },
  }
}
