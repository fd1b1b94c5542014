// Notes the values of a column that are probably spellings of one.

import { excerpt, listed } from '../core/excerpt.ts'
import type { Context } from './context.ts'

/** Values that differ in case or blanks alone are one thing to a person, and two to a network. */
export function noteSpellings(name: string, texts: readonly string[], context: Context): void {
  const groups = groupBy(texts)
  const doubles = [...groups.values()].filter((group) => group.length > 1)
  if (doubles.length === 0 || doubles.length * 4 > groups.size + 4) return
  context.problems.push({
    column: name,
    message: `column "${excerpt(name)}": ${listed(doubles.slice(0, 3).map((group) => group.map((text) => `"${excerpt(text, 30)}"`).join(' and ')))} differ in upper and lower case or blanks alone, and stay different categories: mend the file if they are one`,
  })
}

function groupBy(texts: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const text of texts) {
    const key = text.toLowerCase().replace(/\s+/g, ' ')
    const group = groups.get(key)
    if (group) group.push(text)
    else groups.set(key, [text])
  }
  return groups
}
