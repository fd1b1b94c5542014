import { CommanderError } from 'commander'
import { EspalierError, InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { DataUnavailableError } from '../data/errors.ts'
import { UnsupportedModelError } from '../formats/index.ts'

/** What the shell is told: 0 done, 1 failed while running, 2 the command, spec or data is wrong, 130 stopped by Ctrl-C. */
export const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The command line asks for something that cannot be: an unknown file, two options that exclude each other. */
export class UsageError extends EspalierError {
  override readonly name = 'UsageError'
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'this is a folder; a file is needed',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file of that name is in the way',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}

/** The message of a file-system error people can mend, or undefined. */
function fileError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return undefined
  const what = FILE_ERRORS[String(error.code)]
  return what === undefined ? undefined : `${String(error.path)}: ${what}`
}

const WRONG_INPUT = [UsageError, InvalidSpecError, InvalidDataError, UnsupportedModelError, DataUnavailableError]

/** Says on stderr what went wrong, a stack only where it is nobody's fault but ours. */
export function reportError(error: unknown): ExitCode {
  // Commander has printed its own message by now; help and --version arrive here as well, with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof Error && error.name === 'AbortError') return EXIT.interrupted
  const expected = error instanceof EspalierError ? error.message : fileError(error)
  if (expected !== undefined) {
    process.stderr.write(`error: ${expected}\n`)
    return !(error instanceof EspalierError) || WRONG_INPUT.some((kind) => error instanceof kind) ? EXIT.usage : EXIT.failure
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `${stack}\n\nThis is a fault of espalier itself: please report it, with the lines above and the output of \`espalier doctor\`.\n`,
  )
  return EXIT.failure
}
