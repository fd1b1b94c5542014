// Activations and their derivatives, over strips: the 8 columns of one panel, row after row. A strip was just written, so it is in L1.

import { WIDE } from './full'
import { Activation } from './generated/names'
import { erf, exp, expm1, log1p, madd, sigmoid, softplus, splat, tanh } from './vector'
import { MemberLayer } from './structures'

const SELU_ALPHA: f32 = 1.6732632423543772
const SELU_SCALE: f32 = 1.0507009873554805
const ROOT_HALF: f32 = 0.7071067811865476
const ROOT_2_OVER_PI: f32 = 0.7978845608028654
const ROOT_HALF_PI_INVERSE: f32 = 0.3989422804014327 // 1 / sqrt(2 pi)
const GELU_CUBIC: f32 = 0.044715
const SIXTH: f32 = 0.16666666666666666

/** tanh(softplus(x)) = n / (n + 2), n = e^x (e^x + 2); it is 1 in float32 from 10 on. */
// @ts-ignore: decorator
@inline function mishFactor(x: v128): v128 {
  const e = exp(f32x4.pmin(x, splat(20)))
  const n = f32x4.mul(e, f32x4.add(e, splat(2)))
  return f32x4.div(n, f32x4.add(n, splat(2)))
}

/** What tanhGelu takes the tanh of. */
// @ts-ignore: decorator
@inline function geluInner(x: v128): v128 {
  return f32x4.mul(splat(ROOT_2_OVER_PI), madd(f32x4.mul(splat(GELU_CUBIC), x), f32x4.mul(x, x), x))
}

// @ts-ignore: decorator
@inline function between(x: v128, low: v128, high: v128): v128 { return f32x4.pmax(f32x4.pmin(x, high), low) }

/** The activation of a sum x; a is its number. Those of whole rows are in rowActivation.ts. */
// @ts-ignore: decorator
@inline function value(kind: i32, x: v128, a: v128): v128 {
  const zero = splat(0)
  if (kind == Activation.RELU) return f32x4.pmax(x, zero)
  if (kind == Activation.LEAKY_RELU) return v128.bitselect(x, f32x4.mul(a, x), f32x4.gt(x, zero))
  if (kind == Activation.ELU) return v128.bitselect(x, f32x4.mul(a, expm1(x)), f32x4.gt(x, zero))
  if (kind == Activation.SELU) {
    return f32x4.mul(splat(SELU_SCALE), v128.bitselect(x, f32x4.mul(splat(SELU_ALPHA), expm1(x)), f32x4.gt(x, zero)))
  }
  if (kind == Activation.SOFTPLUS) return softplus(x)
  if (kind == Activation.SOFTSIGN) return f32x4.div(x, f32x4.add(splat(1), f32x4.abs(x)))
  if (kind == Activation.TANH) return tanh(x)
  if (kind == Activation.SIGMOID) return sigmoid(x)
  if (kind == Activation.HARD_SIGMOID) return f32x4.pmax(f32x4.pmin(madd(a, x, splat(0.5)), splat(1)), zero)
  return x
}

/** Its derivative, from the OUTPUT y. */
// @ts-ignore: decorator
@inline function derivative(kind: i32, y: v128, a: v128): v128 {
  const zero = splat(0)
  const one = splat(1)
  const positive = f32x4.gt(y, zero)
  if (kind == Activation.RELU) return v128.and(one, positive)
  if (kind == Activation.LEAKY_RELU) return v128.bitselect(one, a, positive)
  if (kind == Activation.ELU) return v128.bitselect(one, f32x4.add(y, a), positive)
  if (kind == Activation.SELU) return v128.bitselect(splat(SELU_SCALE), f32x4.add(y, splat(SELU_SCALE * SELU_ALPHA)), positive)
  if (kind == Activation.SOFTPLUS) return f32x4.neg(expm1(f32x4.neg(y)))
  if (kind == Activation.SOFTSIGN) {
    const rest = f32x4.sub(one, f32x4.abs(y))
    return f32x4.mul(rest, rest)
  }
  if (kind == Activation.TANH) return f32x4.sub(one, f32x4.mul(y, y))
  if (kind == Activation.SIGMOID) return f32x4.mul(y, f32x4.sub(one, y))
  if (kind == Activation.HARD_SIGMOID) return v128.and(a, v128.and(positive, f32x4.lt(y, one)))
  return one
}

