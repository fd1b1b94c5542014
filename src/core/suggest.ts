// Suggests the name that was probably meant where one is misspelled.

import { closest, distance } from 'fastest-levenshtein'

/** Beyond these limits it is not one mistyped name of a few. */
const LONGEST = 80
const MOST = 2000

/** Returns `; did you mean "x"?` if one of them is close to `word`, else the empty string. */
export function suggest(word: string, among: readonly string[]): string {
  if (among.length === 0 || among.length > MOST || word.length > LONGEST) return ''
  const near = closest(word.toLowerCase(), [...among])
  return distance(word.toLowerCase(), near.toLowerCase()) <= Math.max(2, Math.floor(word.length / 3)) ? `; did you mean "${near}"?` : ''
}
