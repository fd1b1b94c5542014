/** Builds the number fields of a spec: one sentence says what is allowed, and every way of breaking it prints that sentence. */

// Import `* as z` everywhere, not `{ z }`: a bundler drops what is unused of the first, the second brings zod's fifty languages, 70 KB gzipped.
import * as z from 'zod/mini'

/** JSON Schema takes `description`; the error takes the same words. */
const said = (allowed: string) => ({ error: `must be ${allowed}` })

export const whole = (low: number, high: number) => {
  const allowed = said(`a whole number from ${low} to ${high}`)
  return z.int(allowed).check(z.minimum(low, allowed), z.maximum(high, allowed))
}

export const between = (low: number, high: number) => {
  const allowed = said(`a number from ${low} to ${high}`)
  return z.number(allowed).check(z.minimum(low, allowed), z.maximum(high, allowed))
}

/** low <= x < high: rates and decays. */
export const fraction = () => {
  const allowed = said('a number from 0 up to, but not including, 1')
  return z.number(allowed).check(z.minimum(0, allowed), z.lt(1, allowed))
}

export const nonNegative = () => {
  const allowed = said('a finite number of at least 0')
  return z.number(allowed).check(z.minimum(0, allowed))
}

export const positive = () => {
  const allowed = said('a finite number above 0')
  return z.number(allowed).check(z.gt(0, allowed))
}

export const finite = () => z.number(said('a finite number'))

export const flag = () => z.boolean(said('true or false'))

export const MAX_SEED = 2 ** 32 - 1
export const MAX_WORKERS = 1024
