import {
  type Backend,
  categorical,
  createStudy,
  fit,
  float,
  int,
  MemoryCheckpoints,
  MemoryJournal,
  openBackend,
  type StudyEvent,
  type StudyOptions,
  type Trial,
} from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GpuError } from '../../src/core/errors.ts'
import { lastAxis } from '../../src/core/layers/kind.ts'
import { parameterLayout } from '../../src/core/layout.ts'
import { RING as data, OPTIONS } from '../support/ring.ts'

/** Studies that train: on a small problem, on WASM. */

let backend: Backend
beforeAll(async () => {
  backend = await openBackend({ prefer: 'wasm', workers: 0 })
})
afterAll(() => backend.dispose())

async function finish(study: Awaited<ReturnType<typeof createStudy>>, budget = { trials: 12 }, on = backend): Promise<StudyEvent[]> {
  const events: StudyEvent[] = []
  for await (const event of study.run(on, data, { budget })) events.push(event)
  return events
}

const states = (trials: readonly Trial[]): string => trials.map(({ state }) => state.slice(0, 1)).join('')

describe('a study', () => {
  it('trains what fit trains, with the same bits', async () => {
    const study = await createStudy(OPTIONS)
    await finish(study)
    expect(states(study.trials)).toBe('c'.repeat(12))
    const { best } = study
    const { units, activation, learningRate } = best?.params ?? {}
    const spec = {
      network: {
        inputSize: 2,
        loss: 'binaryCrossentropy' as const,
        layers: [
          { units: Number(units), activation: activation as 'relu' },
          { units: 1, activation: 'sigmoid' as const },
        ],
      },
      optimizer: { name: 'adam' as const, learningRate: Number(learningRate) },
      batchSize: 16,
      epochs: 9,
      seed: 3,
    }
    const alone = await fit(backend, spec, data)
    expect(best?.values).toEqual([alone.history.testLoss.at(-1)])
    expect([...(best?.intermediateValues ?? [])]).toEqual(alone.history.testLoss.map((value, epoch) => [epoch + 1, value]))
    const again = await study.retrain(best?.number ?? -1, backend, data)
    expect(again.weights).toEqual(alone.weights)
    expect(study.best?.values?.[0]).toBe(Math.min(...study.trials.map(({ values }) => values?.[0] ?? Number.NaN)))
  })

  it('tells its events in order: batch, rungs, trials, end', async () => {
    const study = await createStudy({ ...OPTIONS, batchSize: 4, pruner: { name: 'successiveHalving', minResource: 3, reductionFactor: 3 } })
    const events = await finish(study)
    expect(events.filter(({ type }) => type === 'batch')).toHaveLength(3)
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'budget' })
    const told = events.flatMap((event) => (event.type === 'trial' ? [event.trial.number] : []))
    expect(told.toSorted((a, b) => a - b)).toEqual(study.trials.map(({ number }) => number))
    for (const event of events) if (event.type === 'progress') for (const done of event.done.values()) expect(done).toBeLessThanOrEqual(1)
  })

  it('stops trials at rungs, and goes on with the others as if they had not paused', async () => {
    const whole = await createStudy({ ...OPTIONS, batchSize: 6 })
    await finish(whole)
    const pruned = await createStudy({
      ...OPTIONS,
      batchSize: 6,
      pruner: { name: 'successiveHalving', minResource: 3, reductionFactor: 3 },
    })
    await finish(pruned)
    expect(states(pruned.trials).match(/p/g)?.length).toBe(8)
    for (const [i, trial] of pruned.trials.entries()) {
      const reference = whole.trials[i]
      expect(trial.params).toEqual(reference?.params)
      for (const [step, value] of trial.intermediateValues) expect(reference?.intermediateValues.get(step)).toBe(value)
      if (trial.state === 'complete') expect(trial.values).toEqual(reference?.values)
      else expect(trial.values).toEqual([[...trial.intermediateValues.values()].at(-1)])
    }
  })

  it('repeats a configuration with several seeds and on folds, and keeps the mean and every value', async () => {
    const study = await createStudy({ ...OPTIONS, repeats: { seeds: 2, folds: 3 }, recordHistories: true })
    await finish(study, { trials: 3 })
    for (const { values, userAttrs, systemAttrs } of study.trials) {
      const repeats = (userAttrs['espalier:repeats'] as number[][]).map(([value]) => value ?? Number.NaN)
      expect(repeats).toHaveLength(6)
      expect(new Set(repeats).size).toBe(6)
      expect(values?.[0]).toBeCloseTo(repeats.reduce((sum, value) => sum + value, 0) / 6, 12)
      expect(systemAttrs['espalier:histories']).toHaveLength(6)
      expect(userAttrs).not.toHaveProperty('espalier:histories')
    }
  })

  it('takes several objectives', async () => {
    const study = await createStudy({ ...OPTIONS, objective: ['testAccuracy', 'parameters'] })
    await finish(study)
    expect(study.directions).toEqual(['maximize', 'minimize'])
    for (const { values, params } of study.trials) expect(values?.[1]).toBe(4 * Number(params.units) + 1)
    const beats = ([a = 0, m = 0]: readonly number[], [b = 0, n = 0]: readonly number[]) => a >= b && m <= n && (a > b || m < n)
    const front = study.trials.filter((one) => !study.trials.some((other) => beats(other.values ?? [], one.values ?? [])))
    expect(study.bestTrials).toEqual(front)
  })

  it('never tries a configuration of a finite space twice, and ends when all are tried', async () => {
    const study = await createStudy({ ...OPTIONS, space: { ...OPTIONS.space, units: int(2, 4), learningRate: categorical([0.01, 0.1]) } })
    const events: StudyEvent[] = []
    for await (const event of study.run(backend, data)) events.push(event)
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'exhausted' })
    expect(new Set(study.trials.map(({ params }) => JSON.stringify(params))).size).toBe(12)
    expect(study.trials).toHaveLength(12)
  })
})

