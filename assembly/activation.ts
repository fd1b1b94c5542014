// Activations and their derivatives, over strips: the 8 columns of one panel, row after row. A strip was just written, so it is in L1.

import { Activation } from './names'
import { exp, expm1, log1p, madd, sigmoid, softplus, splat, tanh } from './vector'

const SELU_ALPHA: f32 = 1.6732632423543772
const SELU_SCALE: f32 = 1.0507009873554805

/** The activation of a sum x; `a` is its parameter. */
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

// @ts-ignore: decorator
@inline function liftValue(kind: i32, a: v128, strip: usize, end: usize, stride: usize): void {
  while (strip < end) {
    v128.store(strip, value(kind, v128.load(strip), a))
    v128.store(strip, value(kind, v128.load(strip, 16), a), 16)
    strip += stride
  }
}

// @ts-ignore: decorator
@inline function liftDerivative(kind: i32, a: v128, keep: v128, delta: usize, end: usize, outputs: usize, stride: usize): void {
  while (delta < end) {
    v128.store(delta, f32x4.mul(v128.load(delta), derivative(kind, f32x4.mul(v128.load(outputs), keep), a)))
    v128.store(delta, f32x4.mul(v128.load(delta, 16), derivative(kind, f32x4.mul(v128.load(outputs, 16), keep), a)), 16)
    delta += stride
    outputs += stride
  }
}

/** Applies an activation to a strip of `rows` rows. */
export function activate(kind: i32, parameter: f32, strip: usize, rows: i32, stride: usize): void {
  const a = splat(parameter)
  const end = strip + <usize>rows * stride
  switch (kind) {
    case Activation.RELU: liftValue(Activation.RELU, a, strip, end, stride); break
    case Activation.LEAKY_RELU: liftValue(Activation.LEAKY_RELU, a, strip, end, stride); break
    case Activation.ELU: liftValue(Activation.ELU, a, strip, end, stride); break
    case Activation.SELU: liftValue(Activation.SELU, a, strip, end, stride); break
    case Activation.SOFTPLUS: liftValue(Activation.SOFTPLUS, a, strip, end, stride); break
    case Activation.SOFTSIGN: liftValue(Activation.SOFTSIGN, a, strip, end, stride); break
    case Activation.TANH: liftValue(Activation.TANH, a, strip, end, stride); break
    case Activation.SIGMOID: liftValue(Activation.SIGMOID, a, strip, end, stride); break
    case Activation.HARD_SIGMOID: liftValue(Activation.HARD_SIGMOID, a, strip, end, stride); break
  }
}

/** Multiplies a strip of deltas by the derivative, read off outputs that dropout divided by `keep`. */
export function multiply_by_derivative(kind: i32, parameter: f32, keepPart: f32, delta: usize, outputs: usize, rows: i32, stride: usize): void {
  const a = splat(parameter)
  const keep = splat(keepPart)
  const end = delta + <usize>rows * stride
  switch (kind) {
    case Activation.RELU: liftDerivative(Activation.RELU, a, keep, delta, end, outputs, stride); break
    case Activation.LEAKY_RELU: liftDerivative(Activation.LEAKY_RELU, a, keep, delta, end, outputs, stride); break
    case Activation.ELU: liftDerivative(Activation.ELU, a, keep, delta, end, outputs, stride); break
    case Activation.SELU: liftDerivative(Activation.SELU, a, keep, delta, end, outputs, stride); break
    case Activation.SOFTPLUS: liftDerivative(Activation.SOFTPLUS, a, keep, delta, end, outputs, stride); break
    case Activation.SOFTSIGN: liftDerivative(Activation.SOFTSIGN, a, keep, delta, end, outputs, stride); break
    case Activation.TANH: liftDerivative(Activation.TANH, a, keep, delta, end, outputs, stride); break
    case Activation.SIGMOID: liftDerivative(Activation.SIGMOID, a, keep, delta, end, outputs, stride); break
    case Activation.HARD_SIGMOID: liftDerivative(Activation.HARD_SIGMOID, a, keep, delta, end, outputs, stride); break
  }
}
