import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPruner, type PrunerSpec } from '../../src/study/pruner/create.ts'
import type { Pruner } from '../../src/study/pruner/pruner.ts'
import type { Direction, Trial } from '../../src/study/trial.ts'
import { trialOf, viewOf } from '../support/trials.ts'

const SPECS: readonly PrunerSpec[] = [
  'none',
  { name: 'none', interval: 5 },
  'median',
  { name: 'median', startupTrials: 0, warmupSteps: 3, interval: 2 },
  { name: 'percentile', percentile: 25, startupTrials: 1, minTrials: 2 },
  { name: 'threshold', upper: 0.5 },
  { name: 'patient', patience: 2 },
  { name: 'patient', patience: 1, wrapped: { name: 'median', startupTrials: 1 } },
  { name: 'patient', patience: 0, wrapped: 'successiveHalving' },
  'successiveHalving',
  { name: 'successiveHalving', minResource: 2, reductionFactor: 3, minEarlyStoppingRate: 1, trials: 9 },
  'hyperband',
  { name: 'hyperband', minResource: 3, reductionFactor: 4 },
  'asha',
  { name: 'asha', minResource: 2, reductionFactor: 2 },
  'epochOne',
  { name: 'epochOne', epochs: 2, keep: 2, trials: 7 },
  'wilcoxon',
  { name: 'wilcoxon', pThreshold: 0.5, startupSteps: 3 },
]

const nameOf = (spec: PrunerSpec): string => (typeof spec === 'string' ? spec : spec.name)
const titled = (specs: readonly PrunerSpec[]) => specs.map((spec) => ({ title: JSON.stringify(spec), spec }))

interface Run {
  readonly trials: readonly Trial[]
  /** What was stopped at which rung. */
  readonly stopped: readonly { readonly step: number; readonly numbers: readonly number[] }[]
}

/** A study of batches side by side, as the runner does it, where trial n reports curve(n, step). */
function run(
  pruner: Pruner,
  steps: number,
  count: number,
  size: number,
  direction: Direction,
  curve: (n: number, step: number) => number,
): Run {
  const done: Trial[] = []
  const stopped: { step: number; numbers: readonly number[] }[] = []
  while (done.length < count) {
    const asked = Math.min(pruner.batchSize(done.length, steps) ?? size, count - done.length)
    let live = Array.from({ length: asked }, (_, i) => trialOf(done.length + i, 'running'))
    const ended: Trial[] = []
    for (const step of pruner.rungs(steps)) {
      live = live.map((trial) => ({
        ...trial,
        intermediateValues: new Map([...trial.intermediateValues, [step, curve(trial.number, step)]]),
      }))
      const trials = [...done, ...live, ...ended].sort((a, b) => a.number - b.number)
      const numbers = pruner.prune(viewOf(trials, direction), live, step, steps)
      stopped.push({ step, numbers })
      ended.push(...live.filter(({ number }) => numbers.includes(number)).map((trial): Trial => ({ ...trial, state: 'pruned' })))
      live = live.filter(({ number }) => !numbers.includes(number))
    }
    const complete = live.map((trial): Trial => ({ ...trial, state: 'complete', values: [curve(trial.number, steps)] }))
    done.push(...[...complete, ...ended].sort((a, b) => a.number - b.number))
  }
  return { trials: done, stopped }
}

/** A number between -1 and 1 that looks random, the same for the same trial and step; now and then NaN. */
const noise = (n: number, step: number): number => {
  const x = Math.sin(n * 12.9898 + step * 78.233 + 1) * 43758.5453
  return (x - Math.floor(x)) * 2 - 1
}
const noisy = (n: number, step: number): number => (noise(n, step) > 0.9 ? Number.NaN : noise(step, n + 1))

