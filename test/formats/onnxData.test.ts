import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EspalierError, InvalidDataError, openBackend } from 'espalier'
import { fromOnnx, onnxDataFiles, predictModel, UnsupportedModelError } from 'espalier/formats'
import { unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { type Made, onnxFile } from './onnxFile.ts'

const name = 'net.onnx'
const gemm = { op: 'Gemm', inputs: ['x', 'w'], output: 'y' }

describe('constants in a file beside', () => {
  const data = new Uint8Array(Float32Array.of(9, 9, 1, 2, 3, 4, 5, 6, 9).buffer)
  const made = (entries: Readonly<Record<string, string>>): Uint8Array =>
    onnxFile({ nodes: [gemm], constants: {}, external: [{ name: 'w', dims: [2, 3], data: entries }] })

  test('are read from their place in it', () => {
    const bytes = made({ location: 'net.data', offset: '8', length: '24' })
    expect(onnxDataFiles(bytes)).toEqual(['net.data'])
    expect(fromOnnx(bytes, { files: { 'net.data': data } }).weights[0]?.[0]).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6))
    const whole = made({ location: './sub/net.data' })
    expect(onnxDataFiles(whole)).toEqual(['sub/net.data'])
    expect(fromOnnx(whole, { files: { 'sub/net.data': data } }).weights[0]?.[0]).toEqual(Float32Array.of(9, 9, 1, 2, 3, 4))
  })

  test("as PyTorch's exporter writes them by default, and named once", () => {
    const files = unzipSync(readFileSync(join(import.meta.dirname, 'onnx/torch.zip')))
    expect(onnxDataFiles(files['default.onnx'] ?? new Uint8Array())).toEqual(['default.onnx.data'])
    expect(onnxDataFiles(onnxFile({ nodes: [gemm], constants: { w: [[1, 1], [1]] } }))).toEqual([])
  })

  test.each<readonly [string, Readonly<Record<string, string>>, Record<string, Uint8Array>, RegExp]>([
    ['a file that is not given', { location: 'net.data' }, {}, /constant "w" is in net\.data, a file beside; give its bytes: \{ files:/],
    ['a name that objects have', { location: 'constructor' }, {}, /is in constructor, a file beside/],
    [
      'one that is cut off',
      { location: 'net.data', offset: '16' },
      { 'net.data': data },
      /bytes 16 to 40 of net\.data, which has 36; it is truncated/,
    ],
    [
      'a length of another shape',
      { location: 'net.data', length: '20' },
      { 'net.data': data },
      /is 20 bytes of net\.data; its shape needs 24/,
    ],
    [
      'an offset below 0',
      { location: 'net.data', offset: '-8' },
      { 'net.data': data },
      /has the offset "-8" in net\.data; the file is damaged/,
    ],
    ['an offset that is no number', { location: 'net.data', offset: '1e3' }, { 'net.data': data }, /has the offset "1e3"/],
  ])('%s is refused', (_, entries, files, message) => {
    const bytes = made(entries)
    expect(() => fromOnnx(bytes, { name, files })).toThrow(message)
    expect(() => fromOnnx(bytes, { name, files })).toThrow(InvalidDataError)
  })

  test.each(['../secret.bin', '/dev/zero', 'a/../../b', 'a/..', '..', 'C:\\net.data', 'C:/net.data', '..\\b', '\\\\host\\b', 'a//b', ''])(
    'out of the folder, %j, is refused before any file is asked for',
    (location) => {
      const bytes = made({ location })
      const message = /^net\.onnx: constant "w" is said to be in the file .*; data of an ONNX file is read from its own folder alone$/
      for (const read of [() => onnxDataFiles(bytes, name), () => fromOnnx(bytes, { name, files: { [location]: data } })]) {
        expect(read).toThrow(message)
        expect(read).toThrow(UnsupportedModelError)
      }
    },
  )
})

