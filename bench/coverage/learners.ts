/** Cheap learners that stand in for networks and trees: lines and random features with a penalty, and neighbours. */

import { at } from '../../src/core/at.ts'
import type { Draw } from './draw.ts'
import type { Rows } from './worlds.ts'

/** Of rows of features what each is said to be: (rows x outputs), probabilities of classes or one number. */
export type Predict = (features: Float64Array, rows: number) => Float64Array

/** Learns from the rows at these places. */
export type Learner = (data: Rows, places: Uint32Array, classes: number, random: Draw) => Predict

/** Turns features (rows x width) into others. */
interface Lift {
  readonly width: number
  of(features: Float64Array, rows: number): Float64Array
}

/** The features with a 1 before them. */
function linearLift(width: number): Lift {
  return {
    width: width + 1,
    of: (features, rows) =>
      Float64Array.from({ length: rows * (width + 1) }, (_, i) => {
        const [row, column] = [Math.floor(i / (width + 1)), i % (width + 1)]
        return column === 0 ? 1 : at(features, row * width + column - 1)
      }),
  }
}

/** Beside them `count` random hyperbolic tangents, as of a network whose first layer is not trained. */
function randomLift(width: number, count: number, random: Draw): Lift {
  const line = linearLift(width)
  const kernel = Float64Array.from({ length: line.width * count }, () => random.normal() * 0.7)
  const out = line.width + count
  return {
    width: out,
    of(features, rows) {
      const lines = line.of(features, rows)
      const lifted = new Float64Array(rows * out)
      for (let row = 0; row < rows; row++) {
        const own = lines.subarray(row * line.width, (row + 1) * line.width)
        lifted.set(own, row * out)
        for (let j = 0; j < count; j++) {
          let sum = 0
          for (let i = 0; i < line.width; i++) sum += (own[i] as number) * (kernel[j * line.width + i] as number)
          lifted[row * out + line.width + j] = Math.tanh(sum)
        }
      }
      return lifted
    },
  }
}

const gather = ({ features, width }: Rows, places: Uint32Array): Float64Array => {
  const own = new Float64Array(places.length * width)
  for (const [i, place] of places.entries()) own.set(features.subarray(place * width, (place + 1) * width), i * width)
  return own
}

/** Of lifted features: least squares with a penalty for numbers, logistic regression by accelerated steps for classes. */
function lifted(lift: Lift, penalty: number): Learner {
  return (data, places, classes) => {
    const inputs = lift.of(gather(data, places), places.length)
    const targets = Float64Array.from(places, (place) => at(data.targets, place))
    const outputs = Math.max(1, classes)
    const weights =
      classes === 0 ? ridge(inputs, targets, lift.width, penalty) : logistic(inputs, targets, lift.width, classes, penalty / places.length)
    return (features, rows) => {
      const said = multiply(lift.of(features, rows), weights, rows, lift.width, outputs)
      return classes === 0 ? said : softmax(said, outputs)
    }
  }
}

function multiply(inputs: Float64Array, weights: Float64Array, rows: number, width: number, outputs: number): Float64Array {
  const said = new Float64Array(rows * outputs)
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < width; i++) {
      const x = inputs[row * width + i] as number
      for (let o = 0; o < outputs; o++)
        said[row * outputs + o] = (said[row * outputs + o] as number) + x * (weights[i * outputs + o] as number)
    }
  return said
}

function softmax(scores: Float64Array, outputs: number): Float64Array {
  for (let start = 0; start < scores.length; start += outputs) {
    const own = scores.subarray(start, start + outputs)
    const largest = Math.max(...own)
    let sum = 0
    for (let o = 0; o < outputs; o++) sum += own[o] = Math.exp((own[o] as number) - largest)
    for (let o = 0; o < outputs; o++) own[o] = (own[o] as number) / sum
  }
  return scores
}