describe.each(titled(SPECS))('pruner $title', ({ spec }) => {
  const pruner = createPruner(spec)

  it('is called what it was made from', () => expect(pruner.name).toBe(nameOf(spec)))

  it('has ascending whole rungs below the last step, and asks for at least one trial', () => {
    const property = fc.property(fc.integer({ min: 1, max: 1500 }), fc.nat(5000), (steps, number) => {
      const rungs = pruner.rungs(steps)
      expect(rungs.every((step, i) => Number.isInteger(step) && step >= 1 && step < steps && step > (rungs[i - 1] ?? 0))).toBe(true)
      const size = pruner.batchSize(number, steps)
      expect(size === undefined || (Number.isInteger(size) && size >= 1)).toBe(true)
    })
    fc.assert(property)
  })

  it.each(['minimize', 'maximize'] as const)('stops only live trials of the batch, in order, each once: %s', (direction) => {
    const { trials, stopped } = run(pruner, 30, 60, 7, direction, noisy)
    const numbers = stopped.flatMap((rung) => rung.numbers)
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const rung of stopped) expect(rung.numbers.toSorted((a, b) => a - b)).toEqual(rung.numbers)
    expect(trials.filter(({ state }) => state === 'pruned').map(({ number }) => number)).toEqual(numbers.toSorted((a, b) => a - b))
  })

  it('decides the same again, and changes nothing it was given', () => {
    const first = run(createPruner(spec), 30, 40, 5, 'minimize', noisy)
    expect(run(createPruner(spec), 30, 40, 5, 'minimize', noisy)).toEqual(first)
    const batch = first.trials.slice(-4).map((trial): Trial => ({ ...trial, state: 'running' }))
    const view = viewOf([...first.trials.slice(0, -4), ...batch])
    const copy = structuredClone(view.trials)
    const step = pruner.rungs(30)[0] ?? 1
    expect(pruner.prune(view, batch, step, 30)).toEqual(pruner.prune(view, batch, step, 30))
    expect(view.trials).toEqual(copy)
  })

  it('lets the best trial of a study go on', () => {
    const best = 23
    const { trials } = run(pruner, 30, 40, 5, 'minimize', (n) => (n === best ? -1 : n * 0.01))
    expect(trials[best]?.state).toBe('complete')
  })
})

// A threshold's bounds do not follow the direction.
describe.each(titled(SPECS.filter((spec) => nameOf(spec) !== 'threshold')))('pruner $title', ({ spec }) => {
  it('mirrors its decisions when values and direction are', () => {
    const pruner = createPruner(spec)
    const least = run(pruner, 30, 40, 5, 'minimize', noisy)
    const most = run(pruner, 30, 40, 5, 'maximize', (n, step) => -noisy(n, step))
    expect(most.stopped).toEqual(least.stopped)
  })
})

const HALVING = SPECS.filter((spec) => ['successiveHalving', 'hyperband', 'asha'].includes(nameOf(spec)))
describe.each(titled(HALVING))('halving by $title', ({ spec }) => {
  const pruner = createPruner(spec)
  const reporting = (number: number, value: number): Trial =>
    trialOf(number, 'running', { intermediateValues: new Map(pruner.rungs(30).map((step) => [step, value])) })

  it.each(['minimize', 'maximize'] as const)('never stops everything: %s', (direction) => {
    const property = fc.property(fc.array(fc.oneof(fc.double(), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 12 }), (values) => {
      const batch = values.map((value, number) => reporting(number, value))
      const anybody = values.some((value) => !Number.isNaN(value))
      for (const step of pruner.rungs(30)) {
        const stopped = pruner.prune(viewOf(batch, direction), batch, step, 30)
        expect(stopped.length < batch.length).toBe(anybody || stopped.length === 0)
      }
    })
    fc.assert(property)
  })

  it('goes on with a batch of one', () => {
    const alone = reporting(0, 3)
    for (const step of pruner.rungs(30)) expect(pruner.prune(viewOf([alone]), [alone], step, 30)).toEqual([])
  })

  it('stops a trial that reported NaN wherever its bracket halves', () => {
    const batch = [0, 1, 2, 3].map((number) => reporting(number, number === 2 ? Number.NaN : 0))
    for (const step of pruner.rungs(30)) expect(pruner.prune(viewOf(batch), batch, step, 30)).toContain(2)
  })
})

describe('median', () => {
  it('stops nobody before five trials are complete, then about half', () => {
    const { trials } = run(createPruner('median'), 10, 60, 4, 'minimize', (n) => noise(n, 0))
    expect(trials.slice(0, 8).every(({ state }) => state === 'complete')).toBe(true)
    const pruned = trials.filter(({ state }) => state === 'pruned').length
    expect(pruned).toBeGreaterThan(15)
    expect(pruned).toBeLessThan(55)
  })
})

