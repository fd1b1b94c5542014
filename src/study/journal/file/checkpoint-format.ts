// Checkpoints as safetensors files.

import { crc32 } from 'node:zlib'
import * as z from 'zod/mini'
import { InvalidDataError } from '../../../core/errors.ts'
import { jsonFault } from '../../../core/json.ts'
import { parseStored } from '../../../core/stored.ts'
import { checkpointHeadSchema, joinCheckpoint, splitCheckpoint } from '../../../formats/checkpoint.ts'
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../../../formats/safetensors/tensors.ts'
import type { Checkpoint } from '../../../train/result.ts'
import { parseJson, stringifyJson } from '../json.ts'

/**
 * Checkpoints as a safetensors file. The tensors of checkpoint i, each flat in core's order, are "i.parameters", "i.slots.0", … and, with
 * early stopping, "i.best". The metadata holds
 * - "format": FORMAT;
 * - "checkpoints": a JSON list of the rest, with Python's literals NaN and Infinity: { epoch, optimizer, steps, products, slots (how many),
 *   history, bestEpoch (null for none) };
 * - "crc32": of the UTF-8 bytes of "checkpoints" and then of all tensors in the file's order, little-endian, in decimal;
 * - "about", where the file says what was trained: any text, whose bytes go before all in the checksum;
 * - "key": the key, if it is too long for a file name (checkpoints.ts).
 */
const FORMAT = 'espalier checkpoints 1'

interface Labels {
  /** What was trained, in any words, so that a reader of the file can see whether it is theirs. */
  readonly about?: string
  readonly key?: string
}

export function encodeCheckpoints(checkpoints: readonly Checkpoint[], labels: Labels = {}): Uint8Array {
  const tensors = new Map<string, Tensor>()
  const heads = checkpoints.map((checkpoint, i) => {
    const { head, arrays } = splitCheckpoint(checkpoint)
    for (const [name, data] of arrays) tensors.set(`${i}.${name}`, { shape: [data.length], data })
    return head
  })
  const json = stringifyJson(heads)
  const metadata = { format: FORMAT, checkpoints: json, crc32: checksum(json, tensors, labels.about), ...labels }
  return encodeSafetensors({ tensors, metadata })
}

/** The key in the file; undefined if there is none. @throws InvalidDataError if the bytes are damaged */
export const keyOf = (bytes: Uint8Array, name: string): string | undefined => decodeSafetensors(bytes, name, { own: true }).metadata.key

/**
 * `name` opens every message.
 * @throws InvalidDataError if the bytes are damaged or of another format
 */
export function decodeCheckpoints(
  bytes: Uint8Array,
  name: string,
): { readonly checkpoints: Checkpoint[]; readonly about: string | undefined } {
  const { tensors, metadata } = decodeSafetensors(bytes, name, { own: true })
  const { format, checkpoints = '', crc32: expected, about } = metadata
  if (format !== FORMAT) throw new InvalidDataError(`${name}: its format is ${JSON.stringify(format)}; only "${FORMAT}" is read here`)
  if (checksum(checkpoints, tensors, about) !== expected)
    throw new InvalidDataError(`${name}: its checksum does not fit; the file is damaged`)
  const refusal = (reason: string) => new InvalidDataError(`${name}: is damaged: ${reason}`)
  let json: unknown
  try {
    json = parseJson(checkpoints)
  } catch (cause) {
    throw refusal(`what it says of its tensors ${jsonFault(cause)}`)
  }
  const heads = parseStored(z.array(checkpointHeadSchema), json, refusal)
  const joined = heads.map((head, i) =>
    joinCheckpoint(head, (part) => {
      const tensor = tensors.get(`${i}.${part}`)
      if (tensor === undefined) throw new InvalidDataError(`${name}: tensor "${i}.${part}" is missing`)
      return tensor.data
    }),
  )
  return { checkpoints: joined, about }
}

function checksum(json: string, tensors: ReadonlyMap<string, Tensor>, about = ''): string {
  let value = crc32(json, crc32(about))
  for (const { data } of tensors.values()) value = crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), value)
  return String(value)
}
