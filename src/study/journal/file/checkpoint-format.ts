import { crc32 } from 'node:zlib'
import * as z from 'zod/mini'
import { InvalidDataError } from '../../../core/errors.ts'
import { METRICS, OPTIMIZERS, type OptimizerName } from '../../../core/names.ts'
import { parseStored } from '../../../core/stored.ts'
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../../../formats/safetensors.ts'
import type { Checkpoint } from '../../../train/result.ts'
import { parseJson, stringifyJson } from '../json.ts'

/**
 * Checkpoints as a safetensors file. The tensors of checkpoint i, each flat in core's order, are "i.parameters", "i.slots.0", … and, with
 * early stopping, "i.best". The metadata holds
 * - "format": FORMAT;
 * - "checkpoints": a JSON list of the rest, with Python's literals NaN and Infinity: { epoch, optimizer, steps, products, slots (how many),
 *   history, bestEpoch (null for none) };
 * - "crc32": of the UTF-8 bytes of "checkpoints" and then of all tensors in the file's order, little-endian, in decimal.
 */
const FORMAT = 'espalier checkpoints 1'

// z.number() refuses NaN, which the losses of a diverged epoch are.
const float = z.custom<number>((value) => typeof value === 'number')
const series = z.array(float)
const whole = z.int().check(z.minimum(0))
const headSchema = z.array(
  z.object({
    epoch: whole,
    optimizer: z.custom<OptimizerName>((name) => typeof name === 'string' && name in OPTIMIZERS),
    steps: whole,
    products: z.tuple([float, float, float]),
    slots: whole,
    history: z.object({
      loss: series,
      accuracy: series,
      testLoss: series,
      testAccuracy: series,
      testMetrics: z.partialRecord(z.enum(METRICS), series),
      learningRate: series,
      stepLosses: z.exactOptional(series),
    }),
    bestEpoch: z.nullable(whole),
  }),
)

export function encodeCheckpoints(checkpoints: readonly Checkpoint[]): Uint8Array {
  const tensors = new Map<string, Tensor>()
  const heads = checkpoints.map(({ epoch, optimizer, state, history, best }, i) => {
    const put = (name: string, data: Float32Array) => tensors.set(`${i}.${name}`, { shape: [data.length], data })
    put('parameters', state.parameters)
    for (const [slot, values] of state.slots.entries()) put(`slots.${slot}`, values)
    if (best !== undefined) put('best', best.parameters)
    const { steps, products, slots } = state
    return { epoch, optimizer, steps, products, slots: slots.length, history: { ...history }, bestEpoch: best?.epoch ?? null }
  })
  const json = stringifyJson(heads)
  return encodeSafetensors({ tensors, metadata: { format: FORMAT, checkpoints: json, crc32: checksum(json, tensors) } })
}

/**
 * `name` opens every message.
 * @throws InvalidDataError where the bytes are damaged, or of another format
 */
export function decodeCheckpoints(bytes: Uint8Array, name: string): Checkpoint[] {
  const { tensors, metadata } = decodeSafetensors(bytes, name)
  const { format, checkpoints = '', crc32: expected } = metadata
  if (format !== FORMAT) throw new InvalidDataError(`${name}: its format is ${JSON.stringify(format)}; only "${FORMAT}" is read here`)
  if (checksum(checkpoints, tensors) !== expected) throw new InvalidDataError(`${name}: its checksum does not fit; the file is damaged`)
  const heads = parseStored(headSchema, parseJson(checkpoints), (reason) => new InvalidDataError(`${name}: is damaged: ${reason}`))
  return heads.map(({ steps, products, slots, bestEpoch, ...head }, i) => {
    const take = (part: string): Float32Array => {
      const tensor = tensors.get(`${i}.${part}`)
      if (tensor === undefined) throw new InvalidDataError(`${name}: tensor "${i}.${part}" is missing`)
      return tensor.data
    }
    const state = {
      parameters: take('parameters'),
      slots: Array.from({ length: slots }, (_, slot) => take(`slots.${slot}`)),
      steps,
      products,
    }
    return { ...head, state, ...(bestEpoch === null ? {} : { best: { epoch: bestEpoch, parameters: take('best') } }) }
  })
}

function checksum(json: string, tensors: ReadonlyMap<string, Tensor>): string {
  let value = crc32(json)
  for (const { data } of tensors.values()) value = crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), value)
  return String(value)
}
