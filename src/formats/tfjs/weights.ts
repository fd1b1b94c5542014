/** The arrays of `weightData`, one after the other without gaps: tfjs-core 4.22, `io/io_utils.ts`, `decodeWeights`. */

import * as z from 'zod/mini'
import { InvalidDataError } from '../../core/errors.ts'
import { checkedSize } from '../../core/shape.ts'
import { UnsupportedModelError } from '../errors.ts'
import { parseParts } from '../notes.ts'
import type { Tensor } from '../safetensors/tensors.ts'
import { float16 } from '../smallFloats.ts'

/** An array of `weightData`: its name, shape and type. */
export interface TfjsWeight {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
  readonly quantization?: unknown
}

/** How numbers of a type lie in the file. */
interface Stored {
  readonly bytes: number
  readonly read: (data: DataView, at: number) => number
}

const STORED = {
  float32: { bytes: 4, read: (data, at) => data.getFloat32(at, true) },
  float16: { bytes: 2, read: (data, at) => float16(data.getUint16(at, true)) },
  uint8: { bytes: 1, read: (data, at) => data.getUint8(at) },
  uint16: { bytes: 2, read: (data, at) => data.getUint16(at, true) },
  int32: { bytes: 4, read: (data, at) => data.getInt32(at, true) },
  bool: { bytes: 1, read: (data, at) => data.getUint8(at) },
} as const satisfies Readonly<Record<string, Stored>>

const storedAs = (type: string): Stored | undefined => (Object.hasOwn(STORED, type) ? STORED[type as keyof typeof STORED] : undefined)

/** Numbers kept as whole ones: each is `value * scale + min`. Those kept as float16 need nothing besides. */
const quantizationSchema = z.discriminatedUnion('dtype', [
  z.looseObject({ dtype: z.literal('float16') }),
  z.looseObject({ dtype: z.enum(['uint8', 'uint16']), scale: z.number(), min: z.number() }),
])

/**
 * The weights by name, each read when it is asked for: numbers of another type than float32, as counters are, may be there and unused.
 * @throws InvalidDataError where the bytes end early, or go on; UnsupportedModelError for a type that cannot be passed over
 */
export function readWeights(specs: readonly TfjsWeight[], data: DataView, file: string): ReadonlyMap<string, () => Tensor> {
  let at = 0
  const tensors = new Map(
    specs.map(({ name, shape, dtype, quantization }): [string, () => Tensor] => {
      const how =
        quantization === undefined ? undefined : parseParts(quantizationSchema, quantization, `${file}: quantization of weight "${name}"`)
      const stored = storedAs(how?.dtype ?? dtype)
      if (stored === undefined) throw new UnsupportedModelError(`${file}: weight "${name}" is of type ${dtype}; only float32 is read`)
      const length = checkedSize(shape, `${file}: weight "${name}"`)
      const start = at
      at += stored.bytes * length
      if (at > data.byteLength)
        throw new InvalidDataError(`${file}: has ${data.byteLength} bytes of weights; "${name}" ends at ${at}; the file is truncated`)
      const linear = how?.dtype === 'float16' ? undefined : how
      return [
        name,
        () => {
          if (dtype !== 'float32') throw new UnsupportedModelError(`${file}: weight "${name}" is of type ${dtype}; only float32 is read`)
          const values = Float32Array.from({ length }, (_, i) => stored.read(data, start + stored.bytes * i))
          return { shape, data: linear === undefined ? values : values.map((value) => value * linear.scale + linear.min) }
        },
      ]
    }),
  )
  if (at !== data.byteLength)
    throw new InvalidDataError(`${file}: has ${data.byteLength} bytes of weights; those that it names have ${at}; the file is damaged`)
  return tensors
}
