import { describe, expect, it } from 'vitest'
import { parseCsvTable } from '../../src/data/csv.ts'
import { encodeTable } from '../../src/data/encode.ts'
import { trainTestSplit } from '../../src/data/split.ts'
import { fitImputer, fitMinMax, fitStandardizer } from '../../src/data/transform.ts'
import { plainPreparation, preparationOf, prepareFeatures, prepareTable, typedTable } from '../../src/prepare/index.ts'

/** `scaling` is version 0.1.0's word: the same rows must give the bits that encodeTable and the transforms of features give. */

const wave = (i: number, speed: number): number => Math.sin(i * speed) * 10 ** (1 + (i % 3))

/** @param holes whether some cells of the features are empty */
function csv(holes: boolean, target: 'class' | 'price'): string {
  const rows = Array.from({ length: 90 }, (_, i) => {
    const hole = (value: string, every: number) => (holes && i % every === every - 1 ? '' : value)
    const town = ['Bonn', 'Köln', 'Trier', 'Ulm'][(i * 7) % 4] ?? ''
    const own = target === 'class' ? (wave(i, 0.7) > 0 ? 'high' : 'low') : (wave(i, 0.3) + 1e4).toFixed(2)
    return [hole(wave(i, 1.3).toFixed(3), 9), hole(town, 13), hole(String(i % 5), 17), '7.25', own].join(',')
  })
  return `a,town,rooms,always,${target}\n${rows.join('\n')}\n`
}

const LEARNERS = { none: undefined, standardize: fitStandardizer, minMax: fitMinMax }
const bits = (values: ArrayLike<number>): Uint32Array => new Uint32Array(Float32Array.from(values).buffer)

describe.each(['none', 'standardize', 'minMax'] as const)('scaling %s', (scaling) => {
  it.each([
    ['refuse', 'class', false],
    ['drop', 'class', true],
    ['refuse', 'price', false],
    ['drop', 'price', true],
  ] as const)('missing: %s, of a %s', (missing, target, holes) => {
    const table = parseCsvTable(csv(holes, target))
    const encoded = encodeTable(table, { target, missing, categorical: ['rooms'] })
    const before = trainTestSplit(encoded, { seed: 3, stratify: target === 'class' })
    const fitted = LEARNERS[scaling]?.(before.train)
    const { train, test } = prepareTable(
      typedTable(table, { categorical: ['rooms'] }),
      { target, missing, scaling, targets: 'none' },
      { seed: 3 },
    )
    const wanted = fitted === undefined ? before : { train: fitted.apply(before.train), test: fitted.apply(before.test) }
    expect(train.featureNames).toEqual(wanted.train.featureNames)
    expect(bits(train.features)).toEqual(bits(wanted.train.features))
    expect(bits(test?.features ?? [])).toEqual(bits(wanted.test.features))
    expect(train.targets).toEqual(wanted.train.targets)
    expect(test?.targets).toEqual(wanted.test.targets)
    const { task, classNames, targetNames, outputSize } = wanted.train
    expect(train).toMatchObject({ task, classNames, targetNames, outputSize })
  })

  it.each(['mean', 'median', 'mode'] as const)('numbers that are filled in by their %s', (missing) => {
    const table = parseCsvTable(csv(true, 'class'))
    const ignore = ['town']
    const before = trainTestSplit(encodeTable(table, { missing: 'keep', ignore }), { stratify: true })
    const imputer = fitImputer(before.train, missing)
    const filled = { train: imputer.apply(before.train), test: imputer.apply(before.test) }
    const fitted = LEARNERS[scaling]?.(filled.train)
    const { train, test, preparation } = prepareTable(typedTable(table), { missing, scaling, ignore })
    expect(bits(train.features)).toEqual(bits((fitted?.apply(filled.train) ?? filled.train).features))
    expect(bits(test?.features ?? [])).toEqual(bits((fitted?.apply(filled.test) ?? filled.test).features))

    // And both ways to say it are one: what 0.1.0's files hold is written of it, and read as a preparation that gives the same bits.
    const plain = plainPreparation(preparation)
    expect(plain?.columns).toEqual(before.train.encoding?.features)
    expect(plain?.transforms.map(({ kind }) => kind)).toEqual(['impute', ...(scaling === 'none' ? [] : [scaling])])
    const again = plain && preparationOf(plain, preparation.target)
    expect(again?.columns).toEqual(preparation.columns)
    expect(bits((again && prepareFeatures(again, typedTable(table)))?.features ?? [])).toEqual(
      bits(prepareFeatures(preparation, typedTable(table)).features),
    )
  })
})
