import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EspalierError, openBackend } from 'espalier'
import { fromOnnx, onnxDataFiles, predictModel } from 'espalier/formats'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, describe, expect, test } from 'vitest'

/** Files that other tools wrote (`onnx/make.py`), with what these predict themselves. */

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

interface Case {
  readonly features: readonly (number | null)[]
  readonly predictions: readonly (number | null)[]
}

/** All others predict what their tools do. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  torch: {
    'half-inside-legacy': /\(Cast\) computes in float16, which rounds after each step; a network here computes in float32/,
    'half-inside-dynamo': /\(Cast\) computes in float16/,
    'steps-legacy': /\(MatMul\) takes its kernel to each part of a row of shape rows x 2 x 6/,
    'steps-dynamo': /\(MatMul\) takes its kernel to each part of a row of shape rows x 2 x 6/,
  },
  keras: {},
  sklearn: {
    normalised: /\(ai\.onnx\.ml\.Normalizer\) is not read: it divides each row by its own length/,
    polynomial: /\(ReduceProd\) is not read/,
  },
  operators: {
    'act-Abs': /\(Abs\) is only read as a part of an activation/,
    'act-Erf': /\(Erf\) is not read: here a network is Gemm or MatMul and activations/,
    'act-HardSigmoid-alpha-zeroless': /has the alpha 0: it gives the same for all rows/,
    'act-Hardmax': /\(Hardmax\) is not read/,
    'act-LeakyRelu-alpha-0.3': /has the alpha -0\.3.*; here it is not below 0/,
    'act-Softmax-axis0': /\(Softmax\) is not over the outputs of a row/,
    'act-Softmax-axis-zeroless': /\(Softmax\) is not over the outputs of a row/,
    'act-old-Softmax-axis0': /\(Softmax\) is not over the outputs of a row/,
    'act-old-Softmax-axis-zeroless': /\(Softmax\) is not over the outputs of a row/,
    'act-Sqrt': /\(Sqrt\) is not read/,
    'act-ThresholdedRelu': /\(ThresholdedRelu\) is not read/,
    'softmax3-0-12': /is not over the outputs of a row/,
    'softmax3-0-13': /is not over the outputs of a row/,
    'softmax3-1-13': /is not over the outputs of a row/,
    'softmax3--2-13': /is not over the outputs of a row/,
    'gemm-bias-column': /\(Gemm\) has numbers of its own for each row/,
    'gemm-transA': /\(Gemm\) takes its rows as columns \(transA\)/,
    'div-swapped': /\(Div\) is only read as a part of an activation/,
    widen: /\(Add\) takes a constant of shape 3; what comes before it is of shape rows x 1/,
    'clip-inverted': /\(Clip\) limits to what lies between 0\.5 and 0\.1/,
    'pow-1': /\(Pow\) is not read: it takes the power 2/,
    'bn-training': /\(BatchNormalization\) normalizes by each batch \(training_mode\)/,
    'dropout-training': /\(Dropout\) drops units when it predicts \(training_mode\)/,
    'reshape-m12': /makes \(-1, 2\) of \(rows, 4\); here the rows stay the first dimension/,
    'reshape-fixed-flat': /makes \(20\) of \(rows, 4\)/,
    'reshape-wrong-batch': /makes \(4, 5\) of \(rows, 4\)/,
    'reshape-out-flat': /makes \(-1\) of \(rows, 3\)/,
    'reshape-21-then-add': /\(Add\) computes with rows and columns in one/,
    'flatten-0': /\(Flatten\) makes one of the rows and their columns \(axis 0\)/,
    'flatten-0-zeroless': /makes one of the rows and their columns \(axis 0\)/,
    'flatten-2': /makes one of the rows and their columns \(axis 2\)/,
    'flatten--2': /makes one of the rows and their columns \(axis -2\)/,
    'flatten-image-2': /makes one of the rows and their columns \(axis 2\)/,
    'transpose-rows': /\(Transpose\) takes some of the rows, or puts them in another order/,
    'shape-rows-mul': /\(Mul\) computes with the number of rows/,
    'slice-rows-from-the-end': /\(Slice\) takes some of the rows/,
    'concat-parts': /\(Concat\) puts "x" and "n" beside each other/,
    'softmax-of-parts': /\(ReduceSum\) is not read, but as a part of a softmax/,
    'add-each-row-to-each': /\(Add\) takes "t" and "u"; a network here/,
    'einsum-of-columns': /\(Einsum\) is not read: it computes ni,io->on/,
    steps: /\(MatMul\) takes its kernel to each part of a row of shape rows x 3 x 4/,
    'qdq-data': /\(QuantizeLinear\) is not read/,
    matmulinteger: /\(DynamicQuantizeLinear\) is not read/,
    'half-all': /input "x" is of type float16; a network here computes in float32: export it in float32/,
    'int-arith': /\(Div\) computes with whole numbers; here they are cast to floats first/,
    'cast-int-middle': /\(Cast\) makes int64 of what is computed/,
    'slice-rows': /\(Slice\) takes some of the rows/,
    'slice-rows-last': /\(Slice\) takes some of the rows/,
    'gather-rows': /\(Gather\) takes some of the rows/,
    'gather-rows-zeroless': /\(Gather\) takes some of the rows/,
    'concat-rows': /\(Concat\) puts "x" and "x" beside each other/,
    'concat-axis0-zeroless': /\(Concat\) puts "x" and "x" beside each other/,
    'reducesum-rows': /\(ReduceSum\) is not read, but as a part of a softmax/,
    'custom-domain': /\(com\.example\.Magic\) is not read/,
    tree: /\(ai\.onnx\.ml\.TreeEnsembleRegressor\) is not read/,
    'ms-gelu': /\(com\.microsoft\.Gelu\) is not read/,
    'label-from-other-head': /the graph gives "l" and "h"; a network here gives its last step alone/,
  },
}

describe.each(Object.entries(REFUSED))('%s', (tool, refused) => {
  const files = unzipSync(readFileSync(join(import.meta.dirname, 'onnx', `${tool}.zip`)))
  const cases = JSON.parse(strFromU8(files['cases.json'] ?? new Uint8Array())) as Readonly<Record<string, Case>>

  test('has a file for each refusal', () => {
    expect(Object.keys(cases)).toEqual(expect.arrayContaining(Object.keys(refused)))
  })

  test.each(Object.entries(cases))('%s', async (name, { features, predictions }) => {
    const file = `${name}.onnx`
    const bytes = files[file] ?? new Uint8Array()
    const beside = Object.fromEntries(onnxDataFiles(bytes).map((known) => [known, files[known] ?? new Uint8Array()]))
    const read = () => fromOnnx(bytes, { name: file, files: beside })
    const message = refused[name]
    if (message !== undefined) {
      expect(read).toThrow(message)
      expect(read).toThrow(EspalierError)
      expect(read).toThrow(/^[\w.-]+\.onnx: /)
      return
    }
    const given = Float32Array.from(features, (value) => value ?? Number.NaN)
    const predicted = await predictModel(backend, read(), given)
    expect(predicted).toHaveLength(predictions.length)
    const scale = Math.max(1, ...predictions.map((value) => Math.abs(value ?? 0)))
    const worst = Math.max(...predictions.map((value, i) => Math.abs((value ?? Number.NaN) - (predicted[i] ?? Number.NaN))))
    expect(worst / scale).toBeLessThan(2e-6)
  })
})
