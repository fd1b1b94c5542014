// The optimizers. Formulas: src/core/optimizers.ts. The scalar update is written once per optimizer, four parameters at a time.

import { WIDE } from './full'
import { numbers, parameterBytes } from './memory'
import { Optimizer } from './generated/names'
import { wholePower } from './power'
import { Member } from './structures'
import { madd, splat, sum } from './vector'

/** Steps between two calls of `settle`: a number that shrinks by 0.9 a step takes 170 from 1e-30 to the denormals. */
const SETTLING: i64 = 128

/**
 * Sets optimizer state below 1e-30 to 0, which no weight notices. Where gradients stay away (a unit of relu that never fires, targets
 * met within the clip) moments would shrink to denormal numbers and, rounded, stay there: arithmetic with those is up to 80 times as slow.
 */
function settle(m: Member): void {
  let at = m.parameters + parameterBytes
  const end = at + <usize>m.slots * parameterBytes
  const least = splat(1e-30)
  for (; at < end; at += 16) {
    const x = v128.load(at)
    v128.store(at, v128.andnot(x, f32x4.lt(f32x4.abs(x), least)))
  }
}

/** The next running product, for the same reason 0 once it is below 1e-300, as a power of 0.9 is from step 6,557 on. */
// @ts-ignore: decorator
@inline function multiplied(product: f64, factor: f64): f64 {
  const next = product * factor
  return next < 1e-300 ? 0 : next
}

/** Advances a member by a step. Running products rather than powers: a power of a rounded beta drifts from the product Keras forms. */
export function start_update(m: Member): void {
  m.steps += 1
  if (<i64>m.steps % SETTLING == 0) settle(m)
  m.product1 = multiplied(m.product1, m.beta1)
  m.product2 = multiplied(m.product2, m.beta2)
  numbers.rate = <f32>m.learningRate
  numbers.momentum = <f32>m.momentum
  numbers.rho = <f32>m.rho
  numbers.restOfRho = <f32>(1 - m.rho)
  numbers.beta1 = <f32>m.beta1
  numbers.restOfBeta1 = <f32>(1 - m.beta1)
  numbers.beta2 = <f32>m.beta2
  numbers.restOfBeta2 = <f32>(1 - m.beta2)
  numbers.epsilon = <f32>m.epsilon
  const optimizer = m.optimizer
  // Elsewhere weight decay is whole.ts's, tensor by tensor.
  numbers.decayed = m.whole ? 1 : <f32>(1 - m.learningRate * m.weightDecay)
  if (optimizer == Optimizer.ADAM || optimizer == Optimizer.ADAMW) {
    numbers.rate = <f32>(m.learningRate * Math.sqrt(1 - m.product2) / (1 - m.product1))
  } else if (optimizer == Optimizer.ADAMAX) {
    numbers.rate = <f32>(m.learningRate / (1 - m.product1))
  } else if (optimizer == Optimizer.LAMB) {
    numbers.gradientFactor = <f32>(1 / (1 - m.product1))
    numbers.secondFactor = <f32>(1 / (1 - m.product2))
  } else if (optimizer == Optimizer.NADAM) {
    const schedule = wholePower(m.scheduleBase, m.steps)
    const now = m.beta1 * (1 - 0.5 * schedule)
    const next = m.beta1 * (1 - 0.5 * schedule * m.scheduleBase)
    m.product3 = multiplied(m.product3, now)
    numbers.gradientFactor = <f32>((1 - now) / (1 - m.product3))
    numbers.momentFactor = <f32>(next / (1 - m.product3 * next))
    numbers.secondFactor = <f32>(1 / (1 - m.product2))
  }
}

// @ts-ignore: decorator
@inline function root(a: v128, epsilon: v128, inside: bool): v128 {
  return inside ? f32x4.sqrt(f32x4.add(a, epsilon)) : f32x4.add(f32x4.sqrt(a), epsilon)
}

function sgd(w: usize, g: usize, end: usize): void {
  const step = splat(-numbers.rate)
  while (w < end) {
    const low = v128.load(w)
    const high = v128.load(w, 16)
    v128.store(w, madd(step, v128.load(g), low))
    v128.store(w, madd(step, v128.load(g, 16), high), 16)
    w += 32
    g += 32
  }
}

function momentumSgd(m: Member, w: usize, g: usize, end: usize): void {
  const step = splat(-numbers.rate)
  const friction = splat(numbers.momentum)
  const nesterov = m.nesterov
  const distance = parameterBytes
  while (w < end) {
    const push = f32x4.mul(step, v128.load(g))
    const velocity = madd(friction, v128.load(w + distance), push)
    v128.store(w + distance, velocity)
    v128.store(w, f32x4.add(v128.load(w), nesterov ? madd(friction, velocity, push) : velocity))
    w += 16
    g += 16
  }
}

