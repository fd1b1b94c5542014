/**
 * The one place where packed bytes are unpacked, within a bound: a megabyte can be crafted that unpacks to a gigabyte, and a hundred bytes can
 * declare an array of any size.
 */

import { InvalidDataError } from '../core/errors.ts'
import { concat } from './bytes.ts'
import { checkBytes, checkOptions, checkText } from './check.ts'

/** How far packed bytes are followed. */
export interface UnpackOptions {
  /**
   * The most bytes that packed ones may become. The default suits honest files: 32 MiB, or 100 times the packed bytes if that is more, but
   * at most 2 GiB. For larger files, raise this or unpack them beforehand.
   */
  readonly maxUnpackedBytes?: number | undefined
}

const ALWAYS = 2 ** 25
/** Text and images unpack to 3 to 20 times; deflate can reach 1,032 times. */
const RATIO = 100
const MOST = 2 ** 31

/** The size of the pieces in which packed bytes are processed, so that the output of each can be checked. */
const PIECE = 2 ** 14

/** The most bytes that `packed` ones may become. */
export const allowedBytes = (packed: number, { maxUnpackedBytes }: UnpackOptions): number =>
  maxUnpackedBytes ?? Math.min(Math.max(ALWAYS, RATIO * packed), MOST)

/** True where the bytes start as a gzip stream does (RFC 1952: 1f 8b). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** @param read bytes of the packed ones, which became `length` */
function tooLarge(name: string, read: number, length: number, { maxUnpackedBytes }: UnpackOptions): InvalidDataError {
  if (maxUnpackedBytes !== undefined)
    return new InvalidDataError(`${name}: unpacks to more than the ${maxUnpackedBytes} bytes that maxUnpackedBytes allows`)
  return new InvalidDataError(
    `${name}: its first ${read} bytes unpack to ${length} already, as data hardly ever do but a file that is made to fill the memory; ` +
      'if it is right, unpack it beforehand, or say by maxUnpackedBytes how large it is',
  )
}

/**
 * Unpacks bytes. It stops as soon as the output exceeds what is allowed for the pieces read so far.
 * @throws InvalidDataError naming `name` where they are truncated or damaged, or unpack to more than is allowed
 */
export async function unpack(
  bytes: Uint8Array,
  format: 'gzip' | 'deflate-raw',
  name: string,
  options: UnpackOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new DecompressionStream(format)
  const reader = readable.getReader()
  let read = 0
  // One piece after the other, each when the previous one has been consumed; otherwise the stream would buffer all of them.
  const feed = async () => {
    const writer = writable.getWriter()
    while (read < bytes.length) {
      const piece = bytes.subarray(read, read + PIECE) as Uint8Array<ArrayBuffer>
      read += piece.length
      await writer.write(piece)
    }
    await writer.close()
  }
  // What fails here fails the reading too, and is reported there.
  feed().catch(() => undefined)
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length
      if (length > allowedBytes(read, options)) throw tooLarge(name, read, length, options)
      chunks.push(next.value)
    }
    return concat(chunks, length)
  } catch (cause) {
    if (cause instanceof InvalidDataError) throw cause
    throw new InvalidDataError(
      `${name}: the ${format === 'gzip' ? 'gzip' : 'deflated'} data is truncated or damaged; copy or download the file again`,
      {
        cause,
      },
    )
  } finally {
    // A stream that has ended or failed has nothing to release.
    await reader.cancel().catch(() => undefined)
  }
}

/**
 * The bytes a gzip stream holds.
 * @throws InvalidDataError naming `name` where the stream is truncated or damaged, or unpacks to more than is allowed
 */
export async function gunzip(bytes: Uint8Array, name = 'the gzip stream', options: UnpackOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  checkText(name, 'the name')
  checkOptions(options, 'gunzip')
  checkBytes(bytes, name)
  return unpack(bytes, 'gzip', name, options)
}
