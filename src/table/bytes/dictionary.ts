/** Different cells, each kept once as bytes, and numbered from 0 in the order they came. */

const FIRST_CELLS = 64
const FIRST_BYTES = 1024

export class Dictionary {
  #arena = new Uint8Array(FIRST_BYTES)
  /** Where cell i begins in the arena; cell i + 1 begins where it ends. */
  #offsets = new Int32Array(FIRST_CELLS + 1)
  #hashes = new Int32Array(FIRST_CELLS)
  /** Open addressing: the number of a cell, plus 1; 0 where there is none. */
  #slots = new Int32Array(FIRST_CELLS * 4)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The number of the cell `bytes[start, end)`, which is new where none like it came before. */
  add(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
    // FNV's low bits are weak for cells that differ in their last byte alone.
    hash ^= hash >>> 15
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1
      if (number < 0) return this.#insert(bytes, start, end, hash, slot)
      if (this.#hashes[number] === hash && this.#equals(number, bytes, start, end)) return number
    }
  }

  /** The cells from `from` up to `to` as texts. */
  texts(from: number, to: number, decode: (bytes: Uint8Array) => string): string[] {
    const offsets = this.#offsets
    const start = offsets[from] ?? 0
    const bytes = this.#arena.subarray(start, offsets[to])
    const texts: string[] = []
    if (isAscii(bytes)) {
      // A decoder called once is ten times as fast as one called for every cell.
      const all = decode(bytes)
      for (let i = from; i < to; i++) texts.push(all.slice((offsets[i] ?? 0) - start, (offsets[i + 1] ?? 0) - start))
    } else for (let i = from; i < to; i++) texts.push(decode(this.#arena.subarray(offsets[i], offsets[i + 1])))
    return texts
  }

  #equals(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const offset = this.#offsets[number] ?? 0
    const length = end - start
    if ((this.#offsets[number + 1] ?? 0) - offset !== length) return false
    for (let i = 0; i < length; i++) if (this.#arena[offset + i] !== bytes[start + i]) return false
    return true
  }

  #insert(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const number = this.#size++
    const offset = this.#offsets[number] ?? 0
    const next = offset + end - start
    if (next > this.#arena.length) this.#arena = grown(this.#arena, new Uint8Array(Math.max(next, this.#arena.length * 2)))
    this.#arena.set(bytes.subarray(start, end), offset)
    if (number + 1 >= this.#offsets.length) this.#offsets = grown(this.#offsets, new Int32Array(this.#offsets.length * 2))
    if (number >= this.#hashes.length) this.#hashes = grown(this.#hashes, new Int32Array(this.#hashes.length * 2))
    this.#offsets[number + 1] = next
    this.#hashes[number] = hash
    this.#slots[slot] = number + 1
    if (this.#size * 2 > this.#slots.length) this.#rehash()
    return number
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let number = 0; number < this.#size; number++) {
      let slot = (this.#hashes[number] ?? 0) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number + 1
    }
    this.#slots = slots
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 127) return false
  return true
}

function grown<T extends Uint8Array | Int32Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}
