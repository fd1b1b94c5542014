// The one way in for JSON: parses text within a bound of nesting.

/** Lists and objects within each other. What reads them goes down by calls, and the stack of a worker has room for some thousands. */
export const MAX_DEPTH = 256

/** Data nests deeper than anything that is read here. */
export class JsonDepthError extends Error {
  override readonly message = `nests lists and objects more than ${MAX_DEPTH} deep`
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner))
}

/** @throws JsonDepthError for plain data that nests too deep, or holds itself */
export function checkDepth(value: unknown): void {
  if (isDeeperThan(MAX_DEPTH, value)) throw new JsonDepthError()
}

/** Where a string of JSON that begins at `start` ends: at its closing quote, or past the text. */
export function endOfString(text: string, start: number): number {
  // By steps: a regular expression has no room for a string of some megabytes.
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

/** Before anything is made of the text. */
function isDeepText(text: string): boolean {
  // A level takes two characters, so that short lines, as journals have, need no look.
  if (text.length <= 2 * MAX_DEPTH) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '"') at = endOfString(text, at)
    else if (sign === '[' || sign === '{') depth += 1
    else if (sign === ']' || sign === '}') depth -= 1
    if (depth > MAX_DEPTH) return true
  }
  return false
}

/** The one way in for JSON of files, journals and links. @throws SyntaxError where it is none, JsonDepthError where it nests too deep */
export function parseJson(text: string): unknown {
  if (isDeepText(text)) throw new JsonDepthError()
  return JSON.parse(text)
}

/** What was wrong with a text that `parseJson` refused, after the name of what held it. */
export const jsonFault = (cause: unknown): string => (cause instanceof JsonDepthError ? cause.message : 'is no JSON')
