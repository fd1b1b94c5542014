// Reads protobuf messages without going past the end of their bytes.

import { PbfReader } from 'pbf'

/**
 * Protobuf that stays within its bytes. pbf follows a length wherever it leads: past the end it would give less than was said, or fill a list
 * with what is not there.
 */
export class BoundedReader extends PbfReader {
  #checked(end: number): number {
    if (!(end <= this.length)) throw new RangeError(`a field is said to end at byte ${end} of ${this.length}`)
    return end
  }

  override readVarint(isSigned?: boolean): number {
    const value = super.readVarint(isSigned)
    this.#checked(this.pos)
    return value
  }

  override readBytes(): Uint8Array {
    const end = this.#checked(super.readVarint() + this.pos)
    const bytes = this.buf.subarray(this.pos, end)
    this.pos = end
    return bytes
  }

  override readString(): string {
    return new TextDecoder().decode(this.readBytes())
  }

  override readPackedEnd(): number {
    return this.#checked(super.readPackedEnd())
  }

  override readMessage<T>(readField: (tag: number, result: T, pbf: PbfReader) => void, result: T): T {
    const end = this.#checked(super.readVarint() + this.pos)
    this.readFields(readField, result, end)
    if (this.pos !== end) throw new RangeError(`a field leads over the end of its message at byte ${end}`)
    return result
  }

  override skip(value: number): void {
    super.skip(value)
    this.#checked(this.pos)
  }
}