describe('a small file that asks for a great deal is refused within a second', () => {
  const doubling = Array.from({ length: 40 }, (_, i) => ({
    op: 'Concat',
    inputs: [`c${i}`, `c${i}`],
    output: `c${i + 1}`,
    attributes: [{ name: 'axis', i: 0, type: 2 }],
  }))
  const calls = (inner: string) => [
    { op: inner, inputs: ['a'], output: 'b', domain: 'local' },
    { op: inner, inputs: ['b'], output: 'c', domain: 'local' },
  ]
  const nested = Array.from({ length: 28 }, (_, i) => ({
    name: `f${i}`,
    inputs: ['a'],
    outputs: ['c'],
    nodes: i === 0 ? [{ op: 'Relu', inputs: ['a'], output: 'c' }] : calls(`f${i - 1}`),
  }))
  test.each<readonly [string, Made, RegExp]>([
    [
      'a constant of a shape',
      { nodes: [{ op: 'ConstantOfShape', inputs: ['s'], output: 'w' }, gemm], constants: { s: [[2], [100_000, 100_000], 7] } },
      /node "ConstantOfShape node" \(ConstantOfShape\) makes constants far larger than the file/,
    ],
    [
      'a constant that is doubled again and again',
      {
        nodes: [...doubling, { op: 'Expand', inputs: ['c40', 's'], output: 'w' }, gemm],
        constants: { c0: [[2], [1, 2]], s: [[2], [2, 2], 7] },
      },
      /\(Concat\) makes constants far larger than the file/,
    ],
    [
      'functions that call one another twice each',
      { nodes: [{ op: 'f27', inputs: ['x'], output: 'y', domain: 'local' }], constants: {}, functions: nested },
      /has more than 20000 nodes/,
    ],
    [
      'a function that calls itself',
      {
        nodes: [{ op: 'f', inputs: ['x'], output: 'y', domain: 'local' }],
        constants: {},
        functions: [{ name: 'f', inputs: ['a'], outputs: ['b'], nodes: [{ op: 'f', inputs: ['a'], output: 'b', domain: 'local' }] }],
      },
      /calls functions deeper than 32/,
    ],
    [
      'wide layers that the file does not have',
      {
        nodes: Array.from({ length: 1000 }, (_, i) => ({
          op: i % 2 ? 'Tanh' : 'Sigmoid',
          inputs: [i ? `h${i}` : 'x'],
          output: `h${i + 1}`,
        })),
        constants: {},
        shape: [-1, 4000],
      },
      /one of 4000 x 4000 is too large to put in/,
    ],
    [
      'wide activations that no dense layer has',
      {
        nodes: Array.from({ length: 1000 }, (_, i) => ({ op: 'Mish', inputs: [i ? `h${i}` : 'x'], output: `h${i + 1}` })),
        constants: {},
        shape: [-1, 4000],
      },
      /\(Mish\) is not read/,
    ],
    [
      'channels by the thousand that stand first',
      {
        nodes: [{ op: 'Conv', inputs: ['x', 'w'], output: 'y' }],
        constants: { w: [[1, 1, 1], [1]] },
        shape: [-1, 500_000, 2],
      },
      /input "x" makes constants far larger than the file/,
    ],
    [
      'large images, pooled again and again',
      {
        nodes: Array.from({ length: 100 }, (_, i) => [
          { op: 'Mul', inputs: [i ? `p${i}` : 'x', 'k'], output: `m${i}` },
          { op: 'MaxPool', inputs: [`m${i}`], output: `p${i + 1}`, attributes: [{ name: 'kernel_shape', ints: [1], type: 7 }] },
        ]).flat(),
        constants: { k: [[], [2]] },
        shape: [-1, 1000, 1000],
      },
      /\(MaxPool\) gives 1000 x 1000 numbers for a row; all layers together give at most 67108864 here/,
    ],
    [
      'a border far wider than its image',
      {
        nodes: [
          { op: 'Pad', inputs: ['x', 'p'], output: 'h' },
          { op: 'Relu', inputs: ['h'], output: 'y' },
        ],
        constants: { p: [[8], [0, 0, 1e6, 1e6, 0, 0, 1e6, 1e6], 7] },
        shape: [-1, 1, 10, 10],
      },
      /\(Pad\) gives 2000010 x 2000010 x 1 numbers for a row; all layers together give at most 67108864 here/,
    ],
    [
      'an image made larger again and again',
      {
        nodes: Array.from({ length: 6 }, (_, i) => ({ op: 'Resize', inputs: [i ? `h${i}` : 'x', '', 's'], output: `h${i + 1}` })),
        constants: { s: [[4], [1, 1, 100, 100]] },
        shape: [-1, 1, 10, 10],
      },
      /\(Resize\) gives 100000 x 100000 x 1 numbers for a row/,
    ],
    [
      'one bias for hundreds of layers',
      {
        nodes: Array.from({ length: 1500 }, (_, i) => ({ op: 'Conv', inputs: ['x', 'w', 'b'], output: `h${i}` })),
        constants: { w: [[20_000, 1, 1], Array(20_000).fill(1)], b: [[20_000], Array(20_000).fill(1)] },
        shape: [-1, 1, 4],
      },
      /\(Conv\) makes constants far larger than the file/,
    ],
  ])('%s', (_, made, message) => {
    const bytes = onnxFile(made)
    const begin = performance.now()
    expect(() => fromOnnx(bytes, { name })).toThrow(message)
    expect(() => fromOnnx(bytes, { name })).toThrow(EspalierError)
    expect((performance.now() - begin) / 2).toBeLessThan(1000)
  })
})

