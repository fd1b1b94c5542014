import { crc32, gzipSync } from 'node:zlib'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import type { Draw } from '../support/random.ts'
import { joinBytes, mutateBytes, mutateJson, mutateText, pick } from './mutate.ts'
import { mutateProtobuf } from './protobuf.ts'

/** Changes that know a format: what is in it is changed, and what is around it, as lengths and checksums, made right again. */

/** The header of a safetensors file changed as text or as data, the length before it right again, mostly; or any bytes. */
export function mutateSafetensors(bytes: Uint8Array, draw: Draw): Uint8Array {
  if (draw.index(4) === 0) return mutateBytes(bytes, draw)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const old = strFromU8(bytes.subarray(8, 8 + length))
  const header = strToU8(draw.index(4) === 0 ? mutateText(old, draw) : mutateHeader(old, draw))
  const said = new DataView(new ArrayBuffer(8))
  said.setBigUint64(0, BigInt(header.length), true)
  return joinBytes([new Uint8Array(said.buffer), header, bytes.subarray(8 + length)])
}

/** In the metadata is JSON within the JSON. */
function mutateHeader(text: string, draw: Draw): string {
  const header = JSON.parse(text) as { __metadata__?: Record<string, string> }
  const inner = Object.keys(header.__metadata__ ?? {}).filter((key) => /^[[{]/.test(header.__metadata__?.[key] ?? ''))
  if (draw.index(2) === 0 || inner.length === 0 || header.__metadata__ === undefined) return mutateJson(text, draw)
  const key = pick(draw, inner)
  header.__metadata__[key] = mutateJson(header.__metadata__[key] ?? '', draw)
  return JSON.stringify(header)
}

const crcOf = (json: string, rest: Uint8Array): string => String(crc32(rest, crc32(json)))

/** Checkpoints have a checksum, which is right again, mostly. */
export function mutateCheckpoints(bytes: Uint8Array, draw: Draw): Uint8Array {
  const changed = mutateSafetensors(bytes, draw)
  if (draw.index(8) === 0 || changed.length < 8) return changed
  const length = Number(new DataView(changed.buffer, changed.byteOffset).getBigUint64(0, true))
  if (length > changed.length - 8) return changed
  try {
    const header = JSON.parse(strFromU8(changed.subarray(8, 8 + length))) as { __metadata__: { checkpoints: string; crc32: string } }
    header.__metadata__.crc32 = crcOf(header.__metadata__.checkpoints, changed.subarray(8 + length))
    const json = strToU8(JSON.stringify(header))
    const said = new DataView(new ArrayBuffer(8))
    said.setBigUint64(0, BigInt(json.length), true)
    return joinBytes([new Uint8Array(said.buffer), json, changed.subarray(8 + length)])
  } catch {
    return changed
  }
}

/** The files in a .keras archive, which is zipped anew with checksums that fit, or the archive itself. */
export function mutateKeras(bytes: Uint8Array, draw: Draw): Uint8Array {
  if (draw.index(5) === 0) return mutateBytes(bytes, draw)
  const files = unzipSync(bytes)
  const name = pick(draw, ['config.json', 'config.json', 'metadata.json', 'model.weights.h5'])
  const old = files[name] ?? new Uint8Array()
  files[name] = name.endsWith('.json') ? strToU8(mutateJson(strFromU8(old), draw)) : mutateBytes(old, draw)
  if (draw.index(20) === 0) delete files[name]
  return zipSync(files, { level: draw.index(2) === 0 ? 0 : 6 })
}

const gzipped = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** What is in a gzip stream, or the stream itself. */
export function mutateIdx(bytes: Uint8Array, draw: Draw): Uint8Array {
  if (gzipped(bytes) || draw.index(4) > 0) return mutateBytes(bytes, draw)
  return new Uint8Array(gzipSync(mutateBytes(bytes, draw)))
}

/** Lines as text, or one of them as the JSON it is. */
export function mutateJournal(whole: string, draw: Draw): string {
  if (draw.index(2) === 0) return mutateText(whole, draw)
  const lines = whole.trimEnd().split('\n')
  const at = draw.index(lines.length)
  return `${lines.toSpliced(at, 1, mutateJson(lines[at] ?? '', draw)).join('\n')}\n`
}

/** The fields of an ONNX file, or any bytes. */
export const mutateOnnx = (seed: Uint8Array, draw: Draw): Uint8Array =>
  draw.index(4) === 0 ? mutateBytes(seed, draw) : mutateProtobuf(seed, draw)

/** JSON within the bytes of an .h5 file, which stays as long as it was, or any bytes. */
export function mutateH5(bytes: Uint8Array, draw: Draw): Uint8Array {
  if (draw.index(3) === 0) return mutateBytes(bytes, draw)
  const text = strFromU8(bytes, true)
  const start = text.indexOf('{"class_name"')
  const end = start + (/^[\x20-\x7e]*/.exec(text.slice(start))?.[0].length ?? 0)
  if (start < 0) throw new Error('the seed has no model_config')
  const old = text.slice(start, end)
  const config = draw.index(3) === 0 ? mutateText(old, draw) : mutateJson(old, draw)
  const fitting = strToU8(config.slice(0, old.length).padEnd(old.length))
  return joinBytes([bytes.subarray(0, start), fitting.subarray(0, old.length), bytes.subarray(end)])
}

/** The header of an answer's file changed as text or as data, or its arrays; the length and the checksum before them right again, mostly. */
export function mutateAnswer(bytes: Uint8Array, draw: Draw): Uint8Array {
  if (draw.index(8) === 0) return mutateBytes(bytes, draw)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const length = view.getUint32(16, true)
  const end = 24 + 8 * Math.ceil(length / 8)
  const old = strFromU8(bytes.subarray(24, 24 + length))
  const isHeader = draw.index(4) > 0
  const header = strToU8(isHeader ? (draw.index(4) === 0 ? mutateText(old, draw) : mutateJson(old, draw)) : old)
  const arrays = isHeader ? bytes.subarray(end) : mutateBytes(bytes.subarray(end), draw)
  const padding = new Uint8Array((8 - (header.length % 8)) % 8).fill(0x20)
  const start = new Uint8Array(bytes.slice(0, 24))
  const said = new DataView(start.buffer)
  said.setUint32(16, header.length, true)
  const changed = joinBytes([start, header, padding, arrays])
  new DataView(changed.buffer, changed.byteOffset).setUint32(12, crc32(changed.subarray(16)), true)
  return changed
}
