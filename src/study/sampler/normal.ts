/** The normal distribution, accurate far into its tails: densities and masses there are what samplers compare. */

const SQRT_PI = Math.sqrt(Math.PI)
const LOG_SQRT_2PI = Math.log(Math.sqrt(2 * Math.PI))

/** Horner's rule, highest power first. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0
  for (const coefficient of coefficients) sum = sum * x + coefficient
  return sum
}

// W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969), coefficients as in netlib's CALERF:
// erf up to 0.46875, exp(x²) erfc(x) up to 4, and beyond; each to 1e-16.
const ERF_TOP = [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694]
const ERF_BOTTOM = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171]
const MIDDLE_TOP = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769, 1712.0476126340707,
  2051.0783778260716, 1230.3393547979972,
]
const MIDDLE_BOTTOM = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597, 4362.619090143247,
  3439.3676741437216, 1230.3393548037495,
]
const FAR_TOP = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275, 0.0006587491615298378,
]
const FAR_BOTTOM = [1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918]

/** exp(x²) erfc(x). */
export function erfcx(x: number): number {
  if (x < -26) return Number.POSITIVE_INFINITY
  if (x < -0.46875) return 2 * Math.exp(x * x) - erfcx(-x)
  const square = x * x
  if (x <= 0.46875) return Math.exp(square) * (1 - (x * polynomial(square, ERF_TOP)) / polynomial(square, ERF_BOTTOM))
  if (x <= 4) return polynomial(x, MIDDLE_TOP) / polynomial(x, MIDDLE_BOTTOM)
  const inverse = 1 / square
  return (1 / SQRT_PI - (inverse * polynomial(inverse, FAR_TOP)) / polynomial(inverse, FAR_BOTTOM)) / x
}

export const logDensity = (z: number): number => -0.5 * z * z - LOG_SQRT_2PI

/** The logarithm of the mass below z. */
export function logBelow(z: number): number {
  if (z > 0) return Math.log1p(-below(-z))
  return Math.log(0.5 * erfcx(-z * Math.SQRT1_2)) - 0.5 * z * z
}

/** The mass below z. */
export function below(z: number): number {
  return z > 0 ? 1 - below(-z) : 0.5 * erfcx(-z * Math.SQRT1_2) * Math.exp(-0.5 * z * z)
}

/** The logarithm of the mass between low and high, low < high. In a tail, from logarithms: the masses themselves are 0 there. */
export function logBetween(low: number, high: number): number {
  if (low > 0) return logBetween(-high, -low)
  if (high > 0) return Math.log1p(-below(low) - below(-high))
  const upper = logBelow(high)
  return upper + Math.log1p(-Math.exp(logBelow(low) - upper))
}

// M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988): PPND16, to 1e-16.
const CENTRE_TOP = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438,
  3.3871328727963665,
]
const CENTRE_BOTTOM = [
  5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091, 1,
]
const TAIL_TOP = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691,
  4.630337846156546, 1.4234371107496835,
]
const TAIL_BOTTOM = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038,
  2.053191626637759, 1,
]
const FAR_TAIL_TOP = [
  2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487, 1.7848265399172913,
  5.463784911164114, 6.657904643501103,
]
const FAR_TAIL_BOTTOM = [
  2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133, 0.014875361290850615, 0.1369298809227358,
  0.599832206555888, 1,
]

/** The z below which lies the mass p; infinite at 0 and 1. */
export function quantile(p: number): number {
  const fromHalf = p - 0.5
  if (Math.abs(fromHalf) <= 0.425) {
    const r = 0.180625 - fromHalf * fromHalf
    return (fromHalf * polynomial(r, CENTRE_TOP)) / polynomial(r, CENTRE_BOTTOM)
  }
  const tail = fromHalf < 0 ? p : 1 - p
  if (tail <= 0) return fromHalf < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const r = Math.sqrt(-Math.log(tail))
  const z =
    r <= 5
      ? polynomial(r - 1.6, TAIL_TOP) / polynomial(r - 1.6, TAIL_BOTTOM)
      : polynomial(r - 5, FAR_TAIL_TOP) / polynomial(r - 5, FAR_TAIL_BOTTOM)
  return fromHalf < 0 ? -z : z
}