describe('a trial that fails', () => {
  it('is recorded with its reason, and the others have the values they have without it', async () => {
    const fine = await createStudy(OPTIONS)
    await finish(fine)
    const rates = fine.trials.map(({ params }) => Number(params.learningRate)).toSorted((a, b) => a - b)
    const middle = rates[6] ?? 0
    const broken = await createStudy({
      ...OPTIONS,
      maxEpochs: 9,
      train({ units, activation, learningRate }) {
        if (Number(learningRate) < middle) throw new RangeError('too small a rate for me')
        const layers = [
          { units: Number(units), activation: activation as 'relu' },
          { units: 1, activation: 'sigmoid' as const },
        ]
        const optimizer = { name: 'adam' as const, learningRate: Number(learningRate) }
        return { network: { inputSize: 2, loss: 'binaryCrossentropy', layers }, optimizer, batchSize: 16, epochs: 9 }
      },
    })
    await finish(broken)
    for (const [i, trial] of broken.trials.entries()) {
      if (Number(trial.params.learningRate) < middle) {
        expect(trial.state).toBe('fail')
        expect(trial.systemAttrs['espalier:reason']).toBe('RangeError: too small a rate for me')
      } else expect(trial.values).toEqual(fine.trials[i]?.values)
    }
    expect(states(broken.trials).match(/f/g)?.length).toBe(6)
  })

  it('may have diverged', async () => {
    const study = await createStudy({
      ...OPTIONS,
      train: {
        ...OPTIONS.train,
        network: { ...OPTIONS.train.network, loss: 'meanSquaredError', layers: [{ units: '$units' }, { units: 1 }] },
        optimizer: { name: 'sgd', learningRate: '$learningRate * 1e5' },
      },
    })
    await finish(study, { trials: 3 })
    expect(states(study.trials)).toBe('fff')
    expect(study.trials[0]?.systemAttrs['espalier:reason']).toMatch(/^DivergedError: the loss was no longer finite in epoch \d; a smaller/)
    expect(study.best).toBeUndefined()
  })

  it('is found among many that do not fit the memory together', async () => {
    const fine = await createStudy(OPTIONS)
    await finish(fine)
    let refused = 0
    const small: Backend = {
      ...backend,
      name: backend.name,
      description: 'a backend with little memory',
      arithmetic: backend.arithmetic,
      async createSession(population, rows) {
        const parameters = population.members.length * lastAxis(parameterLayout(population.topology).layers[0]?.output ?? []).width
        if (parameters > 14) {
          refused++
          throw new GpuError('out of memory')
        }
        return backend.createSession(population, rows)
      },
      dispose: () => backend.dispose(),
    }
    const study = await createStudy(OPTIONS)
    await finish(study, { trials: 12 }, small)
    expect(refused).toBeGreaterThan(0)
    for (const [i, { params, state, values, systemAttrs }] of study.trials.entries()) {
      if (Number(params.units) > 14) expect([state, systemAttrs['espalier:reason']]).toEqual(['fail', 'GpuError: out of memory'])
      else expect(values).toEqual(fine.trials[i]?.values)
    }
  })
})

