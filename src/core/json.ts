// The one way in for JSON: parses text within a bound of nesting.

/** How deep lists and objects may nest. Readers recurse, and the stack of a worker has room for some thousand calls. */
export const MAX_DEPTH = 256

/** Data nests deeper than anything that is read here. */
export class JsonDepthError extends Error {
  override readonly message = `nests lists and objects more than ${MAX_DEPTH} deep`
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner))
}

/** @throws JsonDepthError for plain data that nests too deeply, or contains itself */
export function checkDepth(value: unknown): void {
  if (isDeeperThan(MAX_DEPTH, value)) throw new JsonDepthError()
}

/** Where a string of JSON that begins at `start` ends: at its closing quote, or past the text. */
export function endOfString(text: string, start: number): number {
  // Step by step: a regular expression runs out of stack on a string of some megabytes.
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

/** Before anything is made of the text. */
function isDeepText(text: string): boolean {
  // A level takes two characters, so short lines, like those of journals, need no check.
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

/** The one way in for JSON of files, journals and links. @throws SyntaxError if it is not JSON, JsonDepthError if it nests too deeply */
export function parseJson(text: string): unknown {
  if (isDeepText(text)) throw new JsonDepthError()
  return JSON.parse(text)
}

/** What was wrong with a text that `parseJson` refused; it follows the name of the source in a message. */
export const jsonFault = (cause: unknown): string => (cause instanceof JsonDepthError ? cause.message : 'is no JSON')