/** rmsprop with `old` = rho and `fresh` = 1 - rho, adagrad with 1 and 1. */
// @ts-ignore: decorator
@inline function scaledSgd(m: Member, w: usize, g: usize, end: usize, old: v128, fresh: v128): void {
  const step = splat(-numbers.rate)
  const small = splat(numbers.epsilon)
  const inside = m.epsilonInsideRoot
  const distance = parameterBytes
  while (w < end) {
    const gradient = v128.load(g)
    const a = madd(old, v128.load(w + distance), f32x4.mul(fresh, f32x4.mul(gradient, gradient)))
    v128.store(w + distance, a)
    v128.store(w, f32x4.add(v128.load(w), f32x4.div(f32x4.mul(step, gradient), root(a, small, inside))))
    w += 16
    g += 16
  }
}

// @ts-ignore: decorator
@inline function adadelta(w: usize, g: usize, end: usize): void {
  const step = splat(-numbers.rate)
  const old = splat(numbers.rho)
  const fresh = splat(numbers.restOfRho)
  const small = splat(numbers.epsilon)
  const distance = parameterBytes
  while (w < end) {
    const gradient = v128.load(g)
    const a = madd(old, v128.load(w + distance), f32x4.mul(fresh, f32x4.mul(gradient, gradient)))
    const d = v128.load(w + 2 * distance)
    const change = f32x4.div(f32x4.mul(gradient, f32x4.sqrt(f32x4.add(d, small))), f32x4.sqrt(f32x4.add(a, small)))
    v128.store(w + distance, a)
    v128.store(w + 2 * distance, madd(old, d, f32x4.mul(fresh, f32x4.mul(change, change))))
    v128.store(w, madd(step, change, v128.load(w)))
    w += 16
    g += 16
  }
}

// @ts-ignore: decorator
@inline function adam(w: usize, g: usize, end: usize): void {
  const step = splat(-numbers.rate)
  const old1 = splat(numbers.beta1)
  const fresh1 = splat(numbers.restOfBeta1)
  const old2 = splat(numbers.beta2)
  const fresh2 = splat(numbers.restOfBeta2)
  const small = splat(numbers.epsilon)
  const kept = splat(numbers.decayed)
  const distance = parameterBytes
  if (WIDE) {
    while (w < end) {
      const gradient = v128.load(g)
      const gradient2 = v128.load(g, 16)
      const first = madd(old1, v128.load(w + distance), f32x4.mul(fresh1, gradient))
      const first2 = madd(old1, v128.load(w + distance, 16), f32x4.mul(fresh1, gradient2))
      const second = madd(old2, v128.load(w + 2 * distance), f32x4.mul(fresh2, f32x4.mul(gradient, gradient)))
      const second2 = madd(old2, v128.load(w + 2 * distance, 16), f32x4.mul(fresh2, f32x4.mul(gradient2, gradient2)))
      const weight = v128.load(w)
      const weight2 = v128.load(w, 16)
      v128.store(w + distance, first)
      v128.store(w + distance, first2, 16)
      v128.store(w + 2 * distance, second)
      v128.store(w + 2 * distance, second2, 16)
      v128.store(w, madd(weight, kept, f32x4.div(f32x4.mul(step, first), f32x4.add(f32x4.sqrt(second), small))))
      v128.store(w, madd(weight2, kept, f32x4.div(f32x4.mul(step, first2), f32x4.add(f32x4.sqrt(second2), small))), 16)
      w += 32
      g += 32
    }
    return
  }
  while (w < end) {
    const gradient = v128.load(g)
    const first = madd(old1, v128.load(w + distance), f32x4.mul(fresh1, gradient))
    const second = madd(old2, v128.load(w + 2 * distance), f32x4.mul(fresh2, f32x4.mul(gradient, gradient)))
    v128.store(w + distance, first)
    v128.store(w + 2 * distance, second)
    const change = f32x4.div(f32x4.mul(step, first), f32x4.add(f32x4.sqrt(second), small))
    v128.store(w, madd(v128.load(w), kept, change))
    w += 16
    g += 16
  }
}

