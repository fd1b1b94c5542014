import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createStudy, float, type StudyOptions } from 'espalier'
import { FileJournal } from 'espalier/node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { pimaFile, run, temporaryFolder } from '../cli/support.ts'
import { describeWithOptuna, type Optuna, startOptuna } from '../support/optuna.ts'

/** What a study of Optuna says beside its trials, and what Optuna makes of ours. */

describeWithOptuna('a study that Optuna shares', () => {
  let optuna: Optuna
  beforeAll(() => {
    optuna = startOptuna('beside.py')
  })
  afterAll(() => optuna?.close())

  const options = { space: { x: float(0, 1) }, sampler: 'random', seed: 1 } as const
  const minimized = (...names: string[]): StudyOptions['objective'] => names.map((metric) => ({ metric, direction: 'minimize' as const }))

  it('has names of objectives and enqueued trials from Optuna, which are read and run', async () => {
    const path = join(temporaryFolder(), 'journal')
    expect(await optuna.ask({ path, create: ['error', 'size'] })).toMatchObject({
      trials: [
        ['waiting', {}],
        ['waiting', {}],
      ],
    })
    const study = await createStudy({ ...options, objective: minimized('error', 'size'), journal: new FileJournal(path) })
    expect(study.metricNames).toEqual(['error', 'size'])
    for await (const { type } of study.optimize(({ x }) => [Number(x), 1], { budget: { trials: 4 } })) if (type === 'end') break
    expect(study.trials.map(({ values }) => values?.[0]).slice(0, 2)).toEqual([0.125, 0.25])
    const { names, trials } = (await optuna.ask({ path, read: 'study' })) as unknown as {
      names: string[]
      trials: [string, { x: number }][]
    }
    expect(names).toEqual(['error', 'size'])
    expect(trials.map(([state, { x }]) => [state, x])).toEqual(study.trials.map(({ params }) => ['complete', params.x]))
  })

  it('has those of ours in Optuna', async () => {
    const path = join(temporaryFolder(), 'journal')
    const study = await createStudy({ ...options, objective: minimized('error'), journal: new FileJournal(path) })
    await study.enqueue({ x: 0.375 })
    expect(await optuna.ask({ path, read: 'study' })).toEqual({ names: ['error'], trials: [['waiting', {}]] })
    expect(await optuna.ask({ path, trials: 2 })).toEqual({ trials: 2, errors: [] })
    for await (const { type } of study.optimize(({ x }) => Number(x), { budget: { trials: 3 } })) if (type === 'end') break
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete'])
    expect(study.trials[0]?.values).toEqual([0.375])
  })

  it('is resumed as the copy that it is, not as the original whose file it has', async () => {
    const folder = temporaryFolder()
    const { batchSize, epochs, network, optimizer, data } = { ...pimaFile, epochs: 2 }
    const train = { network, optimizer: { ...optimizer, learningRate: '$rate' }, batchSize, epochs }
    const file = { data, space: { rate: float(0.001, 0.1) }, train, objective: 'testLoss', sampler: 'random', budget: { trials: 2 } }
    writeFileSync(join(folder, 'study.yaml'), stringify(file))
    const path = join(folder, 'study.journal')
    expect((await run(['study', join(folder, 'study.yaml')])).code).toBe(0)
    await optuna.ask({ path, copy: 'copied' })
    const { stderr, code } = await run(['resume', path, '--name', 'copied', '--trials', '3'])
    expect(stderr).toContain('Going on after 2 trials with study "copied"')
    expect(code).toBe(0)
    const count = async (read: string) => ((await optuna.ask({ path, read })) as unknown as { trials: unknown[] }).trials.length
    expect([await count('study'), await count('copied')]).toEqual([2, 3])
  })
})