describe('a study that is opened again', () => {
  it('goes on, also with a wider space and another sampler', async () => {
    const journal = new MemoryJournal()
    await finish(await createStudy({ ...OPTIONS, journal }), { trials: 4 })
    const again = await createStudy({
      ...OPTIONS,
      journal,
      space: { ...OPTIONS.space, units: int(2, 64, { log: true }) },
      sampler: 'quasiRandom',
    })
    expect(again.trials).toHaveLength(4)
    await finish(again, { trials: 8 })
    expect(states(again.trials)).toBe('c'.repeat(8))
  })

  it.each([
    [
      'a narrower space',
      { space: { ...OPTIONS.space, units: int(2, 3) } },
      /cannot go on: units is \d+ in its trial \d, which the changed space does not allow/,
    ],
    [
      'a space without a parameter',
      {
        space: { activation: OPTIONS.space.activation, learningRate: OPTIONS.space.learningRate },
        train: undefined,
        objective: 'minimize',
      },
      /objective was/,
    ],
    ['another seed', { seed: 4 }, /study "study" cannot go on: seed was 3 and is 4, so new trials could not be compared/],
    ['other epochs', { train: { ...OPTIONS.train, epochs: 5 } }, /train was/],
  ] as const)('is refused with %s', async (_what, change, message) => {
    const journal = new MemoryJournal()
    await finish(await createStudy({ ...OPTIONS, journal }), { trials: 6 })
    await expect(createStudy({ ...OPTIONS, ...change, journal } as StudyOptions)).rejects.toThrow(message)
  })

  it('after it was aborted, ends with the journal of an undisturbed one', async () => {
    const content = async (journal: MemoryJournal) =>
      (await journal.read(0)).map((entry) =>
        JSON.stringify(entry, (key, value: unknown) => (key.startsWith('datetime') ? undefined : value)),
      )
    const options: StudyOptions = { ...OPTIONS, batchSize: 4, pruner: { name: 'successiveHalving', minResource: 3, reductionFactor: 2 } }
    const undisturbed = new MemoryJournal()
    await finish(await createStudy({ ...options, journal: undisturbed }))
    const journal = new MemoryJournal()
    const checkpoints = new MemoryCheckpoints()
    const study = await createStudy({ ...options, journal, checkpoints })
    const controller = new AbortController()
    let rungs = 0
    const running = (async () => {
      for await (const { type } of study.run(backend, data, { budget: { trials: 12 }, signal: controller.signal })) {
        if (type === 'rung' && ++rungs === 4) controller.abort()
      }
    })()
    await expect(running).rejects.toMatchObject({ name: 'AbortError' })
    // Three rungs a batch of 4 (at 3, 6 and all 9 epochs): the second batch has come to its first, and two of it wait there.
    expect(await checkpoints.keys()).toHaveLength(2)
    for await (const { type } of study.run(backend, data, { budget: { trials: 12 } })) if (type === 'rung') break
    await finish(study)
    expect(await content(journal)).toEqual(await content(undisturbed))
    expect(await checkpoints.keys()).toEqual([])
  })
})

describe('ask and tell', () => {
  it('search a function of your own', async () => {
    const study = await createStudy({ space: { x: float(-2, 2), y: float(-2, 2) }, objective: 'minimize', sampler: 'random', seed: 1 })
    const [first, second] = await study.ask(2)
    await study.tell(second?.number ?? -1, 4)
    await study.fail(first?.number ?? -1, new Error('no luck'))
    expect(study.trials.map(({ state }) => state)).toEqual(['fail', 'complete'])
    await expect(study.tell(1, 5)).rejects.toThrow(/trial 1 is complete; only a running trial/)
    await expect(study.tell(7, 5)).rejects.toThrow(/there is no trial 7/)
    for await (const _event of study.optimize(({ x, y }) => Number(x) ** 2 + Number(y) ** 2, { budget: { trials: 30 } }));
    expect(study.trials).toHaveLength(30)
    expect(study.best?.values?.[0]).toBeLessThan(1)
  })

  it('prune by reports', async () => {
    const study = await createStudy({
      space: { x: float(0, 1) },
      objective: 'minimize',
      sampler: 'random',
      maxEpochs: 10,
      pruner: { name: 'threshold', upper: 0.5 },
    })
    const [trial] = await study.ask()
    await study.report(trial?.number ?? -1, 1, 0.4)
    expect(study.shouldPrune(0)).toBe(false)
    await study.report(0, 2, 0.6)
    expect(study.shouldPrune(0)).toBe(true)
    await study.tell(0, 0.6, 'pruned')
    expect(study.trials[0]?.state).toBe('pruned')
  })
})
