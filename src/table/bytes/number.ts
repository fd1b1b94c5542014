/** Reads a decimal number from bytes, correctly rounded to float64, without making a text of it. */

/** 10^0 to 10^22: the powers of ten that float64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
const MOST = 22

/** Digits are gathered in two integers of so many, which are faster than one float64. */
const GROUP = 9
/** Digits that a float64 surely holds exactly. */
const EXACT = 15

const ZERO = 48
const MINUS = 45
const PLUS = 43
const LETTER_E = 101

/** Veltkamp's constant, 2^27 + 1: splits a float64 into halves whose products are exact. */
const SPLITTER = 134217729

/**
 * Reads the number that begins at `start`, with `decimal` (a byte) as its decimal sign, into `out[index]`; NaN where none begins there, or one of more
 * digits than are carried here: then `Number` of its text decides. Something that is no digit must follow within the bytes.
 *
 * Up to 2^53 and within 10^22 one multiplication or division of exact numbers rounds correctly (Clinger 1990, "How to read floating point numbers
 * accurately"). Of up to 18 digits the quotient is formed in twice the precision (Dekker 1971), and given up where it lies too near the middle of
 * two float64 to tell.
 * @returns the place of the first byte that is no part of it
 */
export function readNumber(bytes: Uint8Array, start: number, decimal: number, out: Float64Array, index: number): number {
  let at = start
  let byte = bytes[at] ?? 0
  const negative = byte === MINUS
  if (negative || byte === PLUS) byte = bytes[++at] ?? 0
  const first = at
  // Zeros before the first other digit cost nothing.
  while (byte === ZERO) byte = bytes[++at] ?? 0
  let high = 0
  let low = 0
  let highDigits = 0
  let lowDigits = 0
  let digit = byte - ZERO
  while (digit >= 0 && digit <= 9 && highDigits < GROUP) {
    high = (Math.imul(high, 10) + digit) | 0
    highDigits++
    digit = (bytes[++at] ?? 0) - ZERO
  }
  while (digit >= 0 && digit <= 9 && lowDigits < GROUP) {
    low = (Math.imul(low, 10) + digit) | 0
    lowDigits++
    digit = (bytes[++at] ?? 0) - ZERO
  }
  let digits = at - first
  let scale = 0
  if (digit + ZERO === decimal) {
    const point = ++at
    byte = bytes[at] ?? 0
    if (highDigits === 0) while (byte === ZERO) byte = bytes[++at] ?? 0
    digit = byte - ZERO
    while (digit >= 0 && digit <= 9 && highDigits < GROUP) {
      high = (Math.imul(high, 10) + digit) | 0
      highDigits++
      digit = (bytes[++at] ?? 0) - ZERO
    }
    while (digit >= 0 && digit <= 9 && lowDigits < GROUP) {
      low = (Math.imul(low, 10) + digit) | 0
      lowDigits++
      digit = (bytes[++at] ?? 0) - ZERO
    }
    scale = point - at
    digits -= scale
  }
  if (digits === 0 || (digit >= 0 && digit <= 9)) {
    out[index] = Number.NaN
    return at
  }
  if (((digit + ZERO) | 0x20) === LETTER_E) {
    let place = at + 1
    const sign = bytes[place] ?? 0
    if (sign === MINUS || sign === PLUS) place++
    const begin = place
    let exponent = 0
    digit = (bytes[place] ?? 0) - ZERO
    while (digit >= 0 && digit <= 9 && place - begin < 4) {
      exponent = exponent * 10 + digit
      digit = (bytes[++place] ?? 0) - ZERO
    }
    if (place === begin) {
      out[index] = Number.NaN
      return at
    }
    at = place
    scale += sign === MINUS ? -exponent : exponent
  }
  let value = Number.NaN
  if (highDigits + lowDigits <= EXACT) {
    const whole = lowDigits === 0 ? high : high * (POWERS[lowDigits] ?? Number.NaN) + low
    if (scale === 0 || whole === 0) value = whole
    else if (scale < 0) value = scale < -MOST ? Number.NaN : whole / (POWERS[-scale] ?? Number.NaN)
    else if (scale <= MOST) value = whole * (POWERS[scale] ?? Number.NaN)
  } else if (scale <= 0 && scale >= -MOST) value = quotientOf(high, low, POWERS[lowDigits] ?? Number.NaN, POWERS[-scale] ?? Number.NaN)
  out[index] = negative ? -value : value
  return at
}

/** (high x shift + low) / divisor, correctly rounded; NaN where that cannot be told. */
function quotientOf(high: number, low: number, shift: number, divisor: number): number {
  // The digits as a sum of two float64, exactly: a product with its error, and what is added to it with its own.
  const product = high * shift
  const sum = product + low
  const rest = errorOfProduct(high, shift, product) + (low - (sum - product))
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
