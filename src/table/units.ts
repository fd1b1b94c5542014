/** Units behind numbers: a column of `12 cm`, `7.5 cm`, … is one of numbers. */

import { isPlain, LONGEST, MEASURED, MOSTLY, undress } from './notation.ts'

/** A number in any notation, and what stands behind it. */
const withUnit = /^[+\-\u2212]?\d[\d.,'\u00A0\u202F ]*?\s?((?:[°‰µ]|\p{L})[\p{L}°µ²³·/^.]{0,11}[23]?)$/u

/** What stands behind the numbers of all texts but a few; undefined where that differs, nothing does, or there are few, as of classes called `2 doors`. */
export function unitOf(texts: readonly string[]): string | undefined {
  if (texts.length < MEASURED) return undefined
  const units = texts.map(unitIn)
  const [first] = units.filter((unit) => unit !== undefined)
  return units.filter((unit) => unit === first).length >= MOSTLY * texts.length ? first : undefined
}

/** Exponents are part of the number, and currencies are told as such. */
function unitIn(text: string): string | undefined {
  if (text.length > LONGEST || isPlain(text) || undress(text).dress.currency) return undefined
  const unit = withUnit.exec(text)?.[1]
  return unit === undefined || /^e\d+$/i.test(unit) ? undefined : unit
}

export const withoutUnit = (text: string, unit: string | undefined): string =>
  unit !== undefined && text.endsWith(unit) ? text.slice(0, -unit.length).trimEnd() : text
