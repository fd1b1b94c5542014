// Losses formed from a row's outputs, one number at a time in float64: all but the three of loss.ts, which are formed from vectors, and two of
// those from sums. Formulas: src/core/losses.ts.

import { Loss } from './generated/names'
import { balanced, fromLogits, loss, lossGamma, lossParameter, smoothing } from './memory'

const EPSILON: f64 = 1e-7

/** Of the number just looked at: its part of the row's loss, and the derivative of that by the output. */
let part: f64 = 0
let slope: f64 = 0

// @ts-ignore: decorator
@inline function inside(p: f64): f64 { return min(max(p, EPSILON), 1 - EPSILON) }

/** x^gamma and its derivative's factor, for x from 0 to 1. */
// @ts-ignore: decorator
@inline function power(x: f64, gamma: f64): f64 { return gamma == 0 ? 1 : x <= 0 ? (gamma < 0 ? Infinity : 0) : Math.exp(gamma * Math.log(x)) }

/** The logarithm of the hyperbolic cosine, without overflow. */
function logCosh(e: f64): f64 {
  const size = Math.abs(e)
  return size + Math.log((1 + Math.exp(-2 * size)) * 0.5)
}

// @ts-ignore: decorator
@inline function sigmoid(z: f64): f64 {
  const e = Math.exp(-Math.abs(z))
  return (z >= 0 ? 1 : e) / (1 + e)
}

/** The loss of target y and output p among n, of losses that are sums or means over outputs. */
function look(y: f64, p: f64, n: i32): void {
  const e = y - p
  switch (loss) {
    case Loss.MEAN_ABSOLUTE_ERROR:
      part = Math.abs(e)
      slope = e > 0 ? -1 : e < 0 ? 1 : 0
      break
    case Loss.MEAN_ABSOLUTE_PERCENTAGE_ERROR: {
      const scale = 100 / max(Math.abs(y), EPSILON)
      part = scale * Math.abs(e)
      slope = e > 0 ? -scale : e < 0 ? scale : 0
      break
    }
    case Loss.MEAN_SQUARED_LOGARITHMIC_ERROR: {
      const kept = max(p, EPSILON)
      const d = Math.log(1 + max(y, EPSILON)) - Math.log(1 + kept)
      part = d * d
      slope = p > EPSILON ? (-2 * d) / (1 + kept) : 0
      break
    }
    case Loss.HUBER: {
      const size = Math.abs(e)
      const small = size <= lossParameter
      part = small ? 0.5 * e * e : lossParameter * size - 0.5 * lossParameter * lossParameter
      slope = small ? -e : e > 0 ? -lossParameter : lossParameter
      break
    }
    case Loss.LOG_COSH:
      part = logCosh(e)
      slope = -(2 * sigmoid(2 * e) - 1) // tanh
      break
    case Loss.POISSON:
      part = p - y * Math.log(p + EPSILON)
      slope = 1 - y / (p + EPSILON)
      break
    case Loss.QUANTILE:
      part = e >= 0 ? lossParameter * e : (lossParameter - 1) * e
      slope = e > 0 ? -lossParameter : e < 0 ? 1 - lossParameter : 0
      break
    case Loss.HINGE:
      part = max(0, 1 - y * p)
      slope = 1 - y * p > 0 ? -y : 0
      break
    case Loss.SQUARED_HINGE: {
      const excess = max(0, 1 - y * p)
      part = excess * excess
      slope = -2 * excess * y
      break
    }
    case Loss.KULLBACK_LEIBLER_DIVERGENCE: {
      const t = min(max(y, EPSILON), 1)
      const q = min(max(p, EPSILON), 1)
      part = t * Math.log(t / q)
      slope = q == p ? -t / q : 0
      break
    }
    case Loss.CATEGORICAL_FOCAL_CROSSENTROPY: {
      const q = inside(p)
      const t = y * (1 - <f64>smoothing) + <f64>smoothing / <f64>n
      const rest = power(1 - q, lossGamma)
      part = -lossParameter * rest * t * Math.log(q)
      const fall = lossGamma == 0 ? 0 : lossGamma * power(1 - q, lossGamma - 1) * Math.log(q)
      slope = q == p ? lossParameter * t * (fall - rest / q) : 0
      break
    }
    case Loss.BINARY_FOCAL_CROSSENTROPY: {
      const q = inside(p)
      const t = y * (1 - <f64>smoothing) + 0.5 * <f64>smoothing
      const right = t * q + (1 - t) * (1 - q)
      const entropy = -t * Math.log(q) - (1 - t) * Math.log(1 - q)
      const share = balanced ? t * lossParameter + (1 - t) * (1 - lossParameter) : 1
      const rest = power(1 - right, lossGamma)
      const fall = lossGamma == 0 ? 0 : -lossGamma * power(1 - right, lossGamma - 1) * (2 * t - 1)
      part = share * rest * entropy
      slope = q == p ? share * (fall * entropy + rest * ((1 - t) / (1 - q) - t / q)) : 0
      break
    }
    default: unreachable()
  }
}

// @ts-ignore: decorator
@inline function float(at: usize): f64 { return <f64>load<f32>(at) }

