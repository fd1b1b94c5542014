import { describe, expect, it } from 'vitest'
import { createSampler, type SamplerSpec } from '../../src/study/sampler/create.ts'
import { winnerTakesAllReport } from '../../src/study/sampler/winnerTakesAllReport.ts'
import type { Params } from '../../src/study/space/distributions.ts'
import { categorical, float, int, Space } from '../../src/study/space/space.ts'
import type { Direction, StudyView, Trial } from '../../src/study/trial.ts'
import { ARCHITECTURES, PYRAMID, published, START, STUDY, space, widthsOf } from './publishedTables.ts'
import { type Objective, simulate, trialIn } from './simulate.ts'

const BOTH: readonly Direction[] = ['maximize', 'minimize']

describe('the published study of Fashion-MNIST, replayed on its own tables', () => {
  const trials = simulate(createSampler(STUDY), { space, objective: published, directions: BOTH, trials: 1000, batch: 8 })
  const report = winnerTakesAllReport({ space, directions: BOTH, seed: 7, trials }, STUDY)

  it('tries the cells of Table 1, in their order, and nothing else', () => {
    const tried = trials.slice(0, ARCHITECTURES.length).map(({ params }) => widthsOf(params))
    expect(tried).toEqual(ARCHITECTURES)
    expect(report[0]?.rows.map(({ trial }) => trial)).toEqual([...ARCHITECTURES.keys()])
  })

  it('chooses what the study chose', () => {
    expect(report.map(({ winner }) => winner?.values)).toEqual([
      { layers: 3, units1: 512, units2: 128, units3: 32 },
      { initializer: 'heNormal' },
      { activation: 'selu' },
      { optimizer: 'adamax' },
      { batchSize: 128 },
      { epochs: 20 },
    ])
    expect(trials.at(-1)?.params).toEqual({
      layers: 3,
      units1: 512,
      units2: 128,
      units3: 32,
      initializer: 'heNormal',
      activation: 'selu',
      optimizer: 'adamax',
      batchSize: 128,
      epochs: 50,
    })
  })

  it('tries every row of the tables once, and the incumbents not again', () => {
    expect(report.map(({ rows }) => rows.length)).toEqual([18, 12, 9, 7, 7, 5])
    expect(report.map(({ rows }) => rows.filter(({ isReused }) => isReused).map(({ values }) => Object.values(values)[0]))).toEqual([
      [],
      ['glorotUniform'],
      ['linear'],
      ['sgd'],
      [null],
      [5],
    ])
    expect(trials).toHaveLength(18 + 11 + 8 + 6 + 6 + 4)
  })

  it('decides by accuracy the tie of 128 and 16 for the earlier, and says that it was one', () => {
    const near = report[4]?.rows.filter(({ isNearTie }) => isNearTie)
    expect(near?.map(({ values, mean }) => ({ ...values, mean }))).toEqual([{ batchSize: 16, mean: 0.873 }])
  })

  it('would choose otherwise by the other objective: the loss fits neither Table 3 nor what follows, the accuracy not Table 1', () => {
    const spec = { ...STUDY, stages: [...STUDY.stages.slice(0, 2), { vary: 'activation', objective: 1 }] }
    const byLoss = simulate(createSampler(spec), { space, objective: published, directions: BOTH, trials: 1000 })
    expect(winnerTakesAllReport({ space, directions: BOTH, seed: 7, trials: byLoss }, spec)[2]?.winner?.values).toEqual({
      activation: 'relu',
    })
    const pyramid: SamplerSpec = {
      name: 'pyramid',
      ...PYRAMID,
      start: START,
      objective: 0,
    }
    expect(() => simulate(createSampler(pyramid), { space, objective: published, directions: BOTH, trials: 100 })).toThrow(
      'no table of the study has 256-256',
    )
  })

  it('is found in whatever batches', () => {
    const one = simulate(createSampler(STUDY), { space, objective: published, directions: BOTH, trials: 1000, batch: 1 })
    expect(one.map(({ params }) => params)).toEqual(trials.map(({ params }) => params))
  })
})

