import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinParameters, parameterLayout, splitParameters } from '../../src/core/layout.ts'

describe('the flat order of parameters', () => {
  it('is kernel, bias, layer by layer', () => {
    expect(parameterLayout({ inputSize: 3, units: [2, 4] })).toEqual({
      layers: [
        { inputs: 3, units: 2, kernel: 0, bias: 6 },
        { inputs: 2, units: 4, kernel: 8, bias: 16 },
      ],
      parameters: 20,
    })
  })

  it('is read and written without loss, as copies', () => {
    const width = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(width, fc.array(width, { minLength: 1, maxLength: 5 }), (inputSize, units) => {
        const layout = parameterLayout({ inputSize, units })
        const flat = Float32Array.from({ length: layout.parameters }, (_, i) => i)
        const weights = splitParameters(flat, layout)
        expect(weights.map(([kernel, bias]) => [kernel.length, bias.length])).toEqual(
          layout.layers.map((layer) => [layer.inputs * layer.units, layer.units]),
        )
        expect(joinParameters(weights, layout)).toEqual(flat)
        weights[0]?.[0].fill(-1)
        expect(flat[0]).toBe(0)
      }),
    )
  })
})
