import { describe, expect, it } from 'vitest'
import { StudyRandom } from '../../src/study/random.ts'
import { ParzenEstimator, recencyWeights } from '../../src/study/sampler/tpe/parzen.ts'
import { createTpe } from '../../src/study/sampler/tpe/tpe.ts'
import type { Params } from '../../src/study/space/distributions.ts'
import { categorical, float, int, Space } from '../../src/study/space/space.ts'
import { trialOf, viewOf } from '../support/trials.ts'

describe('recencyWeights', () => {
  it('are 1 for the newest 25 and rise to that before', () => {
    expect(recencyWeights(3)).toEqual([1, 1, 1])
    expect(recencyWeights(26)).toEqual([1 / 26, ...Array(25).fill(1)])
    expect(recencyWeights(28).slice(0, 4)).toEqual([1 / 28, expect.closeTo((1 / 28 + 1) / 2, 12), 1, 1])
  })
})

describe('ParzenEstimator', () => {
  const space = new Space({ rate: float(1e-3, 1, { log: true }), units: int(2, 10, { step: 4 }), kind: categorical(['a', null, 3]) })
  const estimator = new ParzenEstimator(
    space.parameters.map(({ distribution }) => distribution),
    [
      [1e-3, 6, 1],
      [0.2, 10, 0],
    ],
    [1, 0.5],
    { bandwidth: 0.1, priorWeight: 1, magicClip: false },
  )

  it('has a density that sums to 1', () => {
    let sum = 0
    const cells = 2000
    for (const units of [2, 6, 10]) {
      for (const kind of ['a', null, 3]) {
        for (let i = 0; i < cells; i++) {
          sum += (Math.exp(estimator.logDensity([10 ** (-3 + (3 * (i + 0.5)) / cells), units, kind])) * Math.log(1000)) / cells
        }
      }
    }
    expect(sum).toBeCloseTo(1, 4)
  })

  it('draws as often as its density says', () => {
    const random = new StudyRandom(4, 0)
    const draws = Array.from({ length: 20_000 }, () => estimator.draw(random))
    const share = draws.filter(([rate, units, kind]) => Number(rate) < 0.01 && units === 6 && kind === null).length / draws.length
    let mass = 0
    for (let i = 0; i < 1000; i++) mass += (Math.exp(estimator.logDensity([10 ** (-3 + (i + 0.5) / 1000), 6, null])) * Math.log(10)) / 1000
    // About 0.3, with a standard error of 0.003.
    expect(Math.abs(share - mass)).toBeLessThan(0.015)
  })
})

describe('tpe', () => {
  const space = new Space({
    kind: categorical([null, 'deep', 'wide']),
    units: int(1, 64),
    depth: int(1, 8, { when: "kind == 'deep'" }),
  })
  const random = new StudyRandom(1, 0)
  const evenly = (): Params => ({ kind: null, units: 1 + random.integer(64) })

  it('comes back to what was good, null among the choices', () => {
    const trials = Array.from({ length: 40 }, (_, i) => {
      const params = i % 4 === 0 ? evenly() : { ...evenly(), kind: 'wide' }
      return trialOf(i, 'complete', { params, values: [Math.abs(Number(params.units) - 20) + (params.kind === null ? 0 : 100)] })
    })
    const proposals = Array.from({ length: 30 }, (_, seed) => createTpe().sample({ ...viewOf(trials, 'minimize', seed), space }, 40, 0))
    const near = proposals.filter(
      (params) => typeof params === 'object' && params.kind === null && Math.abs(Number(params.units) - 20) < 12,
    )
    // Of even draws an eighth would be.
    expect(near.length).toBeGreaterThan(18)
  })

  it('learns of a conditional parameter from the trials that have it', () => {
    const trials = Array.from({ length: 40 }, (_, i) => {
      const depth = 1 + (i % 8)
      return i % 2 === 0
        ? trialOf(i, 'complete', { params: { ...evenly(), kind: 'deep', depth }, values: [Math.abs(depth - 3)] })
        : trialOf(i, 'complete', { params: evenly(), values: [10] })
    })
    const proposals = Array.from({ length: 30 }, (_, seed) => createTpe().sample({ ...viewOf(trials, 'minimize', seed), space }, 40, 0))
    const deep = proposals.filter(
      (params) => typeof params === 'object' && params.kind === 'deep' && Math.abs(Number(params.depth) - 3) < 1.5,
    )
    expect(deep.length).toBeGreaterThan(20)
  })

  it('keeps away from what is running', () => {
    const line = new Space({ x: float(0, 1) })
    const done = Array.from({ length: 20 }, (_, i) => trialOf(i, 'complete', { params: { x: i / 20 }, values: [Math.abs(i / 20 - 0.5)] }))
    const running = Array.from({ length: 10 }, (_, i) => trialOf(20 + i, 'running', { params: { x: 0.5 } }))
    const distance = (constantLiar: boolean) => {
      const away = Array.from({ length: 40 }, (_, seed) => {
        const params = createTpe({ constantLiar }).sample({ ...viewOf([...done, ...running], 'minimize', seed), space: line }, 30, 0)
        return typeof params === 'object' ? Math.abs(Number(params.x) - 0.5) : Number.NaN
      })
      return away.reduce((sum, one) => sum + one) / away.length
    }
    expect(distance(true)).toBeGreaterThan(2 * distance(false))
  })
})
