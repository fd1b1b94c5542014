import { describe, expect, it } from 'vitest'
import { type InitializerSpec, resolveInitializer } from '../../src/core/initializers.ts'

import { OPTIMIZERS, type OptimizerName, resolveOptimizer, slotCount } from '../../src/core/optimizers.ts'
import { type LearningRateSchedule, scheduledRate } from '../../src/core/schedules.ts'

describe('initialisers, for 20 inputs and 30 units', () => {
  const TRUNCATED = 0.8796256610342398
  const cases: [InitializerSpec, object][] = [
    ['zeros', { kind: 'constant', value: 0 }],
    ['ones', { kind: 'constant', value: 1 }],
    ['constant', { kind: 'constant', value: 0 }],
    [
      { name: 'constant', value: -2.5 },
      { kind: 'constant', value: -2.5 },
    ],
    ['randomNormal', { kind: 'normal', mean: 0, stddev: 0.05 }],
    [
      { name: 'randomNormal', mean: 1, stddev: 2 },
      { kind: 'normal', mean: 1, stddev: 2 },
    ],
    ['truncatedNormal', { kind: 'truncatedNormal', mean: 0, stddev: 0.05 }],
    ['randomUniform', { kind: 'uniform', low: -0.05, high: 0.05 }],
    [
      { name: 'randomUniform', minval: -1, maxval: 3 },
      { kind: 'uniform', low: -1, high: 3 },
    ],
    ['orthogonal', { kind: 'orthogonal', gain: 1 }],
    [
      { name: 'orthogonal', gain: 1.5 },
      { kind: 'orthogonal', gain: 1.5 },
    ],
    ['lecunNormal', { kind: 'truncatedNormal', mean: 0, stddev: Math.sqrt(1 / 20) / TRUNCATED }],
    ['glorotNormal', { kind: 'truncatedNormal', mean: 0, stddev: Math.sqrt(2 / 50) / TRUNCATED }],
    ['heNormal', { kind: 'truncatedNormal', mean: 0, stddev: Math.sqrt(2 / 20) / TRUNCATED }],
    ['lecunUniform', { kind: 'uniform', low: -Math.sqrt(3 / 20), high: Math.sqrt(3 / 20) }],
    ['glorotUniform', { kind: 'uniform', low: -Math.sqrt(6 / 50), high: Math.sqrt(6 / 50) }],
    ['heUniform', { kind: 'uniform', low: -Math.sqrt(6 / 20), high: Math.sqrt(6 / 20) }],
    ['varianceScaling', { kind: 'truncatedNormal', mean: 0, stddev: Math.sqrt(1 / 20) / TRUNCATED }],
    [
      { name: 'varianceScaling', distribution: 'normal' },
      { kind: 'truncatedNormal', mean: 0, stddev: Math.sqrt(1 / 20) / TRUNCATED },
    ],
    [
      { name: 'varianceScaling', scale: 4, mode: 'fanOut', distribution: 'untruncatedNormal' },
      { kind: 'normal', mean: 0, stddev: Math.sqrt(4 / 30) },
    ],
    [
      { name: 'varianceScaling', mode: 'fanAvg', distribution: 'uniform' },
      { kind: 'uniform', low: -Math.sqrt(3 / 25), high: Math.sqrt(3 / 25) },
    ],
  ]

  it.each(cases)('%j', (spec, expected) => {
    const resolved = resolveInitializer(spec, 20, 30)
    expect(Object.keys(resolved)).toEqual(Object.keys(expected))
    for (const [key, value] of Object.entries(expected)) {
      const actual: unknown = Reflect.get(resolved, key)
      if (typeof value === 'number') expect(actual).toBeCloseTo(value, 14)
      else expect(actual).toBe(value)
    }
  })
})