describe('winner-takes-all', () => {
  const small = new Space({
    optimizer: categorical(['sgd', 'adam', 'adamax']),
    momentum: float(0, 0.9, { step: 0.3, when: "optimizer == 'sgd'" }),
    units: int(1, 4),
  })
  const START_OF_SMALL: Params = { optimizer: 'adam', momentum: 0, units: 2 }
  type Options = Omit<Extract<SamplerSpec, { name: 'winnerTakesAll' }>, 'name'>
  const run = (options: Options, objective: Objective, repeats?: (params: Params) => number[][]) => {
    const simulation = { space: small, objective, trials: 100, ...(repeats === undefined ? {} : { repeats }) }
    const trials = simulate(createSampler({ name: 'winnerTakesAll', ...options }), simulation)
    return { trials, report: winnerTakesAllReport(viewOf(trials), options) }
  }
  const viewOf = (trials: readonly Trial[]): StudyView => ({ space: small, directions: ['minimize'], seed: 7, trials })
  const values = (trials: readonly Trial[]) => trials.map(({ params }) => Object.values(params).join(' '))

  it('combines the values of a group, conditional ones only where they apply', () => {
    const { trials, report } = run({ start: { units: 2 }, stages: [{ vary: ['optimizer', 'momentum'] }] }, (_, number) => [
      Math.abs(number - 2),
    ])
    expect(values(trials)).toEqual(['sgd 0 2', 'sgd 0.3 2', 'sgd 0.6 2', 'sgd 0.9 2', 'adam 2', 'adamax 2'])
    expect(report[0]?.winner?.values).toEqual({ optimizer: 'sgd', momentum: 0.6 })
  })

  it('holds what stages decided and start for the rest', () => {
    const { trials } = run({ start: START_OF_SMALL, stages: ['units', 'optimizer'] }, ({ units }) => [-Number(units)])
    expect(values(trials)).toEqual(['adam 1', 'adam 2', 'adam 3', 'adam 4', 'sgd 0 4', 'adamax 4'])
  })

  it.each([
    ['earlier', 1],
    ['incumbent', 3],
  ] as const)('gives exact ties to the %s', (ties, units) => {
    const { report } = run({ start: { ...START_OF_SMALL, units: 3 }, stages: ['units'], ties }, () => [0.5])
    expect(report[0]?.winner?.values).toEqual({ units })
    expect(report[0]?.rows.filter(({ isNearTie }) => isNearTie)).toHaveLength(3)
  })

  it('lets no failed and no pruned trial win, and reports both', () => {
    const options: Options = { start: START_OF_SMALL, stages: ['units', 'optimizer'] }
    const trials = [1, 2, 3, 4].map((units, i): Trial => {
      const rest: Partial<Trial> =
        i === 0 ? { state: 'fail' } : i === 1 ? { state: 'pruned', values: [0] } : { state: 'complete', values: [i] }
      return trialIn(small, i, { optimizer: 'adam', units }, rest)
    })
    const [stage, next] = winnerTakesAllReport(viewOf(trials), options)
    expect(stage?.winner?.values).toEqual({ units: 3 })
    expect(stage?.rows.map(({ state, mean, isNearTie }) => [state, mean, isNearTie])).toEqual([
      ['fail', undefined, false],
      ['pruned', 0, false],
      ['complete', 2, false],
      ['complete', 3, false],
    ])
    expect(next?.rows.map(({ values, trial }) => [values.optimizer, trial])).toEqual([
      ['sgd', undefined],
      ['adam', 2],
      ['adamax', undefined],
    ])
    expect(next?.winner).toBeUndefined()
  })

  it('ends after a stage in which nothing was completed', () => {
    const { trials, report } = run({ start: START_OF_SMALL, stages: ['units', 'optimizer'] }, () => 'fail')
    expect(trials).toHaveLength(4)
    expect(report.map(({ winner }) => winner)).toEqual([undefined])
  })

  it('reports spread, paired p values corrected within the stage, and near ties', () => {
    // Repeats of units 2 are those of units 1 and 0.01, 0.03, 0.02 more: t = 0.02 / (0.01 / sqrt(3)) = 3.4641, two degrees of freedom.
    const base = [0.5, 0.7, 0.3]
    const shifts = [
      [0, 0, 0],
      [0.01, 0.03, 0.02],
      [1, 1.1, 0.9],
      [0.002, -0.001, 0.002],
    ]
    const of = ({ units }: Params) => base.map((value, i) => [value + (shifts[Number(units) - 1]?.[i] ?? Number.NaN)])
    const mean = (params: Params) => [of(params).reduce((sum, [value = 0]) => sum + value, 0) / 3]
    const { report } = run({ start: START_OF_SMALL, stages: ['units'] }, mean, of)
    const rows = report[0]?.rows ?? []
    expect(report[0]?.winner).toBe(rows[0])
    expect(rows[0]).toMatchObject({ mean: 0.5, repeats: 3, p: Number.NaN, isNearTie: false })
    expect(rows[0]?.standardDeviation).toBeCloseTo(0.2, 12)
    // scipy 1.17.1: ttest_rel gives 0.07417990, 0.00331676 and 0.42264973; Holm's factors are 2, 3 and 1.
    expect(rows[1]?.p).toBeCloseTo(2 * 0.0741799, 7)
    expect(rows[2]?.p).toBeCloseTo(3 * 0.00331676, 7)
    expect(rows[3]?.p).toBeCloseTo(0.42264973, 7)
    expect(rows.map(({ isNearTie }) => isNearTie)).toEqual([false, true, false, true])
    const strict = run({ start: START_OF_SMALL, stages: ['units'], significance: 0.005, tieMargin: 0 }, mean, of).report[0]?.rows
    expect(strict?.map(({ isNearTie }) => isNearTie)).toEqual([false, true, true, true])
  })

  it('without repeats calls near ties by the margin alone', () => {
    const { report } = run({ start: START_OF_SMALL, stages: ['units'], tieMargin: 1.5 }, ({ units }) => [Number(units)])
    expect(report[0]?.rows.map(({ isNearTie, p }) => [isNearTie, p])).toEqual([
      [false, Number.NaN],
      [true, Number.NaN],
      [false, Number.NaN],
      [false, Number.NaN],
    ])
  })

  it('keeps the names and values of start as the space writes them', () => {
    const snake = new Space({ weight_init: categorical(['he_normal', 'zeros']), activation: categorical(['hard_sigmoid']) })
    const sampler = createSampler({ name: 'winnerTakesAll', start: { activation: 'hard_sigmoid' }, stages: ['weight_init'] })
    const answer = sampler.sample({ space: snake, directions: ['minimize'], seed: 7, trials: [] }, 0, 0)
    expect(answer).toEqual({ weight_init: 'he_normal', activation: 'hard_sigmoid' })
  })

  it.each<[Options, string]>([
    [
      { start: START_OF_SMALL, stages: ['unit'] },
      'stages[0] names unit; it must be one of optimizer, momentum, units; did you mean "units"?',
    ],
    [{ stages: ['units', 'unit'] }, 'stages[1] names unit; it must be one of optimizer, momentum, units; did you mean "units"?'],
    [
      { start: { optimizer: 'adam' }, stages: ['units'] },
      'start.momentum is missing; start must hold every parameter that the first stage does not vary',
    ],
    [{ start: { ...START_OF_SMALL, units: 9 }, stages: ['units'] }, 'start.units is 9; it must be a whole number from 1 to 4'],
    [{ start: { ...START_OF_SMALL, layers: 9 }, stages: ['units'] }, 'start names layers; it must be one of optimizer, momentum, units'],
    [
      { start: START_OF_SMALL, stages: [{ vary: 'units', objective: 1 }] },
      'stages[0].objective is 1; it must be below 1, the number of objectives',
    ],
    [
      {
        start: START_OF_SMALL,
        stages: [{ pyramid: { layers: 'units', widths: ['momentum'], inputSize: 9, outputSize: 1, startWidth: 5 } }],
      },
      'stages[0] varies units, momentum; the space allows none of its configurations',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => run(options, () => [0])).toThrow(message)
  })

  it('refuses to vary what has no end of values, and to guess what nobody decided', () => {
    const endless = new Space({
      rate: float(0, 1),
      optimizer: categorical(['adam', 'sgd']),
      momentum: float(0, 0.9, { step: 0.9, when: "optimizer == 'sgd'" }),
    })
    const ask =
      (options: Options, objective: Objective = () => [0]) =>
      () =>
        simulate(createSampler({ name: 'winnerTakesAll', ...options }), { space: endless, objective, trials: 9 })
    expect(ask({ start: { optimizer: 'adam', momentum: 0 }, stages: ['rate'] })).toThrow(
      'stages[0] varies rate, which has no end of values; it must have a step',
    )
    expect(ask({ start: { rate: 0 }, stages: [{ vary: ['optimizer', 'momentum'] }, 'optimizer'] })).toThrow(
      'stages[1] needs a value of momentum, which no stage before it decided; give it in start',
    )
  })
})

