import { EXIT } from './exit.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Runs work that Ctrl-C ends cleanly: the first press aborts the signal, the second quits at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
    process.stderr.write('\nStopping and saving what there is; press Ctrl-C again to quit at once.\n')
    controller.abort()
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  try {
    return await work(controller.signal)
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}
