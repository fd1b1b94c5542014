import { createStudy, float, MemoryJournal, type StudyOptions } from 'espalier'
import { describe, expect, it, vi } from 'vitest'
import { EntryWriter } from '../../src/study/journal/entries.ts'
import { drain, OPTIONS, started, states } from './told.ts'

/** What others left running, and how long a trial may take. */

describe('trials that others left running', () => {
  it.each(['random', 'tpe', 'gaussianProcess', 'cmaEs', { name: 'nsga2', populationSize: 10 }] as const)(
    'keep no sampler from the end of the budget: %j',
    async (sampler) => {
      const journal = new MemoryJournal()
      const options: StudyOptions = { space: { x: float(-5, 5), y: float(-5, 5) }, objective: 'minimize', sampler, seed: 1, journal }
      // Whoever asked is gone; so is an Optuna process that had suggested nothing yet.
      for (let i = 0; i < 3; i++) await (await createStudy(options)).ask()
      await journal.append([new EntryWriter({ worker: 'optuna', now: () => new Date() }).createTrial(0)])
      const study = await createStudy(options)
      const events = await drain(study.optimize(({ x, y }) => Number(x) ** 2 + Number(y) ** 2, { budget: { trials: 40 } }))
      expect(events.at(-1)).toEqual({ type: 'end', reason: 'budget' })
      expect([study.trials.length, states(study, 'complete'), states(study, 'running')]).toEqual([40, 36, 4])
      // One that turns out to be alive tells its value; one that is gone is closed by hand.
      await study.tell(0, 1)
      await study.fail(1, 'its process is gone')
      expect(states(study, 'running')).toBe(2)
    },
  )

  it('keep no asker waiting, but those that it was given itself do', async () => {
    const journal = new MemoryJournal()
    const options: StudyOptions = { ...OPTIONS, sampler: { name: 'cmaEs', populationSize: 4 }, journal }
    await (await createStudy(options)).ask(2)
    const study = await createStudy(options)
    const own = await study.ask(6)
    expect(own.map(({ number }) => number)).toEqual([2, 3])
    expect(await study.ask()).toEqual([])
    for (const { number } of own) await study.tell(number, 1)
    expect(await study.ask(2)).toHaveLength(2)
  })

  it('and that a killed run left are evaluated by the next, each once', async () => {
    const journal = new MemoryJournal()
    const first = await started({ journal, batchSize: 4 })
    for await (const { type } of first.optimize(({ x }) => Number(x), { budget: { trials: 9 } })) if (type === 'batch') break
    expect(states(first, 'running')).toBe(4)
    const second = await started({ journal, batchSize: 4 })
    const called: number[] = []
    await drain(second.optimize(({ x }, { number }) => called.push(number) && Number(x), { budget: { trials: 9 } }))
    expect(called).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(states(second, 'complete')).toBe(9)
  })
})

describe('optimize', () => {
  it('fails a trial that takes too long, and tells its objective by the signal', async () => {
    const study = await started({ batchSize: 4 })
    const reasons: unknown[] = []
    const began = performance.now()
    const objective = ({ x }: { readonly [name: string]: unknown }, { number }: { readonly number: number }, signal: AbortSignal) => {
      if (number === 0)
        return new Promise<number>((_, reject) =>
          signal.addEventListener('abort', () => reasons.push(signal.reason) && reject(signal.reason)),
        )
      // Heeds no signal, and would never end.
      if (number === 1) return new Promise<number>(() => undefined)
      if (number === 2) for (const end = performance.now() + 150; performance.now() < end; );
      return Number(x)
    }
    await drain(study.optimize(objective, { budget: { trials: 6 }, trialSeconds: 0.1 }))
    expect(performance.now() - began).toBeLessThan(5000)
    expect(study.trials.map(({ state }) => state)).toEqual(['fail', 'fail', 'fail', 'complete', 'complete', 'complete'])
    for (const number of [0, 1, 2])
      expect(study.trials[number]?.systemAttrs['espalier:reason']).toBe(
        'TrialTimeoutError: it took longer than the 0.1 s that a trial may take',
      )
    expect(reasons).toEqual([expect.objectContaining({ name: 'TrialTimeoutError' })])
  })

  it('stops by a signal within a moment; what had ended is kept, and the rest is evaluated by the next run', async () => {
    const journal = new MemoryJournal()
    const study = await started({ journal, batchSize: 3 })
    const controller = new AbortController()
    let aborted = 0
    const objective = ({ x }: { readonly [name: string]: unknown }, { number }: { readonly number: number }, signal: AbortSignal) => {
      signal.addEventListener('abort', () => aborted++)
      if (number === 1) setTimeout(() => controller.abort(new Error('enough')), 20)
      return number === 2 ? new Promise<number>(() => undefined) : Number(x)
    }
    const stopped = drain(study.optimize(objective, { budget: { trials: 6 }, signal: controller.signal }))
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'running'])
    expect(aborted).toBeGreaterThan(0)
    const again = await started({ journal, batchSize: 3 })
    const called: number[] = []
    await drain(again.optimize(({ x }, { number }) => called.push(number) && Number(x), { budget: { trials: 6 } }))
    expect(called).toEqual([2, 3, 4, 5])
    expect(states(again, 'complete')).toBe(6)
  })

  it('leaves no timer behind, and calls nothing under a signal that has aborted', async () => {
    const study = await started()
    const objective = vi.fn(() => 1)
    const none = drain(study.optimize(objective, { budget: { trials: 2 }, signal: AbortSignal.abort() }))
    await expect(none).rejects.toMatchObject({ name: 'AbortError' })
    expect([objective.mock.calls.length, study.trials.length]).toEqual([0, 0])
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    await drain(study.optimize(objective, { budget: { trials: 3 }, trialSeconds: 1000 }))
    expect(timers()).toBe(before)
  })
})
