/** Inside a page that browser.ts serves. */

import type { ProcessorClock } from './elapsed.ts'

/** What the page tells the browser's master at its end. */
export type Outcome = { readonly result: unknown } | { readonly error: string }

/** What a page that a program opened has, and one opened by hand has not. */
interface Master {
  readonly finish?: (outcome: Outcome) => void
  readonly processorSeconds?: ProcessorClock
}

/** No page can see processor time by itself. */
const noClock: ProcessorClock = async () => Number.NaN

export async function read(path: string): Promise<ArrayBuffer> {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return response.arrayBuffer()
}

function log(line: string): void {
  console.log(line)
  document.querySelector('pre')?.append(`${line}\n`)
}

/** What a page's work is given. */
export interface PageHost {
  readonly clock: ProcessorClock
  log(line: string): void
}

/**
 * Does the page's order and reports what came out.
 * @param Order as browser.ts was given it
 * @param show what stands on the page at the end, for people
 */
export async function follow<Order, Result>(
  work: (order: Order, host: PageHost) => Promise<Result>,
  show: (result: Result) => string,
): Promise<void> {
  const { finish, processorSeconds = noClock } = globalThis as unknown as Master
  try {
    const order: Order = JSON.parse(new TextDecoder().decode(await read('/order.json')))
    const result = await work(order, { clock: processorSeconds, log })
    if (finish === undefined) log(`\n${show(result)}`)
    finish?.({ result })
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    if (finish === undefined) log(text)
    finish?.({ error: text })
  }
}
