// Shows any value in a few words, for error messages.

/** A value of any kind in a few words, for messages: `null`, `the text "3"`, `a Float64Array`, `a Promise`. Never throws. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)}`
    case 'bigint':
      return `the BigInt ${String(value).slice(0, 60)}n`
    case 'function':
      return 'a function'
    case 'object':
      return value === null ? 'null' : withArticle(className(value))
    default:
      return String(value)
  }
}

/** `an Array`, `a Date`. */
const withArticle = (name: string): string => (/^[aeiou]/i.test(name) ? `an ${name}` : `a ${name}`)

/** The name of an object's class, also if it comes from another window or frame. */
function className(value: object): string {
  try {
    const tag = Object.prototype.toString.call(value).slice(8, -1)
    const { name } = tag === 'Object' ? ((value as { constructor?: { name?: unknown } }).constructor ?? {}) : { name: tag }
    return typeof name === 'string' && name !== '' && name !== 'Object' ? name : 'object'
  } catch {
    // A proxy that was revoked, or that throws.
    return 'object'
  }
}

/** Whether a value has fields: neither null nor a plain number, text or function. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
