/** The best threshold for a node, found in its histogram. */

import { missing } from '../../core/at.ts'
import type { Bins } from './bins.ts'
import { drawThreshold } from './random.ts'
import type { TreesSettings } from './settings.ts'

/** Sums over rows: of first and second derivatives, and how many rows there are. */
export interface Sums {
  readonly gradient: number
  readonly hessian: number
  readonly rows: number
}

/** Rows whose bin of the feature is at most `bin` go left. */
export interface Split {
  readonly feature: number
  readonly bin: number
  /** How much the loss falls, twice. */
  readonly gain: number
  readonly left: Sums
}

/** A gain below this share of the numbers that it is the difference of is their rounding. */
const ROUNDING = 1e-12

/** Where a feature's bins are in a histogram of the tree. */
export interface UsedFeature {
  readonly feature: number
  readonly bins: number
  readonly common: number
  /** The place of its first bin that has one. */
  readonly offset: number
}

/** What a leaf adds to twice the negative loss: G^2 / (H + l2), where its value is -G / (H + l2) (Chen and Guestrin, "XGBoost", KDD 2016, equation 6). */
const quality = (gradient: number, hessian: number, l2: number): number => (gradient * gradient) / (hessian + l2)

/** The value of a leaf, before the learning rate. */
export const leafValue = ({ gradient, hessian }: Sums, l2: number): number => (hessian + l2 > 0 ? -gradient / (hessian + l2) : 0)

/** Looks for splits in the histograms of one tree. Reads a feature's bins into arrays of its own first, in their order. */
export class SplitSearch {
  readonly #settings: TreesSettings
  readonly #used: readonly UsedFeature[]
  /** Numbers a bin has in a histogram. */
  readonly #stride: number
  readonly #tree: number
  readonly #gradients = new Float64Array(256)
  readonly #hessians = new Float64Array(256)
  readonly #counts = new Float64Array(256)
  readonly #gains = new Float64Array(256)

  constructor(settings: TreesSettings, used: readonly UsedFeature[], stride: number, tree: number) {
    this.#settings = settings
    this.#used = used
    this.#stride = stride
    this.#tree = tree
  }

  /** The split with the highest gain: of equal ones that of the first feature, at its lowest threshold. Undefined where none is allowed, or helps. */
  best(histogram: Float64Array, sums: Sums, node: number): Split | undefined {
    let best: Split | undefined
    for (const used of this.#used) {
      this.#read(histogram, used, sums)
      const found = this.#settings.extra ? this.#random(used, sums, node) : this.#scan(used, sums, best?.gain ?? 0)
      if (found !== undefined && found.gain > (best?.gain ?? 0)) best = found
    }
    return best
  }

