import { describe, expect, it } from 'vitest'
import { judgePima } from '../../src/replicate/pima/claims.ts'
import { experimentOf, PIMA_EXPERIMENTS, type PimaExperiment } from '../../src/replicate/pima/protocol.ts'
import type { PimaResult } from '../../src/replicate/pima/result.ts'
import { noise } from './support.ts'

const SEEDS = 6
const EPOCHS = 100

/** A curve that climbs to its end in so many epochs, and then shakes by so much. */
interface Curve {
  readonly end: number
  readonly climbs?: number
  readonly shakes?: number
}

/** What the study says of every value. */
const CLAIMED: Readonly<Record<PimaExperiment, Readonly<Record<string, Curve>>>> = {
  batchSize: {
    5: { end: 0.76, shakes: 0.01 },
    10: { end: 0.74, shakes: 0.008 },
    16: { end: 0.7, shakes: 0.002 },
    32: { end: 0.69, shakes: 0.001 },
  },
  activation: { sigmoid: { end: 0.651 }, tanh: { end: 0.652 }, relu: { end: 0.75 }, leakyRelu: { end: 0.76 } },
  optimizer: { sgd: { end: 0.66 }, rmsprop: { end: 0.75 }, adagrad: { end: 0.66 }, adam: { end: 0.75 }, adamax: { end: 0.74 } },
}

function measured(scatter: number, change: Partial<Record<PimaExperiment, Readonly<Record<string, Curve>>>> = {}): PimaResult[] {
  const draw = noise(1)
  return PIMA_EXPERIMENTS.map((experiment) => ({
    experiment,
    scaling: 'raw',
    optimizer: 'adam',
    rows: experimentOf(experiment).values.map((given) => {
      const value = String(given)
      const { end, climbs = 20, shakes = 0.001 } = { ...CLAIMED[experiment][value], ...change[experiment]?.[value] } as Curve
      const repeats = Array.from({ length: SEEDS }, () => {
        const top = end + scatter * draw()
        const width = shakes * (1 + (scatter > 0.01 ? 2 * Math.abs(draw()) : 0))
        const curve = Array.from({ length: EPOCHS }, (_, i) => 0.6 + (top - 0.6) * Math.min(1, i / climbs) + width * draw())
        return { loss: curve, accuracy: curve, testLoss: curve, testAccuracy: curve }
      })
      return { value, params: { [experiment]: given }, repeats, failure: undefined }
    }),
  }))
}

const verdicts = (results: readonly PimaResult[], epochs = EPOCHS) =>
  Object.fromEntries(judgePima(results, epochs).map(({ id, verdict }) => [id, verdict]))

describe('the claims of the Pima study', () => {
  it('are reproduced where every seed does about what the study says', () => {
    expect(verdicts(measured(0.005))).toEqual({ B1: 'reproduced', B2: 'reproduced', B3: 'reproduced', B4: 'reproduced' })
  })

  it('are undecided where seeds scatter more than the values differ', () => {
    const same = Object.fromEntries([5, 10, 16, 32].map((size) => [size, { end: 0.715, shakes: 0.004 }]))
    const near = Object.fromEntries(['sigmoid', 'tanh', 'relu', 'leakyRelu'].map((name) => [name, { end: 0.671 }]))
    const optimizers = { ...Object.fromEntries(['rmsprop', 'adam', 'adamax'].map((name) => [name, { end: 0.7 }])), sgd: { end: 0.69 } }
    expect(verdicts(measured(0.05, { batchSize: same, activation: near, optimizer: optimizers }))).toEqual({
      ...{ B1: 'undecided', B2: 'undecided' },
      ...{ B3: 'undecided', B4: 'undecided' },
    })
  })

  it.each([
    ['B1', { batchSize: { 16: { end: 0.76 } } }],
    ['B1', { batchSize: { 5: { end: 0.66 } } }],
    ['B2', { batchSize: { 32: { end: 0.62, shakes: 0.05 } } }],
    ['B3', { activation: { tanh: { end: 0.74 } } }],
    ['B3', { activation: { relu: { end: 0.651 } } }],
    ['B4', { optimizer: { sgd: { end: 0.75 } } }],
    ['B4', { optimizer: { adam: { end: 0.65 } } }],
    ['B4: not so early', { optimizer: { adamax: { end: 0.74, climbs: 99 } } }],
  ])('%s is not reproduced where %j', (what, change) => {
    const found = verdicts(measured(0.005, change))
    const id = what.slice(0, 2)
    expect(found[id]).toBe('not reproduced')
    expect(Object.entries(found).filter(([other, verdict]) => other !== id && verdict === 'not reproduced')).toEqual([])
  })

  it('are judged of the experiments that ran alone', () => {
    expect(verdicts(measured(0.005).filter(({ experiment }) => experiment === 'activation'))).toEqual({ B3: 'reproduced' })
  })

  it('say how many seeds do what the study saw', () => {
    const [b1] = judgePima(measured(0.005), EPOCHS)
    expect(b1?.note).toBe('Seeds that pass 0.72: 6 of 6 with 5, 6 of 6 with 10, 0 of 6 with 16, 0 of 6 with 32.')
  })
})