/** Solves (X'X + penalty) w = X'y, the intercept free, by Cholesky. */
function ridge(inputs: Float64Array, targets: Float64Array, width: number, penalty: number): Float64Array {
  const a = new Float64Array(width * width)
  const b = new Float64Array(width)
  for (const [row, target] of targets.entries())
    for (let i = 0; i < width; i++) {
      const x = inputs[row * width + i] as number
      b[i] = (b[i] as number) + x * target
      for (let j = 0; j <= i; j++) a[i * width + j] = (a[i * width + j] as number) + x * (inputs[row * width + j] as number)
    }
  for (let i = 0; i < width; i++) a[i * width + i] = (a[i * width + i] as number) + (i === 0 ? 1e-9 : penalty)
  for (let i = 0; i < width; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * width + j] as number
      for (let k = 0; k < j; k++) sum -= (a[i * width + k] as number) * (a[j * width + k] as number)
      a[i * width + j] = i === j ? Math.sqrt(sum) : sum / (a[j * width + j] as number)
    }
  for (let i = 0; i < width; i++) {
    for (let k = 0; k < i; k++) b[i] = (b[i] as number) - (a[i * width + k] as number) * (b[k] as number)
    b[i] = (b[i] as number) / (a[i * width + i] as number)
  }
  for (let i = width - 1; i >= 0; i--) {
    for (let k = i + 1; k < width; k++) b[i] = (b[i] as number) - (a[k * width + i] as number) * (b[k] as number)
    b[i] = (b[i] as number) / (a[i * width + i] as number)
  }
  return b
}

const STEPS = 40

/** Forty steps of Nesterov's on the mean log loss with a penalty: stopped early, as a network's. */
function logistic(inputs: Float64Array, targets: Float64Array, width: number, classes: number, penalty: number): Float64Array {
  const rows = targets.length
  let weights = new Float64Array(width * classes)
  let ahead = weights.slice()
  const rate = 4 / (width + 4)
  for (let step = 0; step < STEPS; step++) {
    const said = softmax(multiply(inputs, ahead, rows, width, classes), classes)
    for (let row = 0; row < rows; row++) {
      const place = row * classes + (targets[row] as number)
      said[place] = (said[place] as number) - 1
    }
    const next = new Float64Array(width * classes)
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < width; i++) {
        const x = (inputs[row * width + i] as number) / rows
        for (let o = 0; o < classes; o++)
          next[i * classes + o] = (next[i * classes + o] as number) + x * (said[row * classes + o] as number)
      }
    for (let i = 0; i < next.length; i++) {
      const before = ahead[i] as number
      next[i] = before - rate * ((next[i] as number) + (i < classes ? 0 : penalty * before))
    }
    const momentum = step / (step + 3)
    ahead = next.map((value, i) => value + momentum * (value - (weights[i] as number)))
    weights = next
  }
  return weights
}

/** More rows than these are not searched. */
const KNOWN = 300

/** The mean of the `count` nearest rows; of classes their shares, with one row more that is spread over all. */
function neighbours(count: number): Learner {
  return (data, all, classes) => {
    const { width } = data
    const places = all.length <= KNOWN ? all : Uint32Array.from({ length: KNOWN }, (_, i) => at(all, Math.floor((i * all.length) / KNOWN)))
    const known = gather(data, places)
    const outputs = Math.max(1, classes)
    const near = Math.min(count, places.length)
    return (features, rows) => {
      const said = new Float64Array(rows * outputs)
      const distances = new Float64Array(near)
      const found = new Uint32Array(near)
      for (let row = 0; row < rows; row++) {
        distances.fill(Number.POSITIVE_INFINITY)
        for (let i = 0; i < places.length; i++) {
          let distance = 0
          for (let c = 0; c < width; c++) {
            const off = (features[row * width + c] as number) - (known[i * width + c] as number)
            distance += off * off
          }
          if (distance >= (distances[near - 1] as number)) continue
          let k = near - 1
          for (; k > 0 && distance < (distances[k - 1] as number); k--) {
            distances[k] = distances[k - 1] as number
            found[k] = found[k - 1] as number
          }
          distances[k] = distance
          found[k] = i
        }
        for (const i of found) {
          const target = data.targets[places[i] as number] as number
          if (classes === 0) said[row] = (said[row] as number) + target / near
          else said[row * outputs + target] = (said[row * outputs + target] as number) + 1 / (near + 1)
        }
        if (classes > 0)
          for (let o = 0; o < outputs; o++) said[row * outputs + o] = (said[row * outputs + o] as number) + 1 / (near + 1) / outputs
      }
      return said
    }
  }
}

/** The line, which an answer is compared with as well. */
const line: Learner = (data, places, classes, random) => lifted(linearLift(data.width), 1)(data, places, classes, random)

/** The candidates of every fold, the line first; those with random features get their own from the draw. */
export const candidates: readonly Learner[] = [
  line,
  (data, places, classes, random) => lifted(linearLift(data.width), 30)(data, places, classes, random),
  (data, places, classes, random) => lifted(randomLift(data.width, 20, random), 3)(data, places, classes, random),
  neighbours(10),
]
