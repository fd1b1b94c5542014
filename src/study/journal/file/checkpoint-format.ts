import { crc32 } from 'node:zlib'
import * as z from 'zod/mini'
import { InvalidDataError } from '../../../core/errors.ts'
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
 * - "key": of a key that is too long for a file's name, the key (checkpoints.ts);
 * - "crc32": of the UTF-8 bytes of "checkpoints" and then of all tensors in the file's order, little-endian, in decimal.
 */
const FORMAT = 'espalier checkpoints 1'

export function encodeCheckpoints(checkpoints: readonly Checkpoint[], key?: string): Uint8Array {
  const tensors = new Map<string, Tensor>()
  const heads = checkpoints.map((checkpoint, i) => {
    const { head, arrays } = splitCheckpoint(checkpoint)
    for (const [name, data] of arrays) tensors.set(`${i}.${name}`, { shape: [data.length], data })
    return head
  })
  const json = stringifyJson(heads)
  const metadata = { format: FORMAT, ...(key !== undefined && { key }), checkpoints: json, crc32: checksum(json, tensors) }
  return encodeSafetensors({ tensors, metadata })
}

/** The key that the file says; undefined where it says none. @throws InvalidDataError where the bytes are damaged */
export const keyOf = (bytes: Uint8Array, name: string): string | undefined => decodeSafetensors(bytes, name).metadata.key

/**
 * `name` opens every message.
 * @throws InvalidDataError where the bytes are damaged, or of another format
 */
export function decodeCheckpoints(bytes: Uint8Array, name: string): Checkpoint[] {
  const { tensors, metadata } = decodeSafetensors(bytes, name)
  const { format, checkpoints = '', crc32: expected } = metadata
  if (format !== FORMAT) throw new InvalidDataError(`${name}: its format is ${JSON.stringify(format)}; only "${FORMAT}" is read here`)
  if (checksum(checkpoints, tensors) !== expected) throw new InvalidDataError(`${name}: its checksum does not fit; the file is damaged`)
  const refusal = (reason: string) => new InvalidDataError(`${name}: is damaged: ${reason}`)
  const heads = parseStored(z.array(checkpointHeadSchema), parseJson(checkpoints), refusal)
  return heads.map((head, i) =>
    joinCheckpoint(head, (part) => {
      const tensor = tensors.get(`${i}.${part}`)
      if (tensor === undefined) throw new InvalidDataError(`${name}: tensor "${i}.${part}" is missing`)
      return tensor.data
    }),
  )
}

function checksum(json: string, tensors: ReadonlyMap<string, Tensor>): string {
  let value = crc32(json)
  for (const { data } of tensors.values()) value = crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), value)
  return String(value)
}