describe('successiveHalving', () => {
  it('keeps exactly a quarter at each rung, the earlier of equal ones', () => {
    const pruner = createPruner({ name: 'successiveHalving', minResource: 1 })
    expect([pruner.rungs(65), pruner.batchSize(0, 65)]).toEqual([[1, 4, 16, 64], 256])
    const { trials } = run(pruner, 65, 256, 1, 'maximize', (n, step) => (step === 1 ? Math.floor(n / 2) : -n))
    const reached = (step: number): number[] => trials.filter((t) => t.intermediateValues.has(step)).map(({ number }) => number)
    expect([1, 4, 16, 64].map((step) => reached(step).length)).toEqual([256, 64, 16, 4])
    expect(reached(4)[0]).toBe(192)
    expect(trials.filter(({ state }) => state === 'complete').map(({ number }) => number)).toEqual([192])
    expect(run(pruner, 65, 256, 1, 'maximize', () => 1).trials.findIndex(({ state }) => state === 'complete')).toBe(0)
  })
})

describe('asha', () => {
  const pruner = createPruner({ name: 'asha', minResource: 1, reductionFactor: 3, bootstrapCount: 2 })
  const reporting = (number: number, value: number): Trial => trialOf(number, 'running', { intermediateValues: new Map([[1, value]]) })

  it('judges over every trial that has reported at the rung, whatever became of it', () => {
    const before = [5, 6, 7, 8, 9, 10].map(
      (value, number): Trial => ({ ...reporting(number, value), state: number % 2 ? 'pruned' : 'complete' }),
    )
    const batch = [reporting(6, 5.5), reporting(7, 7), reporting(8, 7.5)]
    // Nine have reported, so the three best of 5, 5.5, 6, … go on.
    expect(pruner.prune(viewOf([...before, ...batch]), batch, 1, 10)).toEqual([7, 8])
  })

  it('stops everybody while no more than bootstrapCount have come to a rung, as Optuna does', () => {
    const two = [reporting(0, 1), reporting(1, 2)]
    expect(pruner.prune(viewOf(two), two, 1, 10)).toEqual([0, 1])
    const three = [...two, reporting(2, 3)]
    expect(pruner.prune(viewOf(three), three, 1, 10)).toEqual([1, 2])
  })
})

describe('hyperband', () => {
  // Algorithm 1 of Li et al. with R = 81 and factor 3: n and r of the brackets s = 4 … 0.
  const pruner = createPruner('hyperband')
  const BRACKETS = [
    { first: 0, size: 81, reach: [81, 27, 9, 3, 1] },
    { first: 81, size: 34, reach: [34, 34, 11, 3, 1] },
    { first: 115, size: 15, reach: [15, 15, 15, 5, 1] },
    { first: 130, size: 8, reach: [8, 8, 8, 8, 2] },
    { first: 138, size: 5, reach: [5, 5, 5, 5, 5] },
  ]

  it('has the paper’s brackets, over and over', () => {
    expect(pruner.rungs(81)).toEqual([1, 3, 9, 27])
    for (const { first, size } of BRACKETS) {
      expect(pruner.batchSize(first, 81)).toBe(size)
      expect(pruner.batchSize(first + 143, 81)).toBe(size)
      expect(pruner.batchSize(first + 2, 81)).toBe(size - 2)
    }
  })

  it('keeps the paper’s counts in each', () => {
    const { trials } = run(pruner, 81, 143, 1, 'minimize', noise)
    for (const { first, size, reach } of BRACKETS) {
      const own = trials.slice(first, first + size)
      const counts = [1, 3, 9, 27].map((step) => own.filter((t) => t.intermediateValues.has(step)).length)
      expect([...counts, own.filter(({ state }) => state === 'complete').length]).toEqual(reach)
    }
  })

  it('does not let brackets compete where a batch holds two', () => {
    const batch = [137, 138].map((n) => trialOf(n, 'running', { intermediateValues: new Map([[27, n === 137 ? 9 : 1]]) }))
    expect(pruner.prune(viewOf(batch), batch, 27, 81)).toEqual([])
  })
})