describe('the pyramid', () => {
  const network = (highest: number, constraints: readonly string[] = []) =>
    new Space(
      {
        layers: int(1, 3),
        units1: int(1, highest),
        units2: int(1, highest, { when: 'layers > 1' }),
        units3: int(1, highest, { when: 'layers > 2' }),
      },
      constraints,
    )
  type Options = Omit<Extract<SamplerSpec, { name: 'pyramid' }>, 'name' | 'widths' | 'inputSize' | 'outputSize'>
  const run = (options: Options, objective: (widths: readonly number[]) => number | 'fail', space = network(100)) =>
    simulate(createSampler({ name: 'pyramid', widths: ['units1', 'units2', 'units3'], inputSize: 40, outputSize: 3, ...options }), {
      space,
      trials: 100,
      objective: (params) => {
        const value = objective(widthsOf(params).split('-').map(Number))
        return value === 'fail' ? 'fail' : [value]
      },
    }).map(({ params }) => widthsOf(params))

  it('grows below the input size, shrinks to the output size, and ends where a layer does not help', () => {
    expect(run({}, (widths) => (widths.length === 1 ? -Number(widths[0]) : -100))).toEqual([
      ...['2', '4', '8', '16', '32'],
      ...['32-32', '32-16', '32-8', '32-4'],
      ...['32-32-32', '32-32-16', '32-32-8', '32-32-4'],
    ])
    // Of equals the earliest is kept: 2, which is below the output size already.
    expect(run({}, () => 1)).toEqual(['2', '4', '8', '16', '32'])
  })

  it('begins, grows and shrinks as it is told', () => {
    const options: Options = { startWidth: 5, growth: 1.5, shrink: 3, startFrom: 'half' }
    expect(run(options, (widths) => -widths.reduce((sum, width) => sum + width, 0))).toEqual([
      ...['5', '8', '12', '18', '27'],
      ...['27-13', '27-4'],
      ...['27-13-6'],
    ])
  })

  it('is patient', () => {
    const bumpy = (widths: readonly number[]) => (widths.length > 1 ? 9 : ({ 2: 5, 4: 6, 8: 7, 16: 1, 32: 2 }[String(widths[0])] ?? 0))
    expect(run({ patience: 1 }, bumpy).filter((widths) => !widths.includes('-'))).toEqual(['2', '4'])
    expect(run({ patience: 2 }, bumpy).filter((widths) => !widths.includes('-'))).toEqual(['2', '4', '8'])
    expect(run({ patience: 3 }, bumpy).slice(5)).toEqual(['16-16', '16-8', '16-4'])
  })

  it('refuses a space whose conditions do not go with the layers', () => {
    const askew = new Space({
      layers: int(1, 3),
      units1: int(1, 99),
      units2: int(1, 99, { when: 'layers > 2' }),
      units3: int(1, 99, { when: 'layers > 2' }),
    })
    expect(() => run({}, (widths) => -Number(widths[0]), askew)).toThrow(
      'stages[0] sets units2, which is not active where layers is 2; its condition must hold there',
    )
    const always = new Space({ layers: int(1, 3), units1: int(1, 99), units2: int(1, 99), units3: int(1, 99) })
    expect(() => run({}, (widths) => -Number(widths[0]), always)).toThrow(
      'stages[0] needs a value of units2, which no stage before it decided; give it in start',
    )
  })

  it('ends a layer where the space does, and takes a failed width for a worse one', () => {
    expect(run({}, (widths) => (widths.length === 1 ? -Number(widths[0]) : 0), network(20))).toEqual([
      '2',
      '4',
      '8',
      '16',
      '16-16',
      '16-8',
      '16-4',
    ])
    expect(run({}, (widths) => (widths.length === 1 ? -Number(widths[0]) : 0), network(20, ['units1 < 10']))).toEqual([
      '2',
      '4',
      '8',
      '8-8',
      '8-4',
    ])
    expect(run({}, (widths) => (widths[0] === 8 && widths.length === 1 ? 'fail' : widths.length))).toEqual(['2', '4', '8'])
  })
})
