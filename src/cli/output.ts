// Writes to the terminal, without control characters or passwords.

import { visible } from '../core/visible.ts'

/**
 * User and password of a journal's address, up to the last @ of the word, for a password may hold one; and of any other address, also as a path
 * of it is written. Those of our own examples stay.
 */
const SECRETS =
  /(rediss?:\/{0,2})(?!\/*user:password@)[^\s"'<>]*@|(\b[a-z][a-z0-9+.-]+:\/{1,2})(?!\/*user:password@)[^\s/?#"'<>@:]*:[^\s/?#"'<>]*@/gi

/** A text without the users and passwords of addresses in it, as of redis://user:password@host. */
export const withoutSecrets = (text: string): string =>
  text.replace(SECRETS, (_, redis: string | undefined, other: string | undefined) => redis ?? other ?? '')

/**
 * The only way to the terminal: names, values and reasons come from other people's journals and files and must not act on it; addresses may hold
 * passwords.
 */
const shown = (text: string): string => visible(withoutSecrets(text))

/** Results, for programs and people who keep them. */
export const writeOut = (text: string): void => void process.stdout.write(shown(text))
/** For people who watch, apart from results. */
export const writeNote = (text: string): void => void process.stderr.write(shown(text))

/** A command as it is typed in a shell: words with blanks and signs that act there in quotation marks. */
export const typed = (words: readonly string[]): string =>
  words
    .map((word) =>
      /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`,
    )
    .join(' ')
