import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { observe } from '../../src/study/sampler/tpe/observations.ts'
import { split } from '../../src/study/sampler/tpe/split.ts'
import { estimate, Group } from '../../src/study/sampler/tpe/tpe.ts'
import type { Params } from '../../src/study/space/distributions.ts'
import { Space, type SpaceSpec } from '../../src/study/space/space.ts'
import type { Direction, TrialState } from '../../src/study/trial.ts'
import { trialOf } from '../support/trials.ts'

interface Case {
  readonly multivariate: boolean
  readonly directions: readonly Direction[]
  readonly space: SpaceSpec
  readonly trials: readonly { state: TrialState; params: Params; values?: readonly number[]; reports: [number, number][] }[]
  readonly good: readonly number[]
  readonly weights?: Readonly<Record<string, number>>
  readonly samples: readonly { params: Params; good: number; rest: number }[]
}

/** Written by test/support/python/tpe.py, which says what is in it. */
const golden: { optuna: string; cases: Case[] } = JSON.parse(readFileSync(new URL('../golden/optuna-tpe.json', import.meta.url), 'utf8'))

const titled = golden.cases.map((one) => ({
  title: `${one.directions.join(' and ')}, ${one.trials.length} trials of ${Object.keys(one.space).join(', ')}${one.multivariate ? '' : ', one by one'}`,
  ...one,
}))

describe(`TPE learns as Optuna ${golden.optuna}`, () => {
  it.each(titled)('$title', ({ multivariate, directions, space: spec, trials: said, good, weights, samples }) => {
    const space = new Space(spec)
    const trials = said.map(({ state, params, values, reports }, number) =>
      trialOf(number, state, { params, values, intermediateValues: new Map(reports) }),
    )
    const observations = observe({ space, directions, seed: 0, trials }, true)
    const finished = observations.filter(({ trial }) => trial.state !== 'running').length
    const sides = split(observations, Math.min(Math.ceil(finished / 10), 25))
    expect(sides.good.observations.map(({ trial }) => trial.number)).toEqual(good)
    for (const [i, { trial }] of sides.good.observations.entries()) {
      if (weights !== undefined) expect(sides.good.weights?.[i]).toBeCloseTo(weights[trial.number] ?? Number.NaN, 9)
    }
    const group = new Group(space.parameters)
    const options = { priorWeight: 1, bandwidth: multivariate ? 0.2 : undefined, magicClip: true }
    const estimators = { good: estimate(group, sides.good, options), rest: estimate(group, sides.rest, options) }
    for (const { params, ...expected } of samples) {
      const values = space.names.map((name) => params[name] ?? null)
      expect(estimators.good.logDensity(values)).toBeCloseTo(expected.good, 7)
      expect(estimators.rest.logDensity(values)).toBeCloseTo(expected.rest, 7)
    }
  })
})
