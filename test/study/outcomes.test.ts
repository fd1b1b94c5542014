import { type Backend, createStudy, MemoryJournal, openBackend, readStudies, type StudyOptions } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { constraintsOf } from '../../src/study/feasibility.ts'
import { RING as data, OPTIONS } from '../support/ring.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openBackend({ prefer: 'wasm', workers: 0 })
})
afterAll(() => backend.dispose())

async function trained(options: Partial<StudyOptions>) {
  const journal = new MemoryJournal()
  const study = await createStudy({ ...OPTIONS, ...options, journal })
  for await (const _ of study.run(backend, data, { budget: { trials: 12 } }));
  return { study, journal }
}

/** Two inputs, one hidden layer, one output. */
const parametersOf = (units: unknown): number => 4 * Number(units) + 1

describe('outcome constraints of trained networks', () => {
  it('are measured, kept as Optuna keeps them, and met by the best', async () => {
    const { study: free } = await trained({})
    const { study, journal } = await trained({
      outcomeConstraints: [
        { metric: 'parameters', atMost: 30 },
        { metric: 'test_accuracy', atLeast: 0.4, atMost: 1 },
      ],
    })
    // The sampler is random: the same networks, of which the large ones are left out.
    expect(study.trials.map(({ values }) => values)).toEqual(free.trials.map(({ values }) => values))
    const [record] = await readStudies(journal)
    for (const trial of record?.trials ?? []) {
      const constraints = constraintsOf(trial)
      expect([...constraints.keys()]).toEqual(['parameters <= 30', 'testAccuracy <= 1', 'testAccuracy >= 0.4'])
      expect(constraints.get('parameters <= 30')).toBe(parametersOf(trial.params.units) - 30)
      expect(trial.systemAttrs['constraints:parameters <= 30']).toBe(parametersOf(trial.params.units) - 30)
    }
    const small = free.trials.filter(({ params }) => parametersOf(params.units) <= 30)
    expect(small.length).toBeLessThan(12)
    expect(parametersOf(free.best?.params.units)).toBeGreaterThan(30)
    expect(study.best?.values?.[0]).toBe(Math.min(...small.map(({ values }) => values?.[0] ?? 9)))
  })

  it('are of the mean over the repeats, and of metrics that are no objective', async () => {
    const { study } = await trained({ repeats: 2, objective: 'parameters', outcomeConstraints: [{ metric: 'auc', atLeast: 0.7 }] })
    const excess = study.trials.map((trial) => constraintsOf(trial).get('auc >= 0.7') ?? Number.NaN)
    for (const one of excess) expect(Math.abs(one)).toBeLessThan(0.7)
    expect(excess.some((one) => one > 0) && excess.some((one) => one < 0)).toBe(true)
    expect(excess[study.best?.number ?? -1]).toBeLessThan(0)
  })

  it('stay the same in a study that goes on', async () => {
    const { journal } = await trained({ outcomeConstraints: [{ metric: 'parameters', atMost: 30 }] })
    const again = (atMost: number) => createStudy({ ...OPTIONS, outcomeConstraints: [{ metric: 'parameters', atMost }], journal })
    await expect(again(30)).resolves.toBeDefined()
    await expect(again(40)).rejects.toThrow('outcomeConstraints was')
  })

  it.each([
    [[{ metric: 'parameter', atMost: 3 }], 'outcomeConstraints[0].metric is "parameter"; it must be one of loss'],
    [[{ metric: 'parameters' }], 'must hold atMost or atLeast'],
    [[{ metric: 'parameters', atMost: Number.NaN }], 'outcomeConstraints[0].atMost is NaN'],
    [[{ metric: 'parameters', below: 3 }], 'below is not a field'],
    [['parameters <= 3'], 'outcomeConstraints[0]'],
  ])('are refused where they say nothing: %j', async (outcomeConstraints, message) => {
    await expect(createStudy({ ...OPTIONS, outcomeConstraints } as never)).rejects.toThrow(message)
  })

  it('are told where nothing is trained', async () => {
    const { train: _train, ...untrained } = OPTIONS
    await expect(
      createStudy({ ...untrained, objective: 'minimize', outcomeConstraints: [{ metric: 'parameters', atMost: 3 }] }),
    ).rejects.toThrow('setConstraint')
  })

  it('need test rows where they are of them', async () => {
    const study = await createStudy({ ...OPTIONS, objective: 'loss', outcomeConstraints: [{ metric: 'testLoss', atMost: 3 }] })
    await expect(study.run(backend, { train: data.train }, { budget: { trials: 1 } }).next()).rejects.toThrow('testLoss')
  })
})
