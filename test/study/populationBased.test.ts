import {
  type Backend,
  createStudy,
  finalParams,
  fit,
  MemoryCheckpoints,
  openBackend,
  type StudyEvent,
  type StudyOptions,
  type Trial,
} from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RING as data, OPTIONS } from '../support/ring.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openBackend({ prefer: 'wasm', workers: 0 })
})
afterAll(() => backend.dispose())

async function finish(study: Awaited<ReturnType<typeof createStudy>>): Promise<StudyEvent[]> {
  const events: StudyEvent[] = []
  for await (const event of study.run(backend, data, { budget: { trials: 6 } })) events.push(event)
  return events
}

describe('population-based training', () => {
  const options: StudyOptions = {
    ...OPTIONS,
    pruner: { name: 'populationBased', vary: ['learningRate'], interval: 3, trials: 6, quantile: 0.34 },
  }
  const spec = (params: Trial['params']) => ({
    network: {
      inputSize: 2,
      loss: 'binaryCrossentropy' as const,
      layers: [
        { units: Number(params.units), activation: params.activation as 'relu' },
        { units: 1, activation: 'sigmoid' as const },
      ],
    },
    optimizer: { name: 'adam' as const, learningRate: Number(params.learningRate) },
    batchSize: 16,
    epochs: 9,
    seed: 3,
  })

  it('lets the worst go on from the networks of the best, with other values', async () => {
    const study = await createStudy(options)
    await finish(study)
    expect(study.trials.map(({ state }) => state)).toEqual(Array(6).fill('complete'))
    const taken = study.trials.flatMap(({ number, userAttrs }) =>
      ((userAttrs['espalier:replacements'] ?? []) as unknown as { step: number; from: number; params: Trial['params'] }[]).map((entry) => ({
        number,
        ...entry,
      })),
    )
    const atRung = taken.filter(({ step }) => step === 3)
    expect(taken).toHaveLength(4)
    expect(atRung).toHaveLength(2)
    const order = study.trials
      .toSorted((a, b) => (a.intermediateValues.get(3) ?? 0) - (b.intermediateValues.get(3) ?? 0))
      .map(({ number }) => number)
    expect(new Set(atRung.map(({ number }) => number))).toEqual(new Set(order.slice(-2)))
    for (const trial of study.trials) {
      const last = taken.findLast(({ number }) => number === trial.number)
      expect(finalParams(trial)).toEqual(last?.params ?? trial.params)
    }
    for (const { number } of taken) {
      const again = await study.retrain(number, backend, data)
      expect(study.trials[number]?.values).toEqual([again.history.testLoss.at(-1)])
    }
    for (const { number, from, params } of atRung) {
      expect(order.slice(0, 2)).toContain(from)
      const source = study.trials[from]?.params ?? {}
      expect({ ...params, learningRate: 0 }).toEqual({ ...source, learningRate: 0 })
      const three = await fit(backend, { ...spec(source), epochs: 3 }, data)
      const six = await fit(backend, { ...spec(params), epochs: 6, resume: three.checkpoint }, data)
      expect(study.trials[number]?.intermediateValues.get(6)).toBe(six.history.testLoss[5])
    }
  })

  it.each([
    ['without checkpoints', undefined],
    ['from checkpoints', new MemoryCheckpoints()],
  ])('goes on after an abort as if there had been none, %s', async (_how, checkpoints) => {
    const undisturbed = await createStudy(options)
    await finish(undisturbed)
    const study = await createStudy({ ...options, checkpoints })
    let rungs = 0
    for await (const { type } of study.run(backend, data, { budget: { trials: 6 } })) if (type === 'rung' && ++rungs === 2) break
    await finish(study)
    const plain = (trials: readonly Trial[]) => trials.map(({ datetimeStart: _start, datetimeComplete: _complete, ...trial }) => trial)
    expect(plain(study.trials)).toEqual(plain(undisturbed.trials))
  })

  it('goes on from checkpoints of which some are a rung older, and from scratch when some are lost', async () => {
    const undisturbed = await createStudy(options)
    await finish(undisturbed)
    const plain = (trials: readonly Trial[]) => trials.map(({ datetimeStart: _start, datetimeComplete: _complete, ...trial }) => trial)
    for (const lost of [false, true]) {
      const store = new MemoryCheckpoints()
      const study = await createStudy({ ...options, checkpoints: store })
      const older = new Map<string, Awaited<ReturnType<typeof store.load>>>()
      let rungs = 0
      for await (const { type } of study.run(backend, data, { budget: { trials: 6 } })) {
        if (type !== 'rung') continue
        if (++rungs === 2) break
        for (const key of await store.keys()) older.set(key, await store.load(key))
      }
      // As if killed between two saves.
      for (const [i, key] of (await store.keys()).toSorted().entries()) {
        const checkpoints = older.get(key)
        if (i % 2 === 0 && lost) await store.delete(key)
        else if (i % 2 === 0 && checkpoints !== undefined) await store.save(key, checkpoints)
      }
      await finish(study)
      expect(plain(study.trials)).toEqual(plain(undisturbed.trials))
    }
  })
})
