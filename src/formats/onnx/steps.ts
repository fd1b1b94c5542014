/**
 * Makes steps, and of the parts that exporters take activations apart to, the activations again: x / (1 + |x|) is a softsign, log(1 + e^x) a
 * softplus. Each function has the rules of what is computed last.
 */

import { at } from '../../core/at.ts'
import type { Activation } from '../activation.ts'
import { type Affine, addAffine, composeAffine, every } from '../fold.ts'
import { type Operation, type Pair, type Part, same } from './values.ts'

/** A step as factor base + offset, all columns alike. */
interface Line {
  readonly factor: number
  readonly offset: number
  readonly base: Operation
}

function lineOf(step: Operation): Line {
  const plain = { factor: 1, offset: 0, base: step }
  if (step.op !== 'affine') return plain
  const { factor, offset } = step.affine
  return factor.length === 1 && offset.length === 1 ? { factor: at(factor, 0), offset: at(offset, 0), base: step.of } : plain
}

/** c where `step` is c times `other`. */
function ratioOf(step: Operation, other: Operation): number | undefined {
  if (same(step, other)) return 1
  const [mine, theirs] = [lineOf(step), lineOf(other)]
  const alike = same(mine.base, theirs.base) && mine.offset === 0 && theirs.offset === 0 && theirs.factor !== 0
  return alike ? mine.factor / theirs.factor : undefined
}

/** Where a step is factor e^u + offset. */
function exponentialOf(step: Operation): { factor: number; offset: number; of: Operation } | undefined {
  const { factor, offset, base } = lineOf(step)
  return base.op === 'exp' ? { factor, offset, of: base.of } : undefined
}

const isActivation = (step: Operation, name: Activation['name']): step is Extract<Operation, { op: 'activation' }> =>
  step.op === 'activation' && step.activation.name === name

export function affine(of: Operation, given: Affine, where: string): Operation {
  const before = of.op === 'affine' ? of : undefined
  const whole = before ? composeAffine(before.affine, given) : given
  const base = before ? before.of : of
  if (every(whole.factor, 1) && every(whole.offset, 0)) return base
  const step: Operation = { op: 'affine', of: base, affine: whole, where }
  const { factor, offset } = lineOf(step)
  // 2 sigmoid(v) - 1 is tanh(v / 2).
  if (isActivation(base, 'sigmoid') && Math.abs(factor) === 2 && offset === -factor / 2)
    return activation(line(base.of, factor / 4, 0, where), { name: 'tanh', parameter: 0 }, where)
  return step
}

/** of factor + offset, all columns alike. */
export const line = (of: Operation, factor: number, offset: number, where: string): Operation =>
  affine(of, { factor: [factor], offset: [offset] }, where)

const plain = (of: Operation, name: Activation['name'], where: string): Operation => activation(of, { name, parameter: 0 }, where)

