/**
 * Reads zip archives (APPNOTE.TXT 6.3.3) by their directory. fflate, which writes ours, makes room for what a file declares to unpack to and
 * goes on for as long as it unpacks; here both are bounded, and checksums are compared.
 */

import { at } from '../core/at.ts'
import { InvalidDataError } from '../core/errors.ts'
import { type UnpackOptions, unpack } from '../data/unpack.ts'

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
/** The end's own bytes, and the longest comment after them. */
const END_BYTES = 22
const LONGEST_COMMENT = 65535
const ENCRYPTED = 1

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) value = (value >>> 8) ^ at(CRC_TABLE, (value ^ byte) & 0xff)
  return (value ^ 0xffffffff) >>> 0
}

interface Entry {
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly unpacked: number
  /** Where its local header begins. */
  readonly at: number
}

/** The directory. Throws RangeError where it leads past the end of the bytes. */
function readDirectory(bytes: Uint8Array, view: DataView): ReadonlyMap<string, Entry> | undefined {
  const least = Math.max(0, bytes.length - END_BYTES - LONGEST_COMMENT)
  let end = bytes.length - END_BYTES
  while (end >= least && view.getUint32(end, true) !== END) end--
  if (end < least) return undefined
  const entries = new Map<string, Entry>()
  let at = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(at, true) !== ENTRY) throw new RangeError('its directory is broken')
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [number, number, number]
    entries.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)), {
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    })
    at += 46 + name + extra + comment
  }
  return entries
}

/** The packed bytes of an entry. Throws RangeError where they are not all there. */
function packedBytes(bytes: Uint8Array, view: DataView, { at, packed }: Entry): Uint8Array {
  if (view.getUint32(at, true) !== LOCAL) throw new RangeError('its directory points elsewhere')
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true)
  if (start + packed > bytes.length) throw new RangeError('it is truncated')
  return bytes.subarray(start, start + packed)
}

async function readEntry(packed: Uint8Array, entry: Entry, where: string, options: UnpackOptions): Promise<Uint8Array> {
  const { flags, method, unpacked, crc } = entry
  if (flags & ENCRYPTED || (method !== 0 && method !== 8))
    throw new InvalidDataError(`${where} is encrypted, or packed by method ${method}; only stored and deflated files are read`)
  const content = method === 0 ? packed : await unpack(packed, 'deflate-raw', where, options)
  if (content.length !== unpacked || crc32(content) !== crc)
    throw new InvalidDataError(`${where} is not what the archive's directory says of it; the file is damaged`)
  return content
}

/** What was read of an archive. */
interface Archive<Name extends string> {
  readonly files: Readonly<Partial<Record<Name, Uint8Array>>>
  /** Of everything in it. */
  readonly names: readonly string[]
}

/**
 * Those of the `wanted` files that a zip archive has, each unpacked as far as is allowed, and the names of all that it has.
 * @throws InvalidDataError where the bytes are no archive, or a file in it is damaged or unpacks to more
 */
export async function unzip<Name extends string>(
  bytes: Uint8Array,
  wanted: readonly Name[],
  name: string,
  options: UnpackOptions = {},
): Promise<Archive<Name>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const files: Partial<Record<Name, Uint8Array>> = {}
  try {
    const directory = readDirectory(bytes, view)
    if (directory === undefined) throw new InvalidDataError(`${name}: this is no .keras file, or it is damaged: it is no zip archive`)
    for (const file of wanted) {
      const entry = directory.get(file)
      if (entry !== undefined) files[file] = await readEntry(packedBytes(bytes, view, entry), entry, `${name}: ${file}`, options)
    }
    return { files, names: [...directory.keys()] }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new InvalidDataError(`${name}: the zip archive is damaged: ${cause.message}`, { cause })
  }
}
