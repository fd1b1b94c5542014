/**
 * The training steps of one small network as code: assembly/step.ts, small.ts and loss.ts again, with all sizes known. Sums are formed of the same operations in the
 * same order, so the bits are the same.
 */

import { Code, F32, F64, f32, f64, I32, i32, Local, moduleOf, V128, type Value, v } from './code.ts'
import { Functions, type MadeActivation, maddOf } from './functions.ts'
import { type Layer, layOut, type MadeNetwork, type Scratch, vectorsOf } from './layout.ts'
import { columnSums, gathered, product, repeat, transposed } from './products.ts'

const EPSILON = 1e-7
const ONE_LESS_EPSILON = 0.9999999

/** Activations of many operations: a loop over the sums is as fast as code in every tile, and a third as long. */
const IS_LONG: Readonly<Record<MadeActivation, boolean>> = {
  linear: false,
  relu: false,
  leakyRelu: false,
  elu: true,
  selu: true,
  tanh: true,
  sigmoid: true,
}
/** Vectors of the output's kernel at a time. */
const KERNEL = 4

// The parameters of `train` and `rest`; see Train in engine.ts.
const [MEMBER, STEP, LAST, WEIGHTS, ORDER, FEATURES, TARGETS, SCRATCH] = [0, 1, 2, 3, 4, 5, 6, 7]
const PARAMETERS = [I32, I32, I32, I32, I32, I32, I32, I32] as const
const END_STEP = [I32, I32, I32, F64, I32, I32] as const

/** The module whose `train` trains steps of whole batches, and whose `rest` the one of a smaller batch. */
export function writeModule(network: MadeNetwork): Uint8Array<ArrayBuffer> {
  const { rows, rest } = network
  const written = (count: number): Code => {
    const to = new Code(PARAMETERS.length)
    new Writer(network, count, to).write()
    return to
  }
  const functions = { train: written(rows), ...(rest > 0 && { rest: written(rest) }) }
  return moduleOf(PARAMETERS, END_STEP, functions)
}

const parameter = (index: number): Local => new Local(index)

class Writer {
  readonly #network: MadeNetwork
  /** Of the batch. */
  readonly #rows: number
  readonly #to: Code
  readonly #functions: Functions
  readonly #layers: readonly Layer[]
  readonly #scratch: Scratch
  readonly #base = parameter(SCRATCH).get
  readonly #weights = parameter(WEIGHTS).get
  readonly #weighted: Local
  readonly #right: Local

  constructor(network: MadeNetwork, rows: number, to: Code) {
    this.#network = network
    this.#rows = rows
    this.#to = to
    this.#functions = new Functions(to, maddOf(network.fused))
    const { layers, scratch } = layOut(network)
    this.#layers = layers
    this.#scratch = scratch
    this.#weighted = to.local(F64)
    this.#right = to.local(I32)
  }

