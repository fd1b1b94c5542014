// Ends a command cleanly on Ctrl-C and similar signals.

import { EXIT } from './exit.ts'
import { writeNote } from './output.ts'

/** Ctrl-C, a polite kill, a terminal that was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** One key press may arrive twice: npm and npx pass on a signal that the terminal has already sent to everybody. */
const ECHO_MILLISECONDS = 500

/** Runs work that Ctrl-C ends cleanly: the first press aborts the signal, the second quits at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  let pressed = Number.NEGATIVE_INFINITY
  const stop = () => {
    if (performance.now() - pressed < ECHO_MILLISECONDS) return
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
    pressed = performance.now()
    writeNote('\nStopping and saving what there is; press Ctrl-C again to quit at once.\n')
    controller.abort()
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  try {
    return await work(controller.signal)
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}
