// Shows the progress of long tasks on stderr.

import { Presets, SingleBar } from 'cli-progress'
import { writeNote } from './output.ts'

/** Shows how far a long task is: a bar on a terminal, now and then a line elsewhere. Always on stderr: stdout is for results. */
export interface Progress {
  /** `done` from 0 to 1; `note` stays until the next one. */
  update(done: number, note?: string): void
  stop(): void
}

/** Lines in a log: one for each tenth of the way, and one now and then for people who wait. */
const LINE_SHARE = 0.1
const LINE_MILLISECONDS = 15_000
/** The time left is estimated from the latest updates; a backend sends some 40 a second. */
const ETA_UPDATES = 400

/**
 * Ends a bar where the process ends, too, as by a second Ctrl-C: it keeps the terminal from wrapping lines, and may hide its cursor.
 * @returns what ends it before
 */
export function untilExit(stop: () => void): () => void {
  let isShown = true
  const end = (): void => {
    process.off('exit', end)
    if (isShown) stop()
    isShown = false
  }
  process.on('exit', end)
  return end
}

function bar(title: string): Progress {
  const format = `${title} {bar} {percentage} % | {eta_formatted} left | {note}`
  const shown = new SingleBar(
    { format, barsize: 24, etaBuffer: ETA_UPDATES, gracefulExit: false, stream: process.stderr },
    Presets.shades_classic,
  )
  let note = ''
  shown.start(1, 0, { note })
  return {
    update(done, newNote = note) {
      note = newNote
      shown.update(done, { note })
    },
    stop: untilExit(() => shown.stop()),
  }
}

function lines(title: string): Progress {
  let next = LINE_SHARE
  let time = performance.now()
  let note = ''
  return {
    update(done, newNote = note) {
      note = newNote
      const now = performance.now()
      if (done < next && now - time < LINE_MILLISECONDS) return
      // After 100 % there is no next line.
      next = done >= 1 ? Number.POSITIVE_INFINITY : (Math.floor(done / LINE_SHARE) + 1) * LINE_SHARE
      time = now
      writeNote(`${title} ${Math.floor(done * 100)} %${note === '' ? '' : ` | ${note}`}\n`)
    },
    stop: () => undefined,
  }
}

export const startProgress = (title: string): Progress => (process.stderr.isTTY ? bar(title) : lines(title))
