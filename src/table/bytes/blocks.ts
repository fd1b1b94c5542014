/** Numbers that become more and more, in blocks: nothing is copied before the end, and then a column at a time. */

type Numbers = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>

const BLOCK = 2 ** 16
const FIRST = 64

export class Blocks<T extends Numbers> {
  readonly #make: (length: number) => T
  #full: T[] = []
  #last: T
  #used = 0

  constructor(make: (length: number) => T) {
    this.#make = make
    this.#last = make(0)
  }

  get length(): number {
    return this.#full.length * BLOCK + this.#used
  }

  push(value: number): void {
    if (this.#used === this.#last.length) this.#grow()
    this.#last[this.#used++] = value
  }

  /** Adds numbers `from` up to `to` of an array. */
  append(numbers: T, from: number, to: number): void {
    let at = from
    while (at < to) {
      if (this.#used === this.#last.length) this.#grow()
      const count = Math.min(to - at, this.#last.length - this.#used)
      this.#last.set(numbers.subarray(at, at + count) as Float64Array & Int32Array, this.#used)
      this.#used += count
      at += count
    }
  }

  at(place: number): number {
    const block = this.#full[Math.floor(place / BLOCK)] ?? this.#last
    return block[place % BLOCK] ?? Number.NaN
  }

  /** All of them as one array, up to `length`; the blocks are let go of. */
  take(length = this.length): T {
    const all = this.#make(length)
    let at = 0
    for (const block of [...this.#full, this.#last.subarray(0, this.#used) as T]) {
      if (at >= length) break
      all.set(block.subarray(0, length - at) as Float64Array & Int32Array, at)
      at += block.length
    }
    this.#full = []
    this.#last = this.#make(0)
    this.#used = 0
    return all
  }

  /** A small table's block is small: the first one doubles until it is whole. */
  #grow(): void {
    const { length } = this.#last
    if (length === BLOCK) {
      this.#full.push(this.#last)
      this.#last = this.#make(BLOCK)
      this.#used = 0
      return
    }
    const larger = this.#make(length === 0 ? FIRST : length * 2)
    larger.set(this.#last as Float64Array & Int32Array)
    this.#last = larger
  }
}