// @ts-ignore: decorator
@inline function adamax(w: usize, g: usize, end: usize): void {
  const step = splat(-numbers.rate)
  const old1 = splat(numbers.beta1)
  const fresh1 = splat(numbers.restOfBeta1)
  const old2 = splat(numbers.beta2)
  const small = splat(numbers.epsilon)
  const distance = parameterBytes
  if (WIDE) {
    while (w < end) {
      const gradient = v128.load(g)
      const gradient2 = v128.load(g, 16)
      const first = madd(old1, v128.load(w + distance), f32x4.mul(fresh1, gradient))
      const first2 = madd(old1, v128.load(w + distance, 16), f32x4.mul(fresh1, gradient2))
      const largest = f32x4.pmax(f32x4.abs(gradient), f32x4.mul(old2, v128.load(w + 2 * distance)))
      const largest2 = f32x4.pmax(f32x4.abs(gradient2), f32x4.mul(old2, v128.load(w + 2 * distance, 16)))
      const weight = v128.load(w)
      const weight2 = v128.load(w, 16)
      v128.store(w + distance, first)
      v128.store(w + distance, first2, 16)
      v128.store(w + 2 * distance, largest)
      v128.store(w + 2 * distance, largest2, 16)
      v128.store(w, f32x4.add(weight, f32x4.div(f32x4.mul(step, first), f32x4.add(largest, small))))
      v128.store(w, f32x4.add(weight2, f32x4.div(f32x4.mul(step, first2), f32x4.add(largest2, small))), 16)
      w += 32
      g += 32
    }
    return
  }
  while (w < end) {
    const gradient = v128.load(g)
    const first = madd(old1, v128.load(w + distance), f32x4.mul(fresh1, gradient))
    const largest = f32x4.pmax(f32x4.abs(gradient), f32x4.mul(old2, v128.load(w + 2 * distance)))
    v128.store(w + distance, first)
    v128.store(w + 2 * distance, largest)
    v128.store(w, f32x4.add(v128.load(w), f32x4.div(f32x4.mul(step, first), f32x4.add(largest, small))))
    w += 16
    g += 16
  }
}

// @ts-ignore: decorator
@inline function nadam(w: usize, g: usize, end: usize): void {
  const step = splat(-numbers.rate)
  const old1 = splat(numbers.beta1)
  const fresh1 = splat(numbers.restOfBeta1)
  const old2 = splat(numbers.beta2)
  const fresh2 = splat(numbers.restOfBeta2)
  const small = splat(numbers.epsilon)
  const ofGradient = splat(numbers.gradientFactor)
  const ofMoment = splat(numbers.momentFactor)
  const ofSecond = splat(numbers.secondFactor)
  const distance = parameterBytes
  while (w < end) {
    const gradient = v128.load(g)
    const first = madd(old1, v128.load(w + distance), f32x4.mul(fresh1, gradient))
    const second = madd(old2, v128.load(w + 2 * distance), f32x4.mul(fresh2, f32x4.mul(gradient, gradient)))
    v128.store(w + distance, first)
    v128.store(w + 2 * distance, second)
    const mean = madd(ofGradient, gradient, f32x4.mul(ofMoment, first))
    const change = f32x4.div(f32x4.mul(step, mean), f32x4.add(f32x4.sqrt(f32x4.mul(second, ofSecond)), small))
    v128.store(w, f32x4.add(v128.load(w), change))
    w += 16
    g += 16
  }
}

/** adam that divides by the largest second moment so far, which is the third slot. */
// @ts-ignore: decorator
@inline function amsgrad(w: usize, g: usize, end: usize): void {
  const step = splat(-numbers.rate)
  const old1 = splat(numbers.beta1)
  const fresh1 = splat(numbers.restOfBeta1)
  const old2 = splat(numbers.beta2)
  const fresh2 = splat(numbers.restOfBeta2)
  const small = splat(numbers.epsilon)
  const kept = splat(numbers.decayed)
  const distance = parameterBytes
  while (w < end) {
    const gradient = v128.load(g)
    const first = madd(old1, v128.load(w + distance), f32x4.mul(fresh1, gradient))
    const second = madd(old2, v128.load(w + 2 * distance), f32x4.mul(fresh2, f32x4.mul(gradient, gradient)))
    const largest = f32x4.pmax(second, v128.load(w + 3 * distance))
    v128.store(w + distance, first)
    v128.store(w + 2 * distance, second)
    v128.store(w + 3 * distance, largest)
    const change = f32x4.div(f32x4.mul(step, first), f32x4.add(f32x4.sqrt(largest), small))
    v128.store(w, madd(v128.load(w), kept, change))
    w += 16
    g += 16
  }
}