export function activation(of: Operation, given: Activation, where: string): Operation {
  if (given.name === 'softmax' && of.op === 'add') {
    // What all columns of a row have in common changes nothing.
    const { left, right } = of
    for (const [step, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const { factor, base } = lineOf(other)
      if (factor === -1 && base.op === 'largest' && same(base.of, step)) return activation(step, given, where)
    }
  }
  return { op: 'activation', of, activation: given, where }
}

export function part(op: Part, of: Operation, where: string): Operation {
  const exponential = exponentialOf(of)
  const positive = exponential && exponential.factor > 0 && exponential.offset > 0 ? exponential : undefined
  if (op === 'reciprocal') {
    if (of.op === 'reciprocal') return of.of
    if (positive) return line(sigmoidOver(positive, -1, where), 1 / positive.offset, 0, where)
    if (of.op === 'exp') return part('exp', line(of.of, -1, 0, where), where)
  }
  if (op === 'log') {
    if (positive) {
      const { factor, offset } = positive
      return line(plain(line(positive.of, 1, Math.log(factor / offset), where), 'softplus', where), 1, Math.log(offset), where)
    }
    if (isActivation(of, 'sigmoid')) return line(plain(line(of.of, -1, 0, where), 'softplus', where), -1, 0, where)
  }
  return { op, of, where }
}

/** The nearest number between two, of which one may be infinite. */
export function limit(of: Operation, low: number, high: number, where: string): Operation {
  // A limit of a limit is one.
  const before = isActivation(of, 'relu') ? { of: of.of, low: 0, high: Number.POSITIVE_INFINITY } : of.op === 'clip' ? of : undefined
  const within = (value: number): number => Math.min(Math.max(value, low), high)
  const whole = before ? { of: before.of, low: within(before.low), high: within(before.high) } : { of, low, high }
  if (whole.low === 0 && whole.high === Number.POSITIVE_INFINITY) return plain(whole.of, 'relu', where)
  return { op: 'clip', ...whole, where }
}

/** sigmoid(sign (u + ln(factor / offset))), where factor e^u + offset is given. */
const sigmoidOver = ({ factor, offset, of }: { factor: number; offset: number; of: Operation }, sign: 1 | -1, where: string): Operation =>
  plain(line(of, sign, sign * Math.log(factor / offset), where), 'sigmoid', where)

/** Both orders of two steps. */
const orders = (left: Operation, right: Operation) =>
  [
    [left, right],
    [right, left],
  ] as const

function added(left: Operation, right: Operation, where: string): Operation | undefined {
  const [a, b] = [left, right].map((step) => (step.op === 'affine' ? step : { of: step, affine: { factor: [1], offset: [0] } }))
  if (a && b && same(a.of, b.of)) return affine(a.of, addAffine(a.affine, b.affine), where)
  for (const [one, other] of orders(left, right)) {
    const { factor, offset, base } = lineOf(other)
    const isPlain = factor === 1 && offset === 0
    // relu(x) + log(1 + e^-|x|), and x + log(1 + e^-x), are softplus(x) written so that nothing overflows.
    if (isPlain && isActivation(base, 'softplus')) {
      const inner = lineOf(base.of)
      if (inner.factor === -1 && inner.offset === 0) {
        if (isActivation(one, 'relu') && inner.base.op === 'abs' && same(inner.base.of, one.of)) return plain(one.of, 'softplus', where)
        if (same(inner.base, one)) return plain(one, 'softplus', where)
      }
    }
    if (!isActivation(one, 'relu')) continue
    // relu(x) - a relu(-x)
    if (isActivation(base, 'relu') && ratioOf(base.of, one.of) === -1 && offset === 0 && factor <= 0)
      return activation(one.of, { name: 'leakyRelu', parameter: -factor }, where)
    // relu(x) + a (e^min(x, 0) - 1)
    const limited = base.op === 'exp' && base.of.op === 'clip' ? base.of : undefined
    if (limited?.high === 0 && limited.low === Number.NEGATIVE_INFINITY && same(limited.of, one.of) && offset === -factor)
      return activation(one.of, { name: 'elu', parameter: factor }, where)
  }
  return undefined
}

/** Where a step is e^u + sign e^-u: u. */
function hyperbolicOf(step: Operation, sign: 1 | -1): Operation | undefined {
  if (step.op !== 'add') return undefined
  for (const [one, other] of orders(step.left, step.right)) {
    const { factor, offset, base } = lineOf(other)
    if (one.op === 'exp' && base.op === 'exp' && factor === sign && offset === 0 && ratioOf(base.of, one.of) === -1) return one.of
  }
  return undefined
}

function divided(left: Operation, right: Operation, where: string): Operation | undefined {
  const below = lineOf(right)
  if (below.base.op === 'abs' && below.factor > 0 && below.offset > 0) {
    const ratio = ratioOf(left, below.base.of)
    // c x / (f |x| + q)
    if (ratio !== undefined) {
      const { factor, offset } = below
      return line(plain(line(below.base.of, factor / offset, 0, where), 'softsign', where), ratio / factor, 0, where)
    }
  }
  const [above, exponential] = [exponentialOf(left), exponentialOf(right)]
  // (a e^v + b) / (p e^v + p)
  if (above && exponential && exponential.factor === exponential.offset && exponential.factor > 0 && same(above.of, exponential.of)) {
    const { factor } = exponential
    return line(plain(exponential.of, 'sigmoid', where), (above.factor - above.offset) / factor, above.offset / factor, where)
  }
  const [sine, cosine] = [hyperbolicOf(left, -1), hyperbolicOf(right, 1)]
  if (sine && cosine && (same(sine, cosine) || ratioOf(sine, cosine) === -1)) return plain(sine, 'tanh', where)
  if (right.op === 'sum' && left.op === 'exp' && same(right.of, left)) return plain(left.of, 'softmax', where)
  return undefined
}

function multiplied(left: Operation, right: Operation, where: string): Operation | undefined {
  for (const [one, other] of orders(left, right)) {
    if (other.op === 'reciprocal') return pair('divide', one, other.of, where)
    // e^u sigmoid(-u)
    if (one.op === 'exp' && isActivation(other, 'sigmoid') && ratioOf(other.of, one.of) === -1) return plain(one.of, 'sigmoid', where)
  }
  return undefined
}

function larger(left: Operation, right: Operation, where: string): Operation | undefined {
  for (const [one, other] of orders(left, right)) {
    const ratio = ratioOf(other, one)
    if (ratio !== undefined && ratio >= 0 && ratio <= 1) return activation(one, { name: 'leakyRelu', parameter: ratio }, where)
  }
  return undefined
}

const PAIRS: Readonly<Record<Pair, (left: Operation, right: Operation, where: string) => Operation | undefined>> = {
  add: added,
  multiply: multiplied,
  divide: divided,
  max: larger,
  min: () => undefined,
}

export const pair = (op: Pair, left: Operation, right: Operation, where: string): Operation =>
  PAIRS[op](left, right, where) ?? { op, left, right, where }

/** Beyond it softplus is the identity in float32. */
const SOFTPLUS_IS_LINEAR = 14

/** Where(b > t, b, softplus(b)), which PyTorch's exporter writes, beside factors of its own. */
function isSoftplusBeyond({ factor, offset, base }: Line, than: number, yes: Operation, no: Operation): boolean {
  const [straight, curved] = [lineOf(yes), lineOf(no)]
  if (!isActivation(curved.base, 'softplus') || !(factor > 0)) return false
  const inner = lineOf(curved.base.of)
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), 1e-6)
  return (
    same(inner.base, base) &&
    same(straight.base, base) &&
    near(straight.factor, curved.factor * inner.factor) &&
    near(straight.offset, curved.factor * inner.offset + curved.offset) &&
    inner.factor * ((than - offset) / factor) + inner.offset >= SOFTPLUS_IS_LINEAR
  )
}

/** `yes` where `condition` holds, else `no`. */
export function choose(condition: Operation, yes: Operation, no: Operation, where: string): Operation {
  if (condition.op === 'not') return choose(condition.of, no, yes, where)
  const step: Operation = { op: 'where', condition, yes, no, where }
  if (condition.op !== 'greater') return step
  const { of, than } = condition
  if (isSoftplusBeyond(lineOf(of), than, yes, no)) return no
  const ratio = ratioOf(yes, of)
  if (than !== 0 || ratio === undefined || ratio <= 0) return step
  const slope = ratioOf(no, of)
  if (slope !== undefined && slope >= 0)
    return line(activation(of, { name: 'leakyRelu', parameter: slope / ratio }, where), ratio, 0, where)
  const exponential = exponentialOf(no)
  // a (e^x - 1)
  if (exponential && same(exponential.of, of) && exponential.offset === -exponential.factor && exponential.factor > 0)
    return line(activation(of, { name: 'elu', parameter: exponential.factor / ratio }, where), ratio, 0, where)
  return step
}
