import { InvalidDataError, openBackend, type TrainSpec } from 'espalier'
import { fromSafetensors, predictModel, UnsupportedModelError } from 'espalier/formats'
import { afterAll, describe, expect, test } from 'vitest'

/** Tensors without a network, in the bytes that PyTorch's and Hugging Face's safetensors write. */

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

type Tensors = Readonly<Record<string, readonly [shape: readonly number[], values: readonly number[]]>>

const WRITERS = {
  F32: { bytes: 4, write: (view: DataView, at: number, value: number) => view.setFloat32(at, value, true) },
  F64: { bytes: 8, write: (view: DataView, at: number, value: number) => view.setFloat64(at, value, true) },
  // 1.5 and the like, which both have exactly.
  F16: { bytes: 2, write: (view: DataView, at: number, value: number) => view.setUint16(at, half(value), true) },
  BF16: { bytes: 2, write: (view: DataView, at: number, value: number) => view.setUint16(at, upper(value), true) },
  I64: { bytes: 8, write: (view: DataView, at: number, value: number) => view.setBigInt64(at, BigInt(value), true) },
}

function upper(value: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  return view.getUint16(0)
}

function half(value: number): number {
  if (value === 0) return 0
  const exponent = Math.floor(Math.log2(Math.abs(value)))
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | ((Math.abs(value) / 2 ** exponent - 1) * 1024)
}

function safetensors(tensors: Tensors, dtype: keyof typeof WRITERS = 'F32'): Uint8Array {
  const { bytes, write } = WRITERS[dtype]
  let at = 0
  const header: Record<string, unknown> = {}
  // The reference implementation sorts by name.
  const sorted = Object.entries(tensors).toSorted(([a], [b]) => (a < b ? -1 : 1))
  for (const [name, [shape, values]] of sorted) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes * values.length] }
    at += bytes * values.length
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const file = new Uint8Array(8 + text.length + at)
  const view = new DataView(file.buffer)
  view.setBigUint64(0, BigInt(text.length), true)
  file.set(text, 8)
  sorted
    .flatMap(([, [, values]]) => values)
    .forEach((value, i) => {
      write(view, 8 + text.length + i * bytes, value)
    })
  return file
}

const network: TrainSpec['network'] = {
  inputSize: 2,
  loss: 'meanSquaredError',
  layers: [
    { units: 3, activation: 'relu' },
    { units: 1, activation: 'linear' },
  ],
}

/** y = relu(W x + b), with W (3, 2) as PyTorch has it. */
const TORCH: Tensors = {
  '0.weight': [
    [3, 2],
    [1, 2, -0.5, 0.25, 4, -1],
  ],
  '0.bias': [[3], [0.5, 1, -2]],
  '2.weight': [
    [1, 3],
    [1, -2, 0.5],
  ],
  '2.bias': [[1], [0.25]],
}
const ROW = [1.5, -0.5]
const hidden = [1.5 * 1 - 0.5 * 2 + 0.5, 1.5 * -0.5 - 0.5 * 0.25 + 1, 1.5 * 4 + 0.5 - 2].map((sum) => Math.max(sum, 0))
const RIGHT = (hidden[0] ?? 0) - 2 * (hidden[1] ?? 0) + 0.5 * (hidden[2] ?? 0) + 0.25

const predict = async (tensors: Tensors, dtype?: keyof typeof WRITERS) =>
  (await predictModel(backend, fromSafetensors(safetensors(tensors, dtype), { network }), Float32Array.from(ROW)))[0]

describe('a state_dict and the network it is of', () => {
  test.each(['F32', 'F64', 'F16', 'BF16'] as const)("PyTorch's kernels are (units, inputs): %s", async (dtype) => {
    expect(await predict(TORCH, dtype)).toBeCloseTo(RIGHT, 6)
  })

  test('by any names, where the shapes tell the layers apart; a layer without a bias', async () => {
    const named = { 'out.weight': TORCH['2.weight'], 'a.first.weight': TORCH['0.weight'], 'a.first.bias': TORCH['0.bias'] } as Tensors
    expect(await predict(named)).toBeCloseTo(RIGHT - 0.25, 6)
  })

  test('a kernel is (inputs, units), as Keras and Flax have it', async () => {
    const flax: Tensors = {
      'Dense_0.kernel': [
        [2, 3],
        [1, -0.5, 4, 2, 0.25, -1],
      ],
      'Dense_0.bias': [[3], [0.5, 1, -2]],
      'Dense_1.kernel': [
        [3, 1],
        [1, -2, 0.5],
      ],
      'Dense_1.bias': [[1], [0.25]],
    }
    expect(await predict(flax)).toBeCloseTo(RIGHT, 6)
  })

  test('layers of one shape come in the order of their numbers, 10 after 9', () => {
    const square: TrainSpec['network'] = { inputSize: 1, loss: 'meanSquaredError', layers: [{ units: 1 }, { units: 1 }, { units: 1 }] }
    const tensors: Tensors = { 'net.10.weight': [[1, 1], [10]], 'net.9.weight': [[1, 1], [9]], 'net.0.weight': [[1, 1], [1]] }
    const { weights } = fromSafetensors(safetensors(tensors), { network: square })
    expect(weights.map(([kernel]) => kernel?.[0])).toEqual([1, 9, 10])
    const unnumbered: Tensors = { 'up.weight': [[1, 1], [10]], 'down.weight': [[1, 1], [9]], 'last.weight': [[1, 1], [1]] }
    expect(() => fromSafetensors(safetensors(unnumbered), { network: square })).toThrow(
      /"down" and "last" and "up", whose names do not say/,
    )
  })

  test.each([
    [
      'no network',
      TORCH,
      undefined,
      /holds tensors without the network.*"0\.weight" \(3 x 2\).*fromSafetensors\(bytes, \{ network/,
      UnsupportedModelError,
    ],
    ['another network', TORCH, { ...network, inputSize: 4 }, /layers\[0\] of the network is 4 x 3, and no tensor left/, InvalidDataError],
    [
      'a layer too many',
      TORCH,
      { ...network, layers: [{ units: 3 }] },
      /has tensors of "2", which the network has no layer/,
      InvalidDataError,
    ],
    [
      'a batch normalization',
      { ...TORCH, '1.running_mean': [[3], [1, 2, 3]] } as Tensors,
      network,
      /tensor "1\.running_mean" \(3\) is of no linear layer/,
      UnsupportedModelError,
    ],
  ] satisfies [string, Tensors, TrainSpec['network'] | undefined, RegExp, new (message: string) => Error][])(
    '%s is refused',
    (_, tensors, said, message, kind) => {
      const read = () => fromSafetensors(safetensors(tensors), { name: 'x.safetensors', ...(said && { network: said }) })
      expect(read).toThrow(message)
      expect(read).toThrow(kind)
    },
  )

  test('counters, which are whole numbers', () => {
    const counter: Tensors = { '1.num_batches_tracked': [[], [7]] }
    expect(() => fromSafetensors(safetensors(counter, 'I64'))).toThrow(/is of type I64; only F32, F64, F16, BF16 are read/)
  })
})
