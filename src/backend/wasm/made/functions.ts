/** assembly/vector.ts and assembly/activation.ts again, operation by operation, as code: the bits are the same. */

import { type Code, i32, type Local, type Value, v } from './code.ts'

const ROUND = 12582912
const LOG2E = Math.LOG2E
const LN2_HIGH = 0.693359375
const LN2_LOW = -2.1219444e-4
const SELU_ALPHA = Math.fround(1.6732632423543772)
const SELU_SCALE = Math.fround(1.0507009873554805)
const EXP = [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1]
const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1,
  3.3333331174e-1,
]

/** The activations that are made. */
const MADE = ['linear', 'relu', 'leakyRelu', 'elu', 'selu', 'tanh', 'sigmoid'] as const
export type MadeActivation = (typeof MADE)[number]
export const isMade = (name: string): name is MadeActivation => MADE.some((made) => made === name)

/** A multiply-add as the kernels round it. */
export type Madd = (a: Value, b: Value, c: Value) => Value
export const maddOf = (fused: boolean): Madd => (fused ? v.relaxedMadd : (a, b, c) => v.add(c, v.mul(a, b)))

export class Functions {
  readonly #to: Code
  readonly madd: Madd

  constructor(to: Code, madd: Madd) {
    this.#to = to
    this.madd = madd
  }

  #polynomial(x: Value, [first = 0, ...rest]: readonly number[]): Local {
    const p = this.#to.keep(v.of(first))
    for (const next of rest) this.#to.set(p, this.madd(p.get, x, v.of(next)))
    return p
  }

  /** The rest of e^x by a power of two (t less ROUND): its tail, and the rest itself. */
  #reduced(input: Value, most: number, least: number): { tail: Local; r: Local; power: Value } {
    const to = this.#to
    const x = to.keep(v.pmax(v.pmin(input, v.of(most)), v.of(least)))
    const t = to.keep(this.madd(x.get, v.of(LOG2E), v.of(ROUND)))
    const n = to.keep(v.sub(t.get, v.of(ROUND)))
    const r = to.keep(this.madd(n.get, v.of(-LN2_LOW), this.madd(n.get, v.of(-LN2_HIGH), x.get)))
    const p = this.#polynomial(r.get, EXP)
    const tail = to.keep(v.mul(p.get, v.mul(r.get, r.get)))
    return { tail, r, power: v.shiftLeft(v.addWords(t.get, v.ofWord(127)), i32.of(23)) }
  }

  exp(input: Value): Value {
    const { tail, r, power } = this.#reduced(input, 88.3762626647949, -87.3365478515625)
    return v.mul(v.add(v.add(tail.get, r.get), v.of(1)), power)
  }

  expm1(input: Value): Value {
    const { tail, r, power } = this.#reduced(input, 88, -87)
    const scale = this.#to.keep(power)
    return v.add(v.mul(v.add(tail.get, r.get), scale.get), v.sub(scale.get, v.of(1)))
  }

  log(input: Value): Value {
    const to = this.#to
    const x = to.keep(input)
    const shifted = to.keep(v.subWords(x.get, v.ofWord(0x3f3504f3)))
    const exponent = to.keep(v.ofWords(v.shiftRight(shifted.get, i32.of(23))))
    const m = to.keep(v.sub(v.addWords(v.and(shifted.get, v.ofWord(0x007fffff)), v.ofWord(0x3f3504f3)), v.of(1)))
    const square = to.keep(v.mul(m.get, m.get))
    const p = this.#polynomial(m.get, LOG)
    to.set(p, v.mul(v.mul(p.get, m.get), square.get))
    to.set(p, this.madd(exponent.get, v.of(LN2_LOW), p.get))
    to.set(p, this.madd(square.get, v.of(-0.5), p.get))
    const result = this.madd(exponent.get, v.of(LN2_HIGH), v.add(m.get, p.get))
    return v.select(result, x.get, v.eq(x.get, x.get))
  }

  log1p(input: Value): Value {
    const x = this.#to.keep(input)
    const u = this.#to.keep(v.add(x.get, v.of(1)))
    const lost = this.#to.keep(v.div(v.sub(x.get, v.sub(u.get, v.of(1))), u.get))
    return v.add(this.log(u.get), lost.get)
  }

  /** An activation of sums. */
  activate(name: MadeActivation, a: number, input: Value): Value {
    if (name === 'linear') return input
    const to = this.#to
    const zero = v.of(0)
    const one = v.of(1)
    if (name === 'relu') return v.pmax(input, zero)
    const x = to.keep(input)
    if (name === 'leakyRelu') return v.select(x.get, v.mul(v.of(a), x.get), v.gt(x.get, zero))
    if (name === 'elu') return v.select(x.get, v.mul(v.of(a), this.expm1(x.get)), v.gt(x.get, zero))
    if (name === 'selu') {
      return v.mul(v.of(SELU_SCALE), v.select(x.get, v.mul(v.of(SELU_ALPHA), this.expm1(x.get)), v.gt(x.get, zero)))
    }
    if (name === 'tanh') {
      const e = to.keep(this.expm1(v.add(x.get, x.get)))
      return v.div(e.get, v.add(e.get, v.of(2)))
    }
    return v.div(one, v.add(one, this.exp(v.neg(x.get))))
  }

  /** A delta times the activation's derivative, read off its output. */
  differentiate(name: MadeActivation, a: number, delta: Value, output: Value): Value {
    if (name === 'linear') return delta
    const zero = v.of(0)
    const one = v.of(1)
    if (name === 'relu') return v.mul(delta, v.and(one, v.gt(output, zero)))
    const y = this.#to.keep(output)
    if (name === 'tanh') return v.mul(delta, v.sub(one, v.mul(y.get, y.get)))
    if (name === 'sigmoid') return v.mul(delta, v.mul(y.get, v.sub(one, y.get)))
    const positive = v.gt(y.get, zero)
    if (name === 'leakyRelu') return v.mul(delta, v.select(one, v.of(a), positive))
    if (name === 'elu') return v.mul(delta, v.select(one, v.add(y.get, v.of(a)), positive))
    return v.mul(delta, v.select(v.of(SELU_SCALE), v.add(y.get, v.of(Math.fround(SELU_SCALE * SELU_ALPHA))), positive))
  }
}
