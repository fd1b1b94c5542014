import { closest, distance } from 'fastest-levenshtein'

/** The words of `among` are few; this answers `; did you mean "x"?` when one of them is near `word`, else the empty string. */
export function suggest(word: string, among: readonly string[]): string {
  if (among.length === 0) return ''
  const near = closest(word.toLowerCase(), [...among])
  return distance(word.toLowerCase(), near.toLowerCase()) <= Math.max(2, Math.floor(word.length / 3)) ? `; did you mean "${near}"?` : ''
}
