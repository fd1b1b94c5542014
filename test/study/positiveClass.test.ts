import { type Backend, createStudy, fit, fromArrays, int, MemoryJournal, openBackend, readStudies, trainTestSplit } from 'espalier'
import { fromSafetensors, modelOf, toSafetensors } from 'espalier/formats'
import { renderMarkdown, studyReport } from 'espalier/report'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** The class that metrics of classes are of, from the rows of training to the report of a study. */

const ROWS = 200
/** One row in ten is "rare", and far from the others; by its name it stands first. */
const isRare = (row: number): boolean => row % 10 === 0
const all = fromArrays({
  features: Array.from({ length: ROWS }, (_, row) => [Math.sin(row) + (isRare(row) ? 3 : 0), Math.cos(3 * row)]),
  targets: Array.from({ length: ROWS }, (_, row) => !isRare(row)),
  task: 'binary',
  classNames: ['rare', 'usual'],
})
const data = trainTestSplit(all, { testFraction: 0.3, stratify: true, seed: 1 })
const network = {
  inputSize: 2,
  loss: 'binaryCrossentropy' as const,
  layers: [
    { units: 3, activation: 'tanh' as const },
    { units: 1, activation: 'sigmoid' as const },
  ],
}
const spec = {
  network,
  optimizer: { name: 'adam' as const, learningRate: 0.05 },
  epochs: 4,
  seed: 2,
  metrics: ['f1' as const, 'recall' as const],
}

describe('the positive class', () => {
  let backend: Backend
  beforeAll(async () => {
    backend = await openBackend({ prefer: 'wasm', workers: 0 })
  })
  afterAll(() => backend.dispose())

  it('is the rarer of two, or the one that is named; events and results name it', async () => {
    const heard = new Set<string | undefined>()
    const onEpoch = ({ positiveClass }: { positiveClass: string | undefined }) => void heard.add(positiveClass)
    const rarer = await fit(backend, { ...spec, callbacks: { onEpoch } }, data)
    const first = await fit(backend, { ...spec, positiveClass: 'rare' }, data)
    const second = await fit(backend, { ...spec, positiveClass: 1 }, data)
    expect([...heard]).toEqual(['rare'])
    expect([rarer, first, second].map(({ positiveClass }) => positiveClass)).toEqual(['rare', 'rare', 'usual'])
    expect(rarer.history.testMetrics).toEqual(first.history.testMetrics)
    const said = (await rarer.predict(data.test.features)).map((p) => Number(p > 0.5))
    const rows = Array.from(data.test.targets, (target, i) => ({ target, said: said[i] }))
    for (const [result, index] of [
      [rarer, 0],
      [second, 1],
    ] as const) {
      const recall =
        rows.filter((row) => row.target === index && row.said === index).length / rows.filter((row) => row.target === index).length
      expect(result.history.testMetrics.recall?.at(-1)).toBe(recall)
    }
  })

  it('is refused where there is no such class, with a suggestion', async () => {
    await expect(fit(backend, { ...spec, positiveClass: 'rarr' }, data)).rejects.toThrow(
      'positiveClass is "rarr"; it must be one of "rare", "usual", or a number from 0 to 1; did you mean "rare"?',
    )
    await expect(fit(backend, { ...spec, positiveClass: 2 }, data)).rejects.toThrow(/positiveClass is 2; it must be/)
    const { train } = data
    const plain = { features: train.features, rows: train.rows, targets: train.targets }
    await expect(fit(backend, { ...spec, positiveClass: 'rare' }, { train: plain, test: data.test })).rejects.toThrow(
      /must be a number from 0 to 1/,
    )
    const numbers = { network: { ...network, loss: 'meanSquaredError' as const, layers: [{ units: 1 }] }, positiveClass: 1 }
    await expect(fit(backend, numbers, { train: plain })).rejects.toThrow(/has no classes/)
  })

  it('is kept by a checkpoint, also in a file; one of 0.1 is of the second class', async () => {
    const half = await fit(backend, { ...spec, epochs: 2 }, data)
    const { checkpoint } = fromSafetensors(toSafetensors(modelOf(half, { data: data.train })))
    expect(checkpoint?.positiveClass).toBe(0)
    const whole = await fit(backend, spec, data)
    expect((await fit(backend, { ...spec, resume: checkpoint }, data)).history).toEqual(whole.history)
    await expect(fit(backend, { ...spec, resume: checkpoint, positiveClass: 'usual' }, data)).rejects.toThrow(
      'positiveClass is usual; the metrics of resume[0] are of rare, so it must be left out',
    )
    const { positiveClass: _, ...old } = (await fit(backend, { ...spec, epochs: 2, positiveClass: 1 }, data)).checkpoint
    const resumed = await fit(backend, { ...spec, resume: old }, data)
    expect(resumed.positiveClass).toBe('usual')
    expect(resumed.history).toEqual((await fit(backend, { ...spec, positiveClass: 1 }, data)).history)
  })

  const { metrics: _, ...train } = spec
  const template = { ...train, network: { ...network, layers: [{ units: '$units', activation: 'tanh' }, network.layers[1]] } } as never
  const options = { space: { units: int(2, 4) }, objective: 'f1', train: template, sampler: 'random', seed: 1 } as const
  const run = async (journal: MemoryJournal, trials: number, positiveClass?: string, rows = data) => {
    const study = await createStudy({ ...options, journal, positiveClass })
    for await (const _event of study.run(backend, rows, { budget: { trials } }));
    return study
  }

  it('is the same in all trials of a study: the journal keeps it, and the report names it', async () => {
    const journal = new MemoryJournal()
    const study = await run(journal, 2)
    expect(study.systemAttrs['espalier:positive_class']).toEqual({ index: 0, name: 'rare' })
    expect(renderMarkdown(studyReport(study))).toContain('f1 of rare')
    const further = await run(journal, 3)
    expect(further.systemAttrs['espalier:positive_class']).toEqual({ index: 0, name: 'rare' })
    await expect(run(journal, 4, 'usual')).rejects.toThrow(
      /positiveClass is "usual"; the metrics of the study's earlier trials are of "rare"/,
    )
    const [trial] = study.trials
    const alone = await fit(
      backend,
      {
        ...spec,
        seed: 1,
        network: {
          ...network,
          layers: [
            { units: Number(trial?.params.units), activation: 'tanh' },
            { units: 1, activation: 'sigmoid' },
          ],
        },
      },
      data,
    )
    expect(trial?.values).toEqual([alone.history.testMetrics.f1?.at(-1)])
  })

  it('is the second in a study whose journal does not say it', async () => {
    const journal = new MemoryJournal()
    await run(journal, 2, 'usual')
    const entries = (await journal.read(0)).filter((entry) => !JSON.stringify(entry).includes('positive_class'))
    const old = new MemoryJournal()
    await old.append(entries)
    await run(old, 3)
    const [record] = await readStudies(old)
    expect(record?.systemAttrs['espalier:positive_class']).toEqual({ index: 1, name: 'usual' })
  })
})
