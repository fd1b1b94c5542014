import {
  fromKeras,
  fromOnnx,
  fromSafetensors,
  fromTfjs,
  fromTfjsFiles,
  type Model,
  toKeras,
  toOnnx,
  toSafetensors,
  toTfjs,
  toTfjsFiles,
} from 'espalier/formats'
import fc from 'fast-check'
import * as h5wasm from 'h5wasm'
import { describe, expect, test } from 'vitest'
import type { ActivationSpec } from '../../src/core/activations.ts'
import type { TransformNumbers } from '../../src/data/transform.ts'

const FORMATS: readonly (readonly [name: string, there: (model: Model) => Model | Promise<Model>])[] = [
  ['TensorFlow.js artifacts', (model) => fromTfjs(toTfjs(model))],
  ['TensorFlow.js files', (model) => fromTfjsFiles(toTfjsFiles(model))],
  ['ONNX', (model) => fromOnnx(toOnnx(model))],
  ['safetensors', (model) => fromSafetensors(toSafetensors(model))],
  ['Keras', async (model) => fromKeras(await toKeras(model, h5wasm), h5wasm)],
]

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true }).filter((value) => !Object.is(value, -0))
/** Any finite float32, subnormal ones and -0 too. */
const weight = fc.float({ noNaN: true, noDefaultInfinity: true })

const activation: fc.Arbitrary<ActivationSpec> = fc.oneof(
  fc.constantFrom('linear', 'relu', 'selu', 'softplus', 'softsign', 'tanh', 'sigmoid', 'hardSigmoid', 'leakyRelu', 'elu'),
  number(0, 3).map((alpha) => ({ name: 'elu', alpha }) as const),
  number(0, 3).map((negativeSlope) => ({ name: 'leakyRelu', negativeSlope }) as const),
)

const transformOf = (width: number): fc.Arbitrary<TransformNumbers> => {
  const column = { minLength: width, maxLength: width }
  const shift = fc.array(number(-1e6, 1e6), column)
  const scale = fc.array(number(1e-3, 1e6), column)
  return fc.oneof(
    fc.record({ kind: fc.constant('standardize' as const), mean: shift, scale }),
    fc.record({ kind: fc.constant('minMax' as const), min: shift, scale }),
  )
}

const model: fc.Arbitrary<Model> = fc
  .record({
    widths: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 4 }),
    dialect: fc.constantFrom('keras3' as const, 'keras2.2' as const),
    scale: fc.option(number(1e-3, 10), { nil: undefined }),
  })
  .chain(({ widths: [inputSize = 1, ...units], dialect, scale }) =>
    fc
      .record({
        spec: fc.tuple(...units.map((width) => activation.map((name) => ({ units: width, activation: name })))).map((layers) => ({
          network: { inputSize, loss: 'meanSquaredError' as const, layers },
          dialect,
          optimizer: { name: 'adam' as const, learningRate: 0.003 },
        })),
        weights: fc.tuple(
          ...units.map((width, i) =>
            fc.tuple(
              fc.array(weight, { minLength: width * (units[i - 1] ?? inputSize), maxLength: width * (units[i - 1] ?? inputSize) }),
              fc.array(weight, { minLength: width, maxLength: width }),
            ),
          ),
        ),
        transforms: fc.array(transformOf(inputSize), { maxLength: 2 }),
      })
      .map(({ spec, weights, transforms }) => ({
        spec,
        weights: weights.map(([kernel, bias]) => [Float32Array.from(kernel), Float32Array.from(bias)] as const),
        data: { transforms, classNames: ['é "1"', '二'], ...(scale !== undefined && { scale }) },
      })),
  )

describe.each(FORMATS)('%s', (_, there) => {
  test('what is written is read with the same bits', async () => {
    await fc.assert(
      fc.asyncProperty(model, async (given) => {
        // toEqual tells 0 from -0, and holds float32 to every bit.
        expect(await there(given)).toEqual(given)
      }),
      { numRuns: 60 },
    )
  })

  test('scaling that comes to almost nothing, and rounded to float32 to nothing, is kept as it was said', async () => {
    const given: Model = {
      spec: { network: { inputSize: 2, loss: 'meanSquaredError', layers: [{ units: 1, activation: 'tanh' }] } },
      weights: [[Float32Array.of(1, 2), Float32Array.of(3)]],
      data: { scale: 0.0010000000000000024, transforms: [{ kind: 'minMax', min: [0, 0], scale: [0.001, 0.001] }] },
    }
    expect((await there(given)).data).toEqual(given.data)
  })
})
