import { describe, expect, it } from 'vitest'
import { InvalidDataError } from '../../src/core/errors.ts'
import { parseArff, parseArffTable } from '../../src/data/arff.ts'
import { featureRows } from './build.ts'

const header = '@relation r\n@attribute a numeric\n@attribute b {x, y}\n@attribute c {no, yes}\n@data\n'

describe('parseArff', () => {
  it('reads declared types, quotes, comments and any case of keyword', () => {
    const text = `% a comment
@RELATION 'weather today'

@Attribute 'out look' {sunny, "over cast", 'rain\\'y'} % another
@attribute temperature REAL
@ATTRIBUTE humid integer
@attribute play {yes, no}
@Data
sunny, 85, 90, no
'over cast',83 ,86,yes % the third
% and a last one
"rain'y",-7.5e-1,0,yes
`
    const dataset = parseArff(text)
    expect(dataset).toMatchObject({
      task: 'binary',
      classNames: ['yes', 'no'],
      featureNames: ['out look=sunny', 'out look=over cast', "out look=rain'y", 'temperature', 'humid'],
    })
    expect(featureRows(dataset)).toEqual([
      [1, 0, 0, 85, 90],
      [0, 1, 0, 83, 86],
      [0, 0, 1, -0.75, 0],
    ])
    expect(dataset.targets).toEqual(Float32Array.of(1, 0, 0))
  })

  it('keeps declared categories that no row has, in their order', () => {
    const dataset = parseArff('@attribute b {z, y, x}\n@attribute c {k, l, m}\n@data\nx,l\n')
    expect(dataset).toMatchObject({ featureNames: ['b=z', 'b=y', 'b=x'], outputSize: 3 })
    expect(dataset.targets).toEqual(Int32Array.of(1))
  })

  it('reads sparse rows: 0, or the first declared value, where nothing is said', () => {
    const dataset = parseArff(`${header}{0 2.5, 2 yes}\n{ }\n{1 y , 2 'no'} % done\n`)
    expect(featureRows(dataset)).toEqual([
      [2.5, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ])
    expect(dataset.targets).toEqual(Float32Array.of(1, 0, 0))
  })

  it('tells a missing value from a quoted question mark', () => {
    const table = parseArffTable("@attribute s string\n@attribute n numeric\n@data\n?,1\n'?',?\n{0 ?}")
    expect(table.columns.map(({ cells }) => cells)).toEqual([
      [null, '?', null],
      ['1', null, '0'],
    ])
    expect(() => parseArff(`${header}1,x,no\n?,x,yes`)).toThrow('line 7, column "a": the value is missing')
    expect(featureRows(parseArff(`${header}1,x,no\n?,y,yes`, { missing: 'mean' }))[1]).toEqual([1, 0, 1])
  })

  it.each([
    [
      'an undeclared value',
      `${header}1,x,yess`,
      'line 6: column "c": "yess" is not among its declared values no, yes; did you mean "yes"?',
    ],
    ['text for a number', `${header}one,x,yes`, /line 6, column "a": "one" is not a number/],
    ['too few values', `${header}1,x`, 'line 6: the row has 2 values; there are 3 attributes'],
    ['an empty value', `${header}1,,yes`, 'line 6: column "b" is empty; a missing value is written ?'],
    ['an open quote', `${header}1,'x,yes`, /line 6: cannot read "'x,yes"/],
    ['a sparse row that is not closed', `${header}{0 1, 1 x`, /line 6: a brace is not closed/],
    ['a sparse place out of range', `${header}{3 yes}`, /line 6: "3 yes}" must start with a place from 0 to 2/],
    ['instance weights', `${header}{0 1}, {0.5}`, /line 6: .*instance weights are not supported/],
    ['an unknown type', '@attribute a numerc\n@data\n1', /line 1: attribute "a" has type "numerc".*did you mean "numeric"\?/],
    ['relational attributes', '@attribute a relational\n@data\n1', /line 1: attribute "a" has type "relational"/],
    ['a type left out', '@attribute a\n@data\n1', /line 1: @attribute needs a name and a type/],
    ['open braces', '@attribute a {x, y\n@data\nx', /line 1: a brace is not closed/],
    ['a value declared twice', '@attribute a {x, x}\n@data\nx', /line 1: attribute "a" declares an empty value, or one twice/],
    ['a name used twice', '@attribute a real\n@attribute a real\n@data', /line 2: there is an attribute "a" already/],
    ['a misspelt keyword', '@atribute a real\n@data\n1', /line 1: .*did you mean "@attribute"\?/],
    ['another format', 'a,b\n1,2', /line 1: "a,b" is before @data/],
    ['nothing', '', /no @attribute line/],
    ['a head without data', '@attribute a real', /no @data line/],
    ['no rows', header, /there are no rows/],
    ['free text as a feature', '@attribute s string\n@attribute y {0,1}\n@data\nhello,1', /column "s" is declared as text/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseArff(text)).toThrow(message)
    expect(() => parseArff(text)).toThrow(InvalidDataError)
  })
})
