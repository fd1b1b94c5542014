import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson, stringifyJson } from '../../src/study/journal/json.ts'
import type { Json } from '../../src/study/trial.ts'

const anyJson = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    fc.double(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom<Json>('NaN', '"NaN"', '\0NaN', '\0\0NaN', '-Infinity: [NaN, "', null, true, false, Number.NaN, -Infinity, Infinity, -0),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\0NaN', 'NaN', '__proto__')), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).value

describe('JSON as Python writes it', () => {
  it('reads what it wrote, in ASCII', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const text = stringifyJson(value)
        expect(text).toMatch(/^[ -~]*$/)
        expect(parseJson(text)).toStrictEqual(value)
      }),
    )
  })

  it('writes what JSON.parse reads where JSON has words for it', () => {
    const text = stringifyJson({ é: [1, 1e21, -0, 0.1, 'a\n"\\\u007f😀'], n: null })
    expect(text).toBe('{"\\u00e9":[1,1e+21,-0.0,0.1,"a\\n\\"\\\\\\u007f\\ud83d\\ude00"],"n":null}')
    expect(JSON.parse(text)).toStrictEqual({ é: [1, 1e21, -0, 0.1, 'a\n"\\\u007f😀'], n: null })
  })

  it('writes numbers beyond 64 bits with a point, so that Python and numpy take them for floats', () => {
    expect(stringifyJson([1e20, -(2 ** 63), 2 ** 62, 1e21, -5e300])).toBe(
      '[100000000000000000000.0,-9223372036854776000.0,4611686018427388000,1e+21,-5e+300]',
    )
    expect(parseJson('100000000000000000000.0')).toBe(1e20)
  })

  it('reads literals and leaves strings alone', () => {
    expect(parseJson('{"a": NaN, "NaN" : [Infinity,-Infinity], "s": "NaN, \\"Infinity", "\\u0000NaN": "\\u0000NaN"}')).toStrictEqual({
      a: Number.NaN,
      NaN: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      s: 'NaN, "Infinity',
      '\0NaN': '\0NaN',
    })
  })

  it.each(['-NaN', '1Infinity', 'Infinity1', '[NaNNaN]', '{NaN: 1}', '"NaN', '[NaN', '{"a": Infinity', 'NaN NaN'])('refuses %s', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError)
  })
})