/** -sum y p / (|y| |p|), lengths at least 1e-12 as Keras's `normalize` has them. */
function cosine(y: usize, row: usize, delta: usize, n: i32, scale: f64, training: bool): f64 {
  const end = row + (<usize>n << 2)
  let product: f64 = 0
  let targets: f64 = 0
  let outputs: f64 = 0
  for (let at = row, t = y; at < end; at += 4, t += 4) {
    product += float(t) * float(at)
    targets += float(t) * float(t)
    outputs += float(at) * float(at)
  }
  const byTargets = 1 / Math.sqrt(max(targets, 1e-12))
  const byOutputs = 1 / Math.sqrt(max(outputs, 1e-12))
  const value = -product * byTargets * byOutputs
  if (training) {
    const pull = outputs > 1e-12 ? value * byOutputs * byOutputs : 0
    for (let at = row, t = y, d = delta; at < end; at += 4, t += 4, d += 4) {
      store<f32>(d, <f32>(scale * (-float(t) * byTargets * byOutputs - pull * float(at))))
    }
  }
  return value
}

/** max(0, 1 + max((1 - y) p) - sum y p), the inner maximum over all outputs, the true class's 0 among them. */
function categoricalHinge(y: usize, row: usize, delta: usize, n: i32, scale: f64, training: bool): f64 {
  let own: f64 = 0
  let other: f64 = -Infinity
  let highest = 0
  for (let o = 0; o < n; o++) {
    const at = <usize>o << 2
    own += float(y + at) * float(row + at)
    const rest = (1 - float(y + at)) * float(row + at)
    if (rest > other) {
      other = rest
      highest = o
    }
  }
  const value = max(0, 1 + other - own)
  if (training) {
    for (let o = 0; o < n; o++) {
      const t = float(y + (<usize>o << 2))
      store<f32>(delta + (<usize>o << 2), <f32>(value > 0 ? scale * ((o == highest ? 1 - t : 0) - t) : 0))
    }
  }
  return value
}

/** Means, then as many logarithms of variances. */
function gaussian(y: usize, row: usize, delta: usize, n: i32, scale: f64, training: bool): f64 {
  const half = n / 2
  const share = 1 / <f64>half
  const distance = <usize>half << 2
  let total: f64 = 0
  for (let o = 0; o < half; o++) {
    const at = <usize>o << 2
    const e = float(y + at) - float(row + at)
    const v = float(row + distance + at)
    const precision = Math.exp(-v)
    total += 0.5 * (v + e * e * precision)
    if (training) {
      store<f32>(delta + at, <f32>(-scale * share * e * precision))
      store<f32>(delta + distance + at, <f32>(scale * share * 0.5 * (1 - e * e * precision)))
    }
  }
  return total * share
}

/** Of logits: the loss of their softmax, and derivatives by the logits. */
function throughSoftmax(y: usize, row: usize, delta: usize, n: i32, scale: f64, training: bool): f64 {
  let largest: f64 = -Infinity
  for (let o = 0; o < n; o++) largest = max(largest, float(row + (<usize>o << 2)))
  let total: f64 = 0
  for (let o = 0; o < n; o++) total += Math.exp(float(row + (<usize>o << 2)) - largest)
  let value: f64 = 0
  let mean: f64 = 0
  for (let o = 0; o < n; o++) {
    const at = <usize>o << 2
    const p = Math.exp(float(row + at) - largest) / total
    look(float(y + at), p, n)
    value += part
    mean += slope * p
  }
  if (training) {
    for (let o = 0; o < n; o++) {
      const at = <usize>o << 2
      const p = Math.exp(float(row + at) - largest) / total
      look(float(y + at), p, n)
      store<f32>(delta + at, <f32>(scale * p * (slope - mean)))
    }
  }
  return value
}

/**
 * The loss of a row of n outputs, its targets at y; in training `delta` gets `scale` times its derivatives by the outputs.
 */
export function row_loss(y: usize, row: usize, delta: usize, n: i32, scale: f64, training: bool): f64 {
  if (loss == Loss.COSINE_SIMILARITY) return cosine(y, row, delta, n, scale, training)
  if (loss == Loss.CATEGORICAL_HINGE) return categoricalHinge(y, row, delta, n, scale, training)
  if (loss == Loss.GAUSSIAN_LIKELIHOOD) return gaussian(y, row, delta, n, scale, training)
  const sums = loss == Loss.KULLBACK_LEIBLER_DIVERGENCE || loss == Loss.CATEGORICAL_FOCAL_CROSSENTROPY
  if (loss == Loss.CATEGORICAL_FOCAL_CROSSENTROPY && fromLogits) return throughSoftmax(y, row, delta, n, scale, training)
  const share: f64 = sums ? 1 : 1 / <f64>n
  let total: f64 = 0
  for (let o = 0; o < n; o++) {
    const at = <usize>o << 2
    const z = float(row + at)
    const p = fromLogits ? sigmoid(z) : z
    look(float(y + at), p, n)
    total += part
    if (training) store<f32>(delta + at, <f32>(scale * share * (fromLogits ? slope * p * (1 - p) : slope)))
  }
  return total * share
}