describe('optimizers', () => {
  const MOMENTS = { beta1: 0.9, beta2: 0.999 }
  const keras2: Record<OptimizerName, object> = {
    sgd: { learningRate: 0.01, momentum: 0, nesterov: false },
    rmsprop: { learningRate: 0.001, rho: 0.9, epsilonInsideRoot: false },
    adagrad: { learningRate: 0.01, initialAccumulator: 0, epsilonInsideRoot: false },
    adadelta: { learningRate: 1, rho: 0.95 },
    adam: { learningRate: 0.001, ...MOMENTS },
    adamax: { learningRate: 0.002, ...MOMENTS },
    nadam: { learningRate: 0.002, ...MOMENTS, scheduleDecay: 0.004 },
    adamw: { learningRate: 0.001, ...MOMENTS, weightDecay: 0.004 },
    lion: { learningRate: 0.001, beta1: 0.9, beta2: 0.99 },
    lamb: { learningRate: 0.001, ...MOMENTS },
    adafactor: { learningRate: 0.001, beta2Decay: -0.8, epsilon1: 1e-30, epsilon2: 0.001, clipThreshold: 1 },
  }
  const keras3: Record<OptimizerName, object> = {
    sgd: { learningRate: 0.01, momentum: 0, nesterov: false },
    rmsprop: { learningRate: 0.001, rho: 0.9, epsilonInsideRoot: true },
    adagrad: { learningRate: 0.001, initialAccumulator: 0.1, epsilonInsideRoot: true },
    adadelta: { learningRate: 0.001, rho: 0.95 },
    adam: { learningRate: 0.001, ...MOMENTS },
    adamax: { learningRate: 0.001, ...MOMENTS },
    nadam: { learningRate: 0.001, ...MOMENTS, scheduleDecay: 1 },
    adamw: { learningRate: 0.001, ...MOMENTS, weightDecay: 0.004 },
    lion: { learningRate: 0.001, beta1: 0.9, beta2: 0.99 },
    lamb: { learningRate: 0.001, ...MOMENTS },
    adafactor: { learningRate: 0.001, beta2Decay: -0.8, epsilon1: 1e-30, epsilon2: 0.001, clipThreshold: 1 },
  }

  it.each(Object.keys(OPTIMIZERS) as OptimizerName[])('%s has the defaults of its dialect', (name) => {
    expect(resolveOptimizer(name, 'keras2.2')).toMatchObject({ name, epsilon: 1e-7, ...keras2[name] })
    expect(resolveOptimizer({ name }, 'keras3')).toMatchObject({ name, epsilon: 1e-7, ...keras3[name] })
  })

  it('keep what was said', () => {
    expect(resolveOptimizer({ name: 'sgd', learningRate: 0.5, momentum: 0.9, nesterov: true }, 'keras3')).toMatchObject({
      learningRate: 0.5,
      momentum: 0.9,
      nesterov: true,
    })
    expect(resolveOptimizer({ name: 'adam', beta1: undefined, learningRate: 0 } as never, 'keras3')).toMatchObject({
      learningRate: 0,
      beta1: 0.9,
    })
  })

  it.each([
    [{ name: 'sgd' }, 0],
    [{ name: 'sgd', momentum: 0.9 }, 1],
    ['rmsprop', 1],
    ['adagrad', 1],
    ['adadelta', 2],
    ['adam', 2],
    ['adamax', 2],
    ['nadam', 2],
    ['adamw', 2],
    [{ name: 'adam', amsgrad: true }, 3],
    [{ name: 'rmsprop', momentum: 0.5, centered: true }, 3],
    [{ name: 'sgd', gradientAccumulationSteps: 4 }, 1],
    ['lion', 1],
    ['lamb', 2],
    ['adafactor', 2],
  ] as const)('%j keeps %i numbers a parameter', (spec, slots) => {
    expect(slotCount(resolveOptimizer(spec, 'keras3'))).toBe(slots)
  })
})

describe('learning-rate schedules', () => {
  const cases: [LearningRateSchedule | undefined, number[]][] = [
    [undefined, [0.8, 0.8, 0.8, 0.8, 0.8]],
    [{ name: 'constant', warmupEpochs: 4 }, [0.2, 0.4, 0.6, 0.8, 0.8]],
    [{ name: 'step', every: 2, factor: 0.5 }, [0.8, 0.8, 0.4, 0.4, 0.2]],
    [{ name: 'step', every: 1 }, [0.8, 0.08, 0.008, 0.0008, 0.00008]],
    [{ name: 'exponential', decay: 0.5 }, [0.8, 0.4, 0.2, 0.1, 0.05]],
    [{ name: 'exponential', decay: 0.5, warmupEpochs: 2 }, [0.4, 0.8, 0.8, 0.4, 0.2]],
    [{ name: 'cosine' }, [0.8, 0.4 * (1 + Math.SQRT1_2), 0.4, 0.4 * (1 - Math.SQRT1_2), 0]],
    [{ name: 'cosine', minimum: 0.2, warmupEpochs: 2 }, [0.4, 0.8, 0.8, 0.5, 0.2]],
    [{ name: 'reduceOnPlateau', warmupEpochs: 2 }, [0.4, 0.8, 0.8, 0.8, 0.8]],
  ]

  it.each(cases)('%j', (schedule, rates) => {
    rates.forEach((rate, epoch) => {
      expect(scheduledRate(0.8, schedule, epoch, rates.length)).toBeCloseTo(rate, 14)
    })
  })

  it('ends a cosine of one epoch at its rate', () => expect(scheduledRate(0.8, { name: 'cosine' }, 0, 1)).toBe(0.8))
})