  write(): void {
    const to = this.#to
    const step = parameter(STEP)
    to.loop(
      () => {
        this.#gather()
        for (const l of this.#layers.slice(0, -1).keys()) this.#forward(l)
        this.#score()
        this.#descend()
        to.put(parameter(MEMBER).get, step.get, i32.of(this.#rows), this.#weighted.get, this.#right.get)
        to.put(i32.add(this.#base, i32.of(this.#scratch.gradient)))
        to.emit(0x10, 0) // end_step
        to.emit(0x45, 0x04, 0x40, 0x41, 0, 0x0f, 0x0b) // not finite: return 0
        to.set(step, i32.add(step.get, i32.of(1)))
      },
      i32.lessThan(step.get, parameter(LAST).get),
    )
    to.put(i32.of(1))
  }

  /** The batch's rows and targets next to each other. */
  #gather(): void {
    const to = this.#to
    const { inputs, rows: batch } = this.#network
    const rows = this.#rows
    const { inputs: at, inputStride, targets } = this.#scratch
    const number = to.keep(i32.mul(parameter(STEP).get, i32.of(batch)), I32)
    const order = to.keep(i32.add(parameter(ORDER).get, i32.shl(number.get, i32.of(2))), I32)
    const into = to.keep(this.#base, I32)
    const target = to.keep(this.#base, I32)
    const row = to.local(I32)
    const pointers = [
      { local: order, step: 4 },
      { local: number, step: 1 },
      { local: into, step: inputStride },
      { local: target, step: 4 },
    ] as const
    repeat(to, rows, pointers, () => {
      to.when(
        parameter(ORDER).get,
        () => to.set(row, i32.load(order.get)),
        () => to.set(row, number.get),
      )
      const features = to.keep(i32.add(parameter(FEATURES).get, i32.mul(row.get, i32.of(4 * inputs))), I32)
      for (let c = 0; c < vectorsOf(inputs); c++) to.store(into.get, v.load(features.get, 16 * c), at + 16 * c)
      to.storeWord(target.get, f32.load(i32.add(parameter(TARGETS).get, i32.shl(row.get, i32.of(2)))), targets)
    })
  }

  #below(l: number): { offset: number; stride: number } {
    const below = this.#layers[l - 1]
    return below === undefined
      ? { offset: this.#scratch.inputs, stride: this.#scratch.inputStride }
      : { offset: below.outputs, stride: below.stride }
  }

  #layer(l: number): Layer {
    const layer = this.#layers.at(l)
    if (layer === undefined) throw new Error(`there is no layer ${l}`)
    return layer
  }

  #forward(l: number): void {
    const to = this.#to
    const rows = this.#rows
    const { inputs, width, stride, offset, outputs, activation, a } = this.#layer(l)
    const { offset: from, stride: fromStride } = this.#below(l)
    const inTiles = !IS_LONG[activation]
    product(to, {
      rows,
      width,
      depth: inputs,
      madd: this.#functions.madd,
      start: (c) => v.load(this.#weights, offset + 16 * c),
      left: { base: this.#base, offset: from, rowStep: fromStride, depthStep: 4 },
      right: { base: this.#weights, offset: offset + stride, stride },
      out: { base: this.#base, offset: outputs, stride },
      finish: (sum) => (inTiles ? this.#functions.activate(activation, a, sum) : sum),
    })
    if (inTiles) return
    const at = to.keep(this.#base, I32)
    repeat(to, rows * width, [{ local: at, step: 16 }], () => {
      to.store(at.get, this.#functions.activate(activation, a, v.load(at.get, outputs)), outputs)
    })
  }

  /** The single output, its loss and its delta, of four rows at a time. */
  #score(): void {
    const to = this.#to
    const rows = this.#rows
    const { stride } = this.#below(this.#layers.length - 1)
    to.set(this.#weighted, f64.zero)
    to.set(this.#right, i32.of(0))
    const read = to.keep(this.#base, I32)
    const own = to.keep(this.#base, I32)
    const pointers = [
      { local: read, step: 4 * stride },
      { local: own, step: 16 },
    ] as const
    const whole = Math.floor(rows / 4)
    if (whole > 0) repeat(to, whole, pointers, () => this.#scoreFour(read.get, own.get, 0, 4))
    if (rows % 4 > 0) this.#scoreFour(this.#base, this.#base, 4 * whole, rows % 4)
  }

  /** Rows `row` to `row` + 3, of which `count` are there, from where `read` and `own` stand. */
  #scoreFour(read: Value, own: Value, row: number, count: number): void {
    const to = this.#to
    const { offset: from, stride } = this.#below(this.#layers.length - 1)
    const { inputs, offset, stride: kernelStride } = this.#layer(-1)
    const at = (b: number, k: number): Value => v.load(read, from + (row + b) * stride + 4 * k)
    const z = to.keep(v.loadSplat(this.#weights, offset))
    for (let k = 0; k < inputs; k += 4) {
      const columns = transposed(to, [at(0, k), at(1, k), at(2, k), at(3, k)])
      columns.slice(0, inputs - k).forEach((column, i) => {
        const weight = v.loadSplat(this.#weights, offset + (1 + k + i) * kernelStride)
        to.set(z, this.#functions.madd(column.get, weight, z.get))
      })
    }
    const y = to.keep(v.load(own, this.#scratch.targets + 4 * row))
    const [losses, delta] = this.#network.loss === 'binaryCrossentropy' ? this.#entropies(z, y, count) : this.#squares(z, y)
    to.store(own, delta, this.#scratch.lastDeltas + 4 * row)
    for (let lane = 0; lane < count; lane++) {
      to.set(this.#weighted, f64.add(this.#weighted.get, f64.ofSingle(v.lane(losses, lane))))
    }
  }

  #entropies(z: Local, y: Local, count: number): [losses: Value, delta: Value] {
    const to = this.#to
    const { clip } = this.#network
    const rows = this.#rows
    const functions = this.#functions
    const [low, high, one, zero, half] = [v.of(EPSILON), v.of(ONE_LESS_EPSILON), v.of(1), v.of(0), v.of(0.5)]
    const e = to.keep(functions.exp(v.neg(v.abs(z.get))))
    const larger = to.keep(v.div(one, v.add(one, e.get)))
    const smaller = to.keep(v.mul(e.get, larger.get))
    const positive = to.keep(v.ge(z.get, zero))
    const p = to.keep(v.select(larger.get, smaller.get, positive.get))
    const losses = to.local(V128)
    const d = to.keep(v.sub(p.get, y.get))
    if (clip) {
      const q = to.keep(v.select(smaller.get, larger.get, positive.get))
      const clippedP = to.keep(v.pmin(v.pmax(p.get, low), high))
      const clippedQ = to.keep(v.pmin(v.pmax(q.get, low), high))
      const ones = to.keep(v.eq(y.get, one))
      to.when(
        v.allTrue(v.or(ones.get, v.eq(y.get, zero))),
        () => to.set(losses, v.neg(functions.log(v.select(clippedP.get, clippedQ.get, ones.get)))),
        () => {
          const first = to.keep(v.mul(y.get, functions.log(clippedP.get)))
          const second = to.keep(v.mul(v.sub(one, y.get), functions.log(clippedQ.get)))
          to.set(losses, v.neg(v.add(first.get, second.get)))
        },
      )
      to.set(d, v.and(d.get, v.and(v.ge(p.get, low), v.ge(q.get, low))))
    } else {
      to.set(losses, v.add(v.sub(v.pmax(z.get, zero), v.mul(z.get, y.get)), functions.log1p(e.get)))
    }
    const wrong = v.xor(v.gt(p.get, half), v.gt(y.get, half))
    const present = v.ofBits(Int32Array.from({ length: 4 }, (_, lane) => (lane < count ? -1 : 0)))
    to.set(this.#right, i32.add(this.#right.get, i32.ones(v.bitmask(v.andNot(present, wrong)))))
    return [losses.get, v.mul(d.get, v.of(Math.fround(1 / rows)))]
  }

  #squares(z: Local, y: Local): [losses: Value, delta: Value] {
    const to = this.#to
    const { activation, a } = this.#layer(-1)
    const output = to.keep(this.#functions.activate(activation, a, z.get))
    const error = to.keep(v.sub(output.get, y.get))
    const delta = to.keep(v.mul(error.get, v.of(Math.fround(2 * Math.fround(1 / this.#rows)))))
    return [v.mul(error.get, error.get), this.#functions.differentiate(activation, a, delta.get, output.get)]
  }

  /** The gradient of all layers. */
  #descend(): void {
    this.#descendFromOutput()
    for (let l = this.#layers.length - 2; l >= 0; l--) {
      if (l > 0) this.#inputGradient(l)
      this.#weightGradient(l)
    }
  }

  /** That of the single output's kernel lies along its inputs. */
  #descendFromOutput(): void {
    const to = this.#to
    const rows = this.#rows
    const { lastDeltas, gradient } = this.#scratch
    const last = this.#layers.length - 1
    const { inputs, offset, stride } = this.#layer(-1)
    const { offset: from, stride: fromStride } = this.#below(last)
    const below = this.#layers[last - 1]
    const { madd } = this.#functions
    const bias = to.keep(f32.minusZero, F32)
    for (let first = 0; first < vectorsOf(inputs); first += KERNEL) {
      const count = Math.min(KERNEL, vectorsOf(inputs) - first)
      const sums = Array.from({ length: count }, () => to.keep(v.of(0)))
      const kernel = sums.map((_, c) =>
        below === undefined
          ? undefined
          : to.keep(gathered(this.#weights, offset + (1 + 4 * (first + c)) * stride, stride, inputs - 4 * (first + c))),
      )
      const read = to.keep(this.#base, I32)
      const own = to.keep(this.#base, I32)
      const pointers = [
        { local: read, step: fromStride },
        { local: own, step: 4 },
      ] as const
      repeat(to, rows, pointers, () => {
        const d = to.keep(v.loadSplat(own.get, lastDeltas))
        if (first === 0) to.set(bias, f32.add(bias.get, v.lane(d.get, 0)))
        sums.forEach((sum, c) => {
          const at = 16 * (first + c)
          const x = to.keep(v.load(read.get, from + at))
          to.set(sum, madd(x.get, d.get, sum.get))
          const weight = kernel[c]
          if (below === undefined || weight === undefined) return
          const delta = to.keep(madd(d.get, weight.get, v.of(0)))
          to.store(read.get, this.#functions.differentiate(below.activation, below.a, delta.get, x.get), below.deltas + at)
        })
      })
      sums.forEach((sum, c) => {
        for (let lane = 0; lane < Math.min(4, inputs - 4 * (first + c)); lane++) {
          to.storeLane(this.#base, sum.get, lane, gradient + offset + (1 + 4 * (first + c) + lane) * stride)
        }
      })
    }
    to.storeWord(this.#base, bias.get, gradient + offset)
  }

  #inputGradient(l: number): void {
    const to = this.#to
    const layer = this.#layer(l)
    const below = this.#layer(l - 1)
    const turned = this.#scratch.transposed
    const kernel = layer.offset + layer.stride
    for (let i = 0; i < below.width; i++) {
      for (let o = 0; o < layer.width; o++) {
        const row = (r: number): Value => v.load(this.#weights, kernel + (4 * i + r) * layer.stride + 16 * o)
        transposed(to, [row(0), row(1), row(2), row(3)]).forEach((column, c) => {
          if (4 * o + c < layer.units) to.store(this.#base, column.get, turned + (4 * o + c) * below.stride + 16 * i)
        })
      }
    }
    product(to, {
      rows: this.#rows,
      width: below.width,
      depth: layer.units,
      madd: this.#functions.madd,
      start: () => v.of(0),
      left: { base: this.#base, offset: layer.deltas, rowStep: layer.stride, depthStep: 4 },
      right: { base: this.#base, offset: turned, stride: below.stride },
      out: { base: this.#base, offset: below.deltas, stride: below.stride },
      finish: (sum, moved, offset) => this.#functions.differentiate(below.activation, below.a, sum, v.load(moved, below.outputs + offset)),
    })
  }

  #weightGradient(l: number): void {
    const to = this.#to
    const rows = this.#rows
    const { gradient } = this.#scratch
    const { inputs, width, stride, offset, deltas } = this.#layer(l)
    const { offset: from, stride: fromStride } = this.#below(l)
    columnSums(to, rows, width, { base: this.#base, offset: deltas, stride }, this.#base, gradient + offset)
    product(to, {
      rows: inputs,
      width,
      depth: rows,
      madd: this.#functions.madd,
      start: () => v.of(0),
      left: { base: this.#base, offset: from, rowStep: 4, depthStep: fromStride },
      right: { base: this.#base, offset: deltas, stride },
      out: { base: this.#base, offset: gradient + offset + stride, stride },
    })
  }
}