/** As `value`, of the activations that networks seldom have: called for every four numbers, for a loop of its own each would make the module half as large again. */
function otherValue(kind: i32, x: v128, a: v128, b: v128, c: v128): v128 {
  const zero = splat(0)
  const one = splat(1)
  if (kind == Activation.BOUNDED_RELU) return f32x4.pmin(v128.bitselect(x, f32x4.mul(a, f32x4.sub(x, c)), f32x4.gt(x, c)), b)
  if (kind == Activation.RELU6) return between(x, zero, splat(6))
  if (kind == Activation.CELU) return v128.bitselect(x, f32x4.mul(a, expm1(f32x4.div(x, a))), f32x4.gt(x, zero))
  if (kind == Activation.EXPONENTIAL) return exp(x)
  if (kind == Activation.HARD_TANH) return between(x, splat(-1), one)
  if (kind == Activation.HARD_SHRINK) return v128.and(x, f32x4.gt(f32x4.abs(x), a))
  if (kind == Activation.SOFT_SHRINK) return f32x4.sub(x, between(x, f32x4.neg(a), a))
  if (kind == Activation.LOG_SIGMOID) return f32x4.neg(softplus(f32x4.neg(x)))
  if (kind == Activation.SPARSE_SIGMOID) return between(madd(splat(0.5), x, splat(0.5)), zero, one)
  if (kind == Activation.SILU) return f32x4.mul(x, sigmoid(x))
  if (kind == Activation.HARD_SWISH) return f32x4.mul(x, between(madd(splat(SIXTH), x, splat(0.5)), zero, one))
  if (kind == Activation.GELU) return f32x4.mul(f32x4.mul(splat(0.5), x), f32x4.add(one, erf(f32x4.mul(x, splat(ROOT_HALF)))))
  if (kind == Activation.TANH_GELU) return f32x4.mul(f32x4.mul(splat(0.5), x), f32x4.add(one, tanh(geluInner(x))))
  if (kind == Activation.MISH) return f32x4.mul(x, mishFactor(x))
  if (kind == Activation.TANH_SHRINK) return f32x4.sub(x, tanh(x))
  if (kind == Activation.SQUAREPLUS) return f32x4.mul(splat(0.5), f32x4.add(x, f32x4.sqrt(madd(x, x, a))))
  if (kind == Activation.SPARSE_PLUS) {
    const half = f32x4.add(x, one)
    const middle = f32x4.mul(splat(0.25), f32x4.mul(half, half))
    return v128.bitselect(x, v128.and(middle, f32x4.gt(x, splat(-1))), f32x4.ge(x, one))
  }
  if (kind == Activation.THRESHOLD) return v128.bitselect(x, b, f32x4.gt(x, a))
  return x
}

