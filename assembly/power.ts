// Powers for exponents of at least 0. The standard library's bring tables of 6 KB, a tenth of what a page downloads to train.

/** base^exponent for a whole exponent, by squaring. */
export function wholePower(base: f64, exponent: f64): f64 {
  let result: f64 = 1
  for (let n = <u64>exponent; n > 0; n >>= 1) {
    if (n & 1) result *= base
    base *= base
  }
  return result
}

/** base^exponent, the fraction of the exponent bit by bit from roots: some twenty-five roundings. */
export function power(base: f64, exponent: f64): f64 {
  const whole = Math.floor(exponent)
  let result = wholePower(base, whole)
  let root = Math.sqrt(base)
  for (let rest = exponent - whole; rest > 0 && root != 1; root = Math.sqrt(root)) {
    rest *= 2
    if (rest < 1) continue
    rest -= 1
    result *= root
  }
  return result
}