describe('epochOne', () => {
  it('has one rung, and lets the best of a batch go on to the end', () => {
    const pruner = createPruner({ name: 'epochOne', epochs: 2, keep: 3, trials: 10 })
    expect([pruner.rungs(50), pruner.rungs(2), pruner.batchSize(0, 50)]).toEqual([[2], [], 10])
    const { trials, stopped } = run(pruner, 50, 20, 1, 'maximize', (n) => (n * 7) % 10)
    expect(stopped.map(({ step, numbers }) => [step, numbers.length])).toEqual([
      [2, 7],
      [2, 7],
    ])
    // 7 x 1, 4 and 7 end in 7, 8 and 9.
    expect(trials.filter(({ state }) => state === 'complete').map(({ number }) => number)).toEqual([1, 4, 7, 11, 14, 17])
  })

  it('begins ten for each that goes on, and never keeps NaN', () => {
    expect(createPruner('epochOne').batchSize(0, 50)).toBe(30)
    expect(createPruner({ name: 'epochOne', keep: 5 }).batchSize(0, 50)).toBe(50)
    const batch = [3, Number.NaN, 1, Number.NaN].map((value, n) => trialOf(n, 'running', { intermediateValues: new Map([[1, value]]) }))
    expect(createPruner('epochOne').prune(viewOf(batch), batch, 1, 50)).toEqual([1, 3])
  })
})

describe('wilcoxon', () => {
  const pruner = createPruner('wilcoxon')
  const best = trialOf(0, 'complete', { values: [0.25], intermediateValues: new Map([0.1, 0.2, 0.3, 0.4, 0.25].map((x, i) => [i + 1, x])) })
  const trial = (values: readonly number[]): Trial =>
    trialOf(1, 'running', { intermediateValues: new Map(values.map((x, i) => [i + 1, x])) })
  const stops = (values: readonly number[], reference = best, spec: PrunerSpec = 'wilcoxon'): boolean => {
    const one = trial(values)
    return createPruner(spec).prune(viewOf([reference, one]), [one], values.length, 5).length > 0
  }

  it('counts repeats, two at least', () => {
    expect([pruner.axis, pruner.rungs(5)]).toEqual(['repeat', [2, 3, 4]])
    expect(createPruner({ name: 'wilcoxon', startupSteps: 4 }).rungs(6)).toEqual([4, 5])
  })

  it('stops once the one-sided p falls below the threshold', () => {
    // All n differences positive: p = 1 / 2^n.
    expect(stops([0.5, 0.62, 0.71])).toBe(false)
    expect(stops([0.5, 0.62, 0.71, 0.85])).toBe(true)
    expect(stops([0.5, 0.62, 0.71, 0.85], best, { name: 'wilcoxon', pThreshold: 0.06 })).toBe(false)
  })

  it('keeps one whose mean is the better, one with NaN, and everybody where the best has NaN or nothing is complete', () => {
    const spread = trialOf(0, 'complete', { values: [0], intermediateValues: new Map([9, 9, 9, 9, -36].map((x, i) => [i + 1, x])) })
    expect(stops([10, 11, 12, 13], spread)).toBe(true)
    const heavy = trialOf(0, 'complete', { values: [0], intermediateValues: new Map([9, 9, 9, 9, 90].map((x, i) => [i + 1, x])) })
    expect(stops([10, 11, 12, 13], heavy)).toBe(false)
    expect(stops([0.5, 0.62, Number.NaN, 0.85])).toBe(false)
    expect(stops([0.5, 0.62, 0.71, 0.85], { ...best, intermediateValues: new Map([[1, Number.NaN]]) })).toBe(false)
    expect(stops([0.5, 0.62, 0.71, 0.85], { ...best, state: 'pruned' })).toBe(false)
  })
})

describe('createPruner', () => {
  it.each([
    [{ name: 'threshold' }, 'pruner.upper is missing; it must be given where lower is not'],
    [{ name: 'threshold', lower: 2, upper: 1 }, 'pruner.upper is 1; it must be at least lower'],
    [{ name: 'percentile', percentile: 120 }, 'pruner.percentile is 120; it must be a number from 0 to 100'],
    [{ name: 'asha', reductionFactor: 1 }, 'pruner.reductionFactor is 1; it must be a whole number from 2 to 1000000'],
    ['hyperbnd', 'did you mean "hyperband"?'],
    [{ name: 'patient', patience: 1, wrapped: { name: 'median', startup: 1 } }, 'pruner.wrapped.startup is not a field'],
  ])('refuses %j', (spec, message) => {
    expect(() => createPruner(spec as PrunerSpec)).toThrow(message)
  })
})