/** As `derivative`, of the same: from the output y, or from the sum where core's table says that it reads it. */
function otherDerivative(kind: i32, y: v128, a: v128, b: v128, c: v128): v128 {
  const zero = splat(0)
  const one = splat(1)
  const positive = f32x4.gt(y, zero)
  if (kind == Activation.BOUNDED_RELU) return v128.bitselect(v128.and(one, f32x4.lt(y, b)), a, f32x4.gt(y, c))
  if (kind == Activation.RELU6) return v128.and(one, v128.and(positive, f32x4.lt(y, splat(6))))
  if (kind == Activation.CELU) return v128.bitselect(one, f32x4.add(f32x4.div(y, a), one), positive)
  if (kind == Activation.EXPONENTIAL) return y
  if (kind == Activation.HARD_TANH) return v128.and(one, f32x4.lt(f32x4.abs(y), one))
  if (kind == Activation.HARD_SHRINK || kind == Activation.SOFT_SHRINK) return v128.and(one, f32x4.ne(y, zero))
  if (kind == Activation.LOG_SIGMOID) return f32x4.neg(expm1(y))
  if (kind == Activation.SPARSE_SIGMOID) return v128.and(splat(0.5), v128.and(positive, f32x4.lt(y, one)))
  if (kind == Activation.SILU) {
    const s = sigmoid(y)
    return f32x4.mul(s, madd(y, f32x4.sub(one, s), one))
  }
  if (kind == Activation.HARD_SWISH) {
    const inside = v128.and(f32x4.gt(y, splat(-3)), f32x4.lt(y, splat(3)))
    return v128.bitselect(madd(splat(2 * SIXTH), y, splat(0.5)), v128.and(one, positive), inside)
  }
  if (kind == Activation.GELU) {
    const density = f32x4.mul(splat(ROOT_HALF_PI_INVERSE), exp(f32x4.mul(splat(-0.5), f32x4.mul(y, y))))
    return madd(y, density, f32x4.mul(splat(0.5), f32x4.add(one, erf(f32x4.mul(y, splat(ROOT_HALF))))))
  }
  if (kind == Activation.TANH_GELU) {
    const t = tanh(geluInner(y))
    const slope = f32x4.mul(splat(ROOT_2_OVER_PI), madd(splat(3 * GELU_CUBIC), f32x4.mul(y, y), one))
    const rest = f32x4.mul(f32x4.mul(splat(0.5), y), f32x4.mul(f32x4.sub(one, f32x4.mul(t, t)), slope))
    return madd(splat(0.5), f32x4.add(one, t), rest)
  }
  if (kind == Activation.MISH) {
    const t = mishFactor(y)
    return madd(f32x4.mul(y, f32x4.sub(one, f32x4.mul(t, t))), sigmoid(y), t)
  }
  if (kind == Activation.TANH_SHRINK) {
    const t = tanh(y)
    return f32x4.mul(t, t)
  }
  if (kind == Activation.SQUAREPLUS) {
    // The root is kept off 0, where b is 0 and so is the sum.
    const root = f32x4.pmax(f32x4.sqrt(madd(y, y, a)), splat(1e-30))
    return f32x4.mul(splat(0.5), f32x4.add(one, f32x4.div(y, root)))
  }
  if (kind == Activation.SPARSE_PLUS) return between(madd(splat(0.5), y, splat(0.5)), zero, one)
  if (kind == Activation.THRESHOLD) return v128.and(one, f32x4.gt(y, a))
  return one
}

// In wide builds both vectors are loaded before one is stored: otherwise V8 does not merge them.

// @ts-ignore: decorator
@inline function liftValue(kind: i32, a: v128, from: usize, to: usize, end: usize, stride: usize): void {
  while (to < end) {
    if (WIDE) {
      const high = v128.load(from, 16)
      v128.store(to, value(kind, v128.load(from), a))
      v128.store(to, value(kind, high, a), 16)
    } else {
      v128.store(to, value(kind, v128.load(from), a))
      v128.store(to, value(kind, v128.load(from, 16), a), 16)
    }
    from += stride
    to += stride
  }
}

// @ts-ignore: decorator
@inline function liftDerivative(kind: i32, a: v128, keep: v128, delta: usize, end: usize, outputs: usize, stride: usize): void {
  while (delta < end) {
    if (WIDE) {
      const high = v128.load(delta, 16)
      v128.store(delta, f32x4.mul(v128.load(delta), derivative(kind, f32x4.mul(v128.load(outputs), keep), a)))
      v128.store(delta, f32x4.mul(high, derivative(kind, f32x4.mul(v128.load(outputs, 16), keep), a)), 16)
    } else {
      v128.store(delta, f32x4.mul(v128.load(delta), derivative(kind, f32x4.mul(v128.load(outputs), keep), a)))
      v128.store(delta, f32x4.mul(v128.load(delta, 16), derivative(kind, f32x4.mul(v128.load(outputs, 16), keep), a)), 16)
    }
    delta += stride
    outputs += stride
  }
}