  /** The sums of a feature's bins; those of the bin without a code are what the others leave of the node's. */
  #read(histogram: Float64Array, { bins, common, offset }: UsedFeature, sums: Sums): void {
    const stride = this.#stride
    const gradients = this.#gradients
    const hessians = this.#hessians
    const counts = this.#counts
    let { gradient, hessian, rows } = sums
    let k = offset
    for (let bin = 0; bin < bins; bin++) {
      if (bin === common) continue
      const g = histogram[k] ?? missing(histogram, k)
      const n = histogram[k + 1] ?? missing(histogram, k + 1)
      const h = histogram[k + stride - 1] ?? missing(histogram, k + stride - 1)
      gradients[bin] = g
      counts[bin] = n
      hessians[bin] = h
      gradient -= g
      hessian -= h
      rows -= n
      k += stride
    }
    if (common >= bins) return
    gradients[common] = gradient
    hessians[common] = hessian
    counts[common] = rows
  }

  /** The best threshold of the feature that was read, if its gain is above one. */
  #scan({ feature, bins }: UsedFeature, sums: Sums, above: number): Split | undefined {
    const { minRows, minHessian, l2 } = this.#settings
    const { gradient, hessian, rows } = sums
    const gradients = this.#gradients
    const hessians = this.#hessians
    const counts = this.#counts
    const whole = quality(gradient, hessian, l2)
    let gain = above
    let place = -1
    let leftGradient = 0
    let leftHessian = 0
    let leftRows = 0
    for (let bin = 0; bin + 1 < bins; bin++) {
      const n = counts[bin] ?? missing(counts, bin)
      // A bin without rows parts them as the one before it.
      if (n === 0) continue
      leftGradient += gradients[bin] ?? missing(gradients, bin)
      leftHessian += hessians[bin] ?? missing(hessians, bin)
      leftRows += n
      if (rows - leftRows < minRows || hessian - leftHessian < minHessian) break
      if (leftRows < minRows || leftHessian < minHessian) continue
      const parts = quality(leftGradient, leftHessian, l2) + quality(gradient - leftGradient, hessian - leftHessian, l2)
      if (parts - whole > gain && parts - whole > ROUNDING * (parts + whole)) {
        gain = parts - whole
        place = bin
      }
    }
    if (place < 0) return undefined
    let next = place + 1
    while (counts[next] === 0) next++
    // Between two bins with rows lie thresholds that part them alike: the one in the middle.
    return { feature, bin: (place + next - 1) >> 1, gain, left: this.#upTo(place) }
  }

  /** The split that helps the leaves most when all of them take it: the highest sum of gains. Undefined where none helps. */
  shared(
    leaves: readonly { readonly histogram: Float64Array; readonly sums: Sums }[],
    level: number,
  ): Pick<Split, 'feature' | 'bin'> | undefined {
    let gain = 0
    let best: Pick<Split, 'feature' | 'bin'> | undefined
    for (const used of this.#used) {
      const gains = this.#gains.fill(0, 0, used.bins)
      for (const { histogram, sums } of leaves) {
        this.#read(histogram, used, sums)
        this.#addGains(used.bins, sums, gains)
      }
      const { extra, seed } = this.#settings
      const only = extra ? drawThreshold(used.bins - 1, used.feature, level, this.#tree, seed) : undefined
      for (let bin = only ?? 0; bin <= (only ?? used.bins - 2); bin++) {
        const own = gains[bin] ?? missing(gains, bin)
        if (own <= gain) continue
        gain = own
        // Thresholds that part the rows alike have the same gain: the one in the middle.
        let last = bin
        while (last < used.bins - 2 && gains[last + 1] === own) last++
        best = { feature: used.feature, bin: only ?? (bin + last) >> 1 }
      }
    }
    return best
  }

  /** Adds to each threshold of the feature that was read what it gains a leaf; nothing where all rows stay on one side. */
  #addGains(bins: number, { gradient, hessian, rows }: Sums, gains: Float64Array): void {
    const { l2 } = this.#settings
    const gradients = this.#gradients
    const hessians = this.#hessians
    const counts = this.#counts
    const whole = quality(gradient, hessian, l2)
    let leftGradient = 0
    let leftHessian = 0
    let leftRows = 0
    let own = 0
    for (let bin = 0; bin + 1 < bins; bin++) {
      const n = counts[bin] ?? missing(counts, bin)
      if (n > 0) {
        leftGradient += gradients[bin] ?? missing(gradients, bin)
        leftHessian += hessians[bin] ?? missing(hessians, bin)
        leftRows += n
        if (leftRows === rows) return
        const parts = quality(leftGradient, leftHessian, l2) + quality(gradient - leftGradient, hessian - leftHessian, l2)
        own = parts - whole > ROUNDING * (parts + whole) ? parts - whole : 0
      }
      gains[bin] = (gains[bin] ?? missing(gains, bin)) + own
    }
  }

  /** What of a leaf's rows goes left by a split. */
  leftOf(histogram: Float64Array, sums: Sums, { feature, bin }: Pick<Split, 'feature' | 'bin'>): Sums {
    const used = this.#used.find((one) => one.feature === feature)
    if (used === undefined) throw new RangeError(`feature ${feature} is not used`)
    this.#read(histogram, used, sums)
    return this.#upTo(bin)
  }

  /** A random threshold among those that part the node's rows. */
  #random({ feature, bins }: UsedFeature, sums: Sums, node: number): Split | undefined {
    const { minRows, minHessian, l2, seed } = this.#settings
    const counts = this.#counts
    let low = 0
    let high = bins - 1
    while (low < high && counts[low] === 0) low++
    while (high > low && counts[high] === 0) high--
    if (low === high) return undefined
    const bin = low + drawThreshold(high - low, feature, node, this.#tree, seed)
    const left = this.#upTo(bin)
    const right = { gradient: sums.gradient - left.gradient, hessian: sums.hessian - left.hessian, rows: sums.rows - left.rows }
    if (Math.min(left.rows, right.rows) < minRows || Math.min(left.hessian, right.hessian) < minHessian) return undefined
    const whole = quality(sums.gradient, sums.hessian, l2)
    const parts = quality(left.gradient, left.hessian, l2) + quality(right.gradient, right.hessian, l2)
    return parts - whole > ROUNDING * (parts + whole) ? { feature, bin, gain: parts - whole, left } : undefined
  }

  #upTo(last: number): Sums {
    let gradient = 0
    let hessian = 0
    let rows = 0
    for (let bin = 0; bin <= last; bin++) {
      if (this.#counts[bin] === 0) continue
      gradient += this.#gradients[bin] ?? missing(this.#gradients, bin)
      hessian += this.#hessians[bin] ?? missing(this.#hessians, bin)
      rows += this.#counts[bin] ?? missing(this.#counts, bin)
    }
    return { gradient, hessian, rows }
  }
}

/** Whether a code of the split's bundle sends its row left: (256) zeros and ones. */
export function sidesOf({ feature, bin }: Split, bins: Bins): Uint8Array {
  const { bins: count, first, common } = bins.features[feature] ?? missing(bins.features, feature)
  const sides = new Uint8Array(256)
  if (common <= bin) sides.fill(1)
  for (let b = 0; b < count; b++) if (b !== common) sides[first + (b < common ? b : b - 1)] = b <= bin ? 1 : 0
  return sides
}
