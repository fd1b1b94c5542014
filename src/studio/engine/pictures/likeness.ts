// Whether a picture is like those that were trained on.

import { at } from '../../../core/at.ts'
import type { Dataset } from '../../../data/dataset.ts'
import type { PictureShape } from '../../pictures.ts'

/** Pictures are compared by the means of so many by so many regions. */
const SIDES = 6
/** Pictures that others are compared with, and those whose nearest other one is looked for, at most. */
const MOST = 2000
const LOOKED_AT = 300

/** Knows how far pictures lie from the nearest other one. */
export class Likeness {
  readonly #shape: PictureShape
  readonly #known: readonly Float32Array[]
  /** The largest distance of a picture of training from its nearest other. */
  readonly #furthest: number

  constructor({ features, inputSize, rows }: Dataset, shape: PictureShape) {
    this.#shape = shape
    const step = Math.ceil(rows / MOST)
    const numbers = Array.from({ length: rows }, (_, row) => row).filter((row) => row % step === 0)
    this.#known = numbers.map((row) => this.#means(features.subarray(row * inputSize, (row + 1) * inputSize)))
    const every = Math.ceil(this.#known.length / LOOKED_AT)
    const looked = this.#known.filter((_, i) => i % every === 0)
    this.#furthest = Math.max(...looked.map((own) => this.#nearest(own)))
  }

  isOutside(pixels: Uint8Array): boolean {
    return this.#nearest(this.#means(pixels)) > this.#furthest
  }

  #nearest(own: Float32Array): number {
    let nearest = Number.POSITIVE_INFINITY
    for (const other of this.#known) {
      if (other === own) continue
      let sum = 0
      for (let i = 0; i < own.length && sum < nearest; i++) sum += (at(own, i) - at(other, i)) ** 2
      nearest = Math.min(nearest, sum)
    }
    return nearest
  }

  #means(pixels: Float32Array | Uint8Array): Float32Array {
    const [height, width, channels] = this.#shape
    const sums = new Float32Array(SIDES * SIDES * channels)
    const counts = new Float32Array(SIDES * SIDES)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const cell = Math.floor((y * SIDES) / height) * SIDES + Math.floor((x * SIDES) / width)
        counts[cell] = at(counts, cell) + 1
        for (let c = 0; c < channels; c++) {
          const place = cell * channels + c
          sums[place] = at(sums, place) + at(pixels, (y * width + x) * channels + c)
        }
      }
    return sums.map((sum, i) => sum / Math.max(1, at(counts, Math.floor(i / channels))))
  }
}