/** rmsprop with momentum, of the mean square less the square of the mean, or both. Slots: mean square, then momentum, then mean. */
// @ts-ignore: decorator
@inline function extendedRmsprop(m: Member, w: usize, g: usize, end: usize): void {
  const rate = splat(numbers.rate)
  const old = splat(numbers.rho)
  const fresh = splat(numbers.restOfRho)
  const small = splat(numbers.epsilon)
  const friction = splat(numbers.momentum)
  const pushed = numbers.momentum > 0
  const distance = parameterBytes
  const meanAt: usize = pushed ? 3 * distance : 2 * distance
  while (w < end) {
    const gradient = v128.load(g)
    const square = madd(old, v128.load(w + distance), f32x4.mul(fresh, f32x4.mul(gradient, gradient)))
    v128.store(w + distance, square)
    let spread = square
    if (m.centered) {
      const mean = madd(old, v128.load(w + meanAt), f32x4.mul(fresh, gradient))
      v128.store(w + meanAt, mean)
      spread = f32x4.sub(square, f32x4.mul(mean, mean))
    }
    let change = f32x4.div(f32x4.mul(rate, gradient), root(spread, small, m.epsilonInsideRoot))
    if (pushed) {
      change = madd(friction, v128.load(w + 2 * distance), change)
      v128.store(w + 2 * distance, change)
    }
    v128.store(w, f32x4.sub(v128.load(w), change))
    w += 16
    g += 16
  }
}

// @ts-ignore: decorator
@inline function lion(w: usize, g: usize, end: usize): void {
  const step = splat(numbers.rate)
  const zero = splat(0)
  const old1 = splat(numbers.beta1)
  const fresh1 = splat(numbers.restOfBeta1)
  const old2 = splat(numbers.beta2)
  const fresh2 = splat(numbers.restOfBeta2)
  const distance = parameterBytes
  while (w < end) {
    const gradient = v128.load(g)
    const moment = v128.load(w + distance)
    const direction = madd(old1, moment, f32x4.mul(fresh1, gradient))
    v128.store(w + distance, madd(old2, moment, f32x4.mul(fresh2, gradient)))
    const down = v128.and(step, f32x4.gt(direction, zero))
    const up = v128.and(step, f32x4.lt(direction, zero))
    v128.store(w, f32x4.add(f32x4.sub(v128.load(w), down), up))
    w += 16
    g += 16
  }
}

/** Moves `bytes` (a multiple of 32) of parameters at w along their gradient at g. */
export function update(m: Member, w: usize, g: usize, bytes: usize): void {
  const end = w + bytes
  switch (m.optimizer) {
    case Optimizer.SGD:
      if (m.momentum == 0) sgd(w, g, end)
      else momentumSgd(m, w, g, end)
      break
    case Optimizer.RMSPROP:
      if (m.centered || m.momentum > 0) extendedRmsprop(m, w, g, end)
      else scaledSgd(m, w, g, end, splat(numbers.rho), splat(numbers.restOfRho))
      break
    case Optimizer.ADAGRAD: scaledSgd(m, w, g, end, splat(1), splat(1)); break
    case Optimizer.ADADELTA: adadelta(w, g, end); break
    case Optimizer.ADAMAX: adamax(w, g, end); break
    case Optimizer.NADAM: nadam(w, g, end); break
    case Optimizer.ADAM:
    case Optimizer.ADAMW:
      if (m.amsgrad) amsgrad(w, g, end)
      else adam(w, g, end)
      break
    case Optimizer.LION: lion(w, g, end); break
    default: unreachable()
  }
}

/** l1 sum |w| + l2 sum w^2. */
export function penalty(w: usize, bytes: usize, l1: f32, l2: f32): f64 {
  const end = w + bytes
  let absolute = splat(0)
  let square = splat(0)
  while (w < end) {
    const x = v128.load(w)
    absolute = f32x4.add(absolute, f32x4.abs(x))
    square = madd(x, x, square)
    w += 16
  }
  return <f64>l1 * <f64>sum(absolute) + <f64>l2 * <f64>sum(square)
}

/** Adds the penalty's gradient, l1 sign(w) + 2 l2 w, to g. */
export function add_penalty_gradient(w: usize, g: usize, bytes: usize, l1: f32, l2: f32): void {
  const end = w + bytes
  const plus = splat(l1)
  const minus = splat(-l1)
  const slope = splat(2 * l2)
  const zero = splat(0)
  while (w < end) {
    const x = v128.load(w)
    const sign = v128.or(v128.and(plus, f32x4.gt(x, zero)), v128.and(minus, f32x4.lt(x, zero)))
    v128.store(g, f32x4.add(v128.load(g), madd(slope, x, sign)))
    w += 16
    g += 16
  }
}