describe('what a graph is as a whole is refused by name', () => {
  const w = {
    w: [
      [2, 2],
      [1, 2, 3, 4],
    ],
  } as const satisfies Record<string, readonly [number[], number[]]>
  const clip = (low: number, high: number): Made => ({
    nodes: [
      { op: 'Clip', inputs: ['x', 'low', 'high'], output: 'h' },
      { ...gemm, inputs: ['h', 'w'] },
    ],
    constants: {
      w: [
        [2, 2],
        [1, 2, 3, 4],
      ],
      low: [[], [low]],
      high: [[], [high]],
    },
    shape: [-1, 2],
  })
  test.each<readonly [string, Made, RegExp]>([
    ['two inputs', { nodes: [gemm], constants: w, inputs: ['x', 'z'] }, /the graph has 2 inputs \("x", "z"\); a network here has one/],
    ['no input', { nodes: [gemm], constants: w, inputs: [] }, /the graph has 0 inputs; a network here has one/],
    ['an input that is a row', { nodes: [gemm], constants: w, shape: [2] }, /input "x" has 1 dimensions; here it is rows of columns/],
    [
      'an old operator set',
      { nodes: [gemm], constants: w, opset: 6 },
      /is of operator set 6; sets from 7 on are read: convert it with onnx\./,
    ],
    ['an output that nothing gives', { nodes: [gemm], constants: w, outputs: ['z'] }, /"z" is taken by a node but given by none before it/],
    ['no output', { nodes: [gemm], constants: w, outputs: [] }, /the graph has no output; the file is damaged/],
    [
      'a kernel of another width than the input',
      { nodes: [gemm], constants: w, shape: [-1, 3] },
      /takes 2 numbers; what comes before it gives 3/,
    ],
    [
      'limits that float32 is too coarse for',
      clip(1, 1e6),
      /\(Clip\) limits to what lies between 1 and 1000000; here such limits.* at most 20/,
    ],
    ['a lower limit far off', clip(-1e6, Number.POSITIVE_INFINITY), /\(Clip\) limits to what lies between -1000000 and Infinity/],
    [
      'a factor that is no number',
      {
        nodes: [
          { op: 'Mul', inputs: ['x', 'n'], output: 'h' },
          { ...gemm, inputs: ['h', 'w'] },
        ],
        constants: { ...w, n: [[], [Number.NaN]] },
      },
      /\(Mul\) divides by 0, or has numbers that are infinite or NaN/,
    ],
    ['no dense layer', { nodes: [{ op: 'Neg', inputs: ['x'], output: 'y' }], constants: {}, shape: [-1, 2] }, /has no dense layer/],
  ])('%s', (_, made, message) => {
    expect(() => fromOnnx(onnxFile(made), { name })).toThrow(message)
    expect(() => fromOnnx(onnxFile(made), { name })).toThrow(EspalierError)
  })

  test('but the limits 0 and a large one are a relu of a largest value, which rounds nothing', async () => {
    const backend = await openBackend({ prefer: 'wasm', workers: 0 })
    const model = fromOnnx(onnxFile(clip(0, 1e6)))
    expect(model.spec.network.layers[0]).toEqual({ type: 'activation', activation: { name: 'relu', maxValue: 1e6 } })
    const rows = Float32Array.of(-3, 0.1, 2e6, -1e-7, 999_999, 1e6)
    const limited = rows.map((value) => Math.min(Math.max(value, 0), 1e6))
    const expected = [0, 1, 2].flatMap((row) => {
      const [a = 0, b = 0] = limited.subarray(row * 2)
      return [a + 3 * b, 2 * a + 4 * b].map(Math.fround)
    })
    expect(Array.from(await predictModel(backend, model, rows))).toEqual(expected)
    await backend.dispose()
  })
})
