/** Lists and objects within each other. What reads them goes down by calls, and the stack of a worker has room for some thousands. */
export const MAX_DEPTH = 256

/** A text is JSON, but nests deeper than anything that is read here. */
export class JsonDepthError extends Error {
  override readonly message = `nests lists and objects more than ${MAX_DEPTH} deep`
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner))
}

/** @throws JsonDepthError for plain data that nests too deep; the same object may be met more than once, but must hold no circle */
export function checkDepth(value: unknown): void {
  if (isDeeperThan(MAX_DEPTH, value)) throw new JsonDepthError()
}

/** The one way in for JSON of files, journals and links. @throws SyntaxError where it is none, JsonDepthError where it nests too deep */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  // A level takes two characters, so that short lines, as journals have, need no look.
  if (text.length > 2 * MAX_DEPTH) checkDepth(value)
  return value
}

/** What was wrong with a text that `parseJson` refused, after the name of what held it. */
export const jsonFault = (cause: unknown): string => (cause instanceof JsonDepthError ? cause.message : 'is no JSON')
