import { describe, expect, it } from 'vitest'
import { InvalidSpecError } from '../../src/core/errors.ts'
import { categorical, float, int, Space } from '../../src/study/space/space.ts'
import { compileTrain, maxEpochs, type TrainTemplate } from '../../src/study/template.ts'

const SPACE = new Space({
  layers: int(0, 3),
  units: int(2, 64),
  units2: int(2, 64, { when: 'layers >= 2' }),
  initializer: categorical(['he_normal', 'glorotUniform']),
  decays: categorical([true, false]),
  epochs: int(5, 20),
  dialect: categorical(['keras3', 'keras2.2']),
  momentum: float(0, 0.9, { when: 'decays' }),
})

const TEMPLATE: TrainTemplate = {
  network: {
    inputSize: 4,
    loss: 'binaryCrossentropy',
    layers: [
      { repeat: '$layers > 0 ? 1 : 0', units: '$units', initializer: '$initializer' },
      { when: 'layers >= 2', units: '$max(2, units2 / 2)' },
      { units: 1, activation: 'sigmoid' },
    ],
  },
  optimizer: { name: 'sgd', momentum: '$momentum' },
  learningRateSchedule: { when: '$decays', name: 'exponential', decay: 0.9 },
  dialect: '$dialect',
  epochs: '$epochs',
}

const specOf = compileTrain(TEMPLATE, SPACE)
const COMMON = { units: 8, initializer: 'he_normal', epochs: 7, dialect: 'keras2.2' }

describe('a template', () => {
  it('takes values, leaves out what is inactive, repeats and drops list entries, and reads Keras names', () => {
    expect(specOf({ ...COMMON, layers: 2, units2: 10, decays: true, momentum: 0.5 })).toEqual({
      network: {
        inputSize: 4,
        loss: 'binaryCrossentropy',
        layers: [{ units: 8, initializer: 'heNormal' }, { units: 5 }, { units: 1, activation: 'sigmoid' }],
      },
      optimizer: { name: 'sgd', momentum: 0.5 },
      learningRateSchedule: { name: 'exponential', decay: 0.9 },
      dialect: 'keras2.2',
      epochs: 7,
    })
    const small = specOf({ ...COMMON, layers: 0, decays: false })
    expect(small.network.layers).toEqual([{ units: 1, activation: 'sigmoid' }])
    expect(small.optimizer).toEqual({ name: 'sgd' })
    expect(small.learningRateSchedule).toBeUndefined()
  })

  it('knows the most epochs there may be, where the space tells', () => {
    expect(maxEpochs(TEMPLATE, SPACE)).toBe(20)
    expect(maxEpochs({ ...TEMPLATE, epochs: 3 }, SPACE)).toBe(3)
    expect(maxEpochs({ ...TEMPLATE, epochs: '$epochs * 2' }, SPACE)).toBeUndefined()
    const { epochs: _epochs, ...without } = TEMPLATE
    expect(maxEpochs(without, SPACE)).toBe(1)
  })

  it('names the field that is wrong', () => {
    const wrong = (change: TrainTemplate) => () => compileTrain({ ...TEMPLATE, ...change }, SPACE)({ ...COMMON, layers: 1, decays: false })
    expect(wrong({ epochs: '$epohcs' })).toThrow(
      /train\.epochs is "epohcs"; epohcs is no parameter that it may name; did you mean "?epochs/,
    )
    expect(wrong({ epochs: '$epochs +' })).toThrow(/train\.epochs is "epochs \+", which cannot be read/)
    expect(wrong({ epochs: '$dialect' })).toThrow(
      new InvalidSpecError('train.epochs is "keras2.2"; it must be a whole number from 1 to 1000000'),
    )
    expect(wrong({ network: { inputSize: 4, loss: 'meanSquaredError', layers: [{ repeat: '$units / 3', units: 1 }] } })).toThrow(
      /train\.network\.layers\[0\]\.repeat is 2\.6\d+; it must be a whole number from 0 to 10000/,
    )
    expect(wrong({ network: { inputSize: 4, loss: 'meanSquaredError', layers: [{ repeat: '$units * 1e12', units: 1 }] } })).toThrow(
      /repeat is \d+; it must be a whole number from 0 to 10000/,
    )
    for (const epochs of ['$fetch(units)', '$toString(units)', '$units.constructor'])
      expect(wrong({ epochs })).toThrow(/it may hold names, numbers/)
  })
})