function liftOthers(own: MemberLayer, from: usize, to: usize, end: usize, stride: usize): void {
  const a = splat(own.a)
  const b = splat(own.b)
  const c = splat(own.c)
  while (to < end) {
    v128.store(to, otherValue(own.activation, v128.load(from), a, b, c))
    v128.store(to, otherValue(own.activation, v128.load(from, 16), a, b, c), 16)
    from += stride
    to += stride
  }
}

function liftOtherDerivatives(own: MemberLayer, keep: v128, delta: usize, end: usize, read: usize, stride: usize): void {
  const a = splat(own.a)
  const b = splat(own.b)
  const c = splat(own.c)
  while (delta < end) {
    for (let half: usize = 0; half < 32; half += 16) {
      const at = delta + half
      v128.store(at, f32x4.mul(v128.load(at), otherDerivative(own.activation, f32x4.mul(v128.load(read + half), keep), a, b, c)))
    }
    delta += stride
    read += stride
  }
}

/** Applies an activation to a strip of `rows` rows of sums, which may be where the outputs go. */
export function activate(own: MemberLayer, from: usize, to: usize, rows: i32, stride: usize): void {
  const a = splat(own.a)
  const end = to + <usize>rows * stride
  switch (own.activation) {
    case Activation.LINEAR: if (from != to) liftValue(Activation.LINEAR, a, from, to, end, stride); break
    case Activation.RELU: liftValue(Activation.RELU, a, from, to, end, stride); break
    case Activation.LEAKY_RELU: liftValue(Activation.LEAKY_RELU, a, from, to, end, stride); break
    case Activation.ELU: liftValue(Activation.ELU, a, from, to, end, stride); break
    case Activation.SELU: liftValue(Activation.SELU, a, from, to, end, stride); break
    case Activation.SOFTPLUS: liftValue(Activation.SOFTPLUS, a, from, to, end, stride); break
    case Activation.SOFTSIGN: liftValue(Activation.SOFTSIGN, a, from, to, end, stride); break
    case Activation.TANH: liftValue(Activation.TANH, a, from, to, end, stride); break
    case Activation.SIGMOID: liftValue(Activation.SIGMOID, a, from, to, end, stride); break
    case Activation.HARD_SIGMOID: liftValue(Activation.HARD_SIGMOID, a, from, to, end, stride); break
    default: liftOthers(own, from, to, end, stride)
  }
}

/** Multiplies a strip of deltas by the derivative, read off outputs that dropout divided by `keep`, or off sums (keep 1). */
export function multiply_by_derivative(own: MemberLayer, keepPart: f32, delta: usize, read: usize, rows: i32, stride: usize): void {
  const a = splat(own.a)
  const keep = splat(keepPart)
  const end = delta + <usize>rows * stride
  switch (own.activation) {
    case Activation.LINEAR: break
    case Activation.RELU: liftDerivative(Activation.RELU, a, keep, delta, end, read, stride); break
    case Activation.LEAKY_RELU: liftDerivative(Activation.LEAKY_RELU, a, keep, delta, end, read, stride); break
    case Activation.ELU: liftDerivative(Activation.ELU, a, keep, delta, end, read, stride); break
    case Activation.SELU: liftDerivative(Activation.SELU, a, keep, delta, end, read, stride); break
    case Activation.SOFTPLUS: liftDerivative(Activation.SOFTPLUS, a, keep, delta, end, read, stride); break
    case Activation.SOFTSIGN: liftDerivative(Activation.SOFTSIGN, a, keep, delta, end, read, stride); break
    case Activation.TANH: liftDerivative(Activation.TANH, a, keep, delta, end, read, stride); break
    case Activation.SIGMOID: liftDerivative(Activation.SIGMOID, a, keep, delta, end, read, stride); break
    case Activation.HARD_SIGMOID: liftDerivative(Activation.HARD_SIGMOID, a, keep, delta, end, read, stride); break
    default: liftOtherDerivatives(own, keep, delta, end, read, stride)
  }
}
