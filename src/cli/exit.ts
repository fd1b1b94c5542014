// Exit codes, and how errors are reported.

import { CommanderError } from 'commander'
import { EspalierError, InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { DataUnavailableError } from '../data/errors.ts'
import { isOfPath, reasonOf } from '../data/node/system.ts'
import { FileWriteError } from '../data/node/write.ts'
import { UnsupportedModelError } from '../formats/index.ts'
import { CorruptJournalError, JournalError } from '../study/journal/errors.ts'
import { writeNote } from './output.ts'
import { reportsGoTo } from './version.ts'

/** The exit code: 0 done, 1 failed while running, 2 the command, spec or data is wrong, 130 stopped by Ctrl-C. */
export const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The command line asks for something that cannot be: an unknown file, two options that exclude each other. */
export class UsageError extends EspalierError {
  override readonly name = 'UsageError'
}

/** The message of a file-system error that people can correct, or undefined. */
export function fileError(error: unknown): string | undefined {
  const reason = reasonOf(error)
  if (reason === undefined || !(error instanceof Error)) return undefined
  return 'path' in error ? `${String(error.path)}: ${reason}` : `${reason} (${error.message})`
}

const WRONG_INPUT = [UsageError, InvalidSpecError, InvalidDataError, UnsupportedModelError, DataUnavailableError, CorruptJournalError]

/** Whether the command, a spec or data were wrong, rather than something that happened on the way. */
function isWrongInput(error: unknown): boolean {
  if (error instanceof FileWriteError) return error.isOfPath
  return isOfPath(error) || (error instanceof JournalError && isOfPath(error.cause)) || WRONG_INPUT.some((kind) => error instanceof kind)
}

/** Says on stderr what went wrong, with a stack only if the fault is ours. */
export function reportError(error: unknown): ExitCode {
  // Commander has printed its own message by now; help and --version arrive here as well, with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof Error && error.name === 'AbortError') return EXIT.interrupted
  const expected = error instanceof EspalierError ? error.message : fileError(error)
  if (expected !== undefined) {
    writeNote(`error: ${expected}\n`)
    return isWrongInput(error) ? EXIT.usage : EXIT.failure
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  writeNote(
    `${stack}\n\nThis is a fault of espalier itself: please report it to ${reportsGoTo}, with the lines above and the output of \`espalier doctor\`.\n`,
  )
  return EXIT.failure
}
