// Checks values that users pass to a study, and shows them in errors.

import { InvalidSpecError } from '../core/errors.ts'

/** How deep lists and objects may nest; Python gives up before 1000. */
const DEEPEST = 200

/** Any value in an error message: as JSON if possible, else as JavaScript shows it. */
export function shownValue(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return 'a function'
  if (value instanceof Promise) return 'a promise, which lacks its await'
  try {
    const text = JSON.stringify(value) ?? String(value)
    return text.length > 60 ? `${text.slice(0, 57)}...` : text
  } catch {
    return 'an object that is no JSON'
  }
}

/** What to show a person about whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown
  const { name, message } = (thrown ?? {}) as { readonly name?: unknown; readonly message?: unknown }
  // An error, also one of another realm.
  return typeof name === 'string' && typeof message === 'string' ? `${name}: ${message}` : shownValue(thrown)
}

/** @throws InvalidSpecError unless it is a whole number from `low` on */
export function checkWhole(field: string, value: unknown, low: number, high = Number.MAX_SAFE_INTEGER): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return
  throw new InvalidSpecError(`${field} is ${shownValue(value)}; it must be a whole number from ${low} to ${high}`)
}

/**
 * Checks that JSON can represent the value exactly; NaN and the infinities count, since a journal can hold them.
 * @throws InvalidSpecError naming what it cannot represent
 */
export function checkJson(field: string, value: unknown, around: readonly unknown[] = []): void {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return
  if (around.length > DEEPEST) throw new InvalidSpecError(`${field.slice(0, 60)}... is nested deeper than ${DEEPEST}; it must be flatter`)
  if (around.includes(value)) throw new InvalidSpecError(`${field} is an object that holds itself; it must be what JSON holds`)
  const isPlain = Array.isArray(value) || (typeof value === 'object' && isPlainObject(value))
  if (!isPlain)
    throw new InvalidSpecError(
      `${field} is ${shownValue(value)}; it must be what JSON holds: lists, plain objects, texts, numbers, true, false, null`,
    )
  for (const [key, item] of Object.entries(value as object))
    checkJson(Array.isArray(value) ? `${field}[${key}]` : `${field}.${key}`, item, [...around, value])
}

/** Of any realm. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
