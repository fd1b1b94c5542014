import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TopologyLayer } from '../../src/core/layers/index.ts'
import { inputSizeOf, joinParameters, outputSizeOf, parameterLayout, splitParameters, stepWork } from '../../src/core/layout.ts'

const dense = (units: number): TopologyLayer => ({ type: 'dense', units, useBias: true, trainable: true })

describe('the flat order of parameters', () => {
  it('is kernel, bias, layer by layer', () => {
    const layout = parameterLayout({ inputShape: [3], layers: [dense(2), dense(4)] })
    expect(layout.layers.map(({ tensors }) => tensors.map(({ name, shape, offset }) => [name, shape, offset]))).toEqual([
      [
        ['kernel', [3, 2], 0],
        ['bias', [2], 6],
      ],
      [
        ['kernel', [2, 4], 8],
        ['bias', [4], 16],
      ],
    ])
    expect(layout).toMatchObject({ parameters: 20, stateSize: 0 })
  })

  it('has the tensors of every kind of layer, its state by itself', () => {
    const layers: TopologyLayer[] = [
      { type: 'dense', units: 4, useBias: false, trainable: true },
      { type: 'batchNormalization', center: true, scale: true, trainable: true },
      { type: 'prelu', sharedAxes: [1], trainable: true },
      { type: 'glu' },
      { type: 'flatten' },
      { type: 'dropout' },
      { type: 'activation' },
      dense(2),
    ]
    const layout = parameterLayout({ inputShape: [5, 3], layers })
    expect(layout.layers.map(({ output }) => output)).toEqual([[5, 4], [5, 4], [5, 4], [5, 2], [10], [10], [10], [2]])
    expect(layout.layers.map(({ tensors }) => tensors.map(({ name, size }) => `${name} ${size}`).join())).toEqual([
      'kernel 12',
      'gamma 4,beta 4',
      'alpha 4',
      '',
      '',
      '',
      '',
      'kernel 20,bias 2',
    ])
    expect(layout).toMatchObject({ parameters: 46, stateSize: 8 })
    expect(inputSizeOf({ inputShape: [5, 3] })).toBe(15)
    expect(outputSizeOf({ inputShape: [5, 3], layers })).toBe(2)
    // 5 x 3 x 4 of the first, 5 x 4 of the normalization, 10 x 2 of the last.
    expect(stepWork({ inputShape: [5, 3], layers, batchSize: 7 })).toBe(3 * 7 * (60 + 20 + 20))
  })

  it('is read and written without loss, as copies', () => {
    const width = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(width, fc.array(width, { minLength: 1, maxLength: 5 }), (inputSize, units) => {
        const normalization: TopologyLayer = { type: 'batchNormalization', center: true, scale: false, trainable: true }
        const layout = parameterLayout({ inputShape: [inputSize], layers: [...units.map(dense), normalization] })
        const parameters = Float32Array.from({ length: layout.parameters }, (_, i) => i)
        const state = Float32Array.from({ length: layout.stateSize }, (_, i) => -i)
        const weights = splitParameters(parameters, state, layout)
        expect(weights.map((layer) => layer.map(({ length }) => length))).toEqual(
          layout.layers.map((layer) => [...layer.tensors, ...layer.state].map(({ size }) => size)),
        )
        expect(joinParameters(weights, layout)).toEqual({ parameters, state })
        weights[0]?.[0]?.fill(-1)
        expect(parameters[0]).toBe(0)
      }),
    )
  })
})
