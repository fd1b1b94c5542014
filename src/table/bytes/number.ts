/** Reads a decimal number from bytes, correctly rounded to float64, without making a text of it. */

/** 10^0 to 10^22: the powers of ten that float64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** Digits that a float64 surely holds exactly, and how many more are carried beside them. */
const HIGH_DIGITS = 15
const LOW_DIGITS = 4

const ZERO = 48
const MINUS = 45
const PLUS = 43

/** Veltkamp's constant, 2^27 + 1: splits a float64 into halves whose products are exact. */
const SPLITTER = 134217729

/**
 * The number that the cell `bytes[start, end)` is, by `decimal` (a byte) as its decimal sign; NaN where it is none of the common form, or has more
 * digits than are carried here: then `Number` of its text decides.
 *
 * Up to 2^53 and within 10^22 one multiplication or division of exact numbers rounds correctly (Clinger 1990, "How to read floating point numbers
 * accurately"). Of up to 19 digits the quotient is formed in twice the precision (Dekker 1971), and given up where it lies too near the middle of
 * two float64 to tell.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number, decimal: number): number {
  let at = start
  const sign = bytes[at] ?? 0
  if (sign === MINUS || sign === PLUS) at++
  let high = 0
  let low = 0
  let lowDigits = 0
  let digits = 0
  let scale = 0
  let seen = 0
  let fraction = false
  for (; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit >= 0 && digit <= 9) {
      seen++
      if (fraction) scale--
      if (digits < HIGH_DIGITS) {
        high = high * 10 + digit
        // Zeros before the first other digit cost nothing.
        if (high > 0) digits++
      } else {
        if (++lowDigits > LOW_DIGITS) return Number.NaN
        low = low * 10 + digit
      }
    } else if (digit + ZERO === decimal && !fraction) fraction = true
    else break
  }
  if (seen === 0) return Number.NaN
  if (at < end) {
    const exponent = parseExponent(bytes, at, end)
    if (Number.isNaN(exponent)) return Number.NaN
    scale += exponent
  }
  const value = lowDigits === 0 ? scaled(high, scale) : scaledLong(high, low, lowDigits, scale)
  return sign === MINUS ? -value : value
}

/** What stands after the `e` at a place; NaN where there is no `e`, or no whole number of up to three digits after it. */
function parseExponent(bytes: Uint8Array, start: number, end: number): number {
  if (((bytes[start] ?? 0) | 0x20) !== 101) return Number.NaN
  let at = start + 1
  const sign = bytes[at] ?? 0
  if (sign === MINUS || sign === PLUS) at++
  if (at >= end || end - at > 3) return Number.NaN
  let exponent = 0
  for (; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return Number.NaN
    exponent = exponent * 10 + digit
  }
  return sign === MINUS ? -exponent : exponent
}

/** digits x 10^scale, of digits below 2^53. */
function scaled(digits: number, scale: number): number {
  if (scale === 0 || digits === 0) return digits
  if (scale < 0) return scale < -22 ? Number.NaN : digits / (POWERS[-scale] ?? Number.NaN)
  return scale > 22 ? Number.NaN : digits * (POWERS[scale] ?? Number.NaN)
}

/** (high x 10^lowDigits + low) x 10^scale. */
function scaledLong(high: number, low: number, lowDigits: number, scale: number): number {
  if (scale > 0 || scale < -22) return Number.NaN
  // The digits as a sum of two float64, exactly: a product with its error, and what is added to it with its own.
  const shift = POWERS[lowDigits] ?? Number.NaN
  const product = high * shift
  const sum = product + low
  const rest = errorOfProduct(high, shift, product) + (low - (sum - product))
  const divisor = POWERS[-scale] ?? Number.NaN
  const quotient = sum / divisor
  const back = quotient * divisor
  const remainder = sum - back - errorOfProduct(quotient, divisor, back) + rest
  const correction = remainder / divisor
  const value = quotient + correction
  const left = correction - (value - quotient)
  return value + left * 1.0000001 === value ? value : Number.NaN
}

/** a x b - product, exactly, where `product` is their rounded product. */
function errorOfProduct(a: number, b: number, product: number): number {
  const aTop = a * SPLITTER - (a * SPLITTER - a)
  const bTop = b * SPLITTER - (b * SPLITTER - b)
  const aEnd = a - aTop
  const bEnd = b - bTop
  return aTop * bTop - product + aTop * bEnd + aEnd * bTop + aEnd * bEnd
}
