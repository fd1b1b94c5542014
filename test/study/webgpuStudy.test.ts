import { type Backend, createStudy, MemoryJournal, openBackend, type StudyOptions } from 'espalier'
import { expect, it } from 'vitest'
import { expectClose } from '../support/close.ts'
import { OPTIONS, RING } from '../support/ring.ts'
import { describeOnGpu } from '../support/webgpu.ts'

/** A study is the same whatever trains it, but for rounding; and the same bits on the same device. */

const STUDY: StudyOptions = {
  ...OPTIONS,
  repeats: 2,
  batchSize: 6,
  pruner: { name: 'successiveHalving', minResource: 3, reductionFactor: 3 },
}

async function run(backend: Backend) {
  const journal = new MemoryJournal()
  const study = await createStudy({ ...STUDY, journal })
  for await (const _event of study.run(backend, RING, { budget: { trials: 12 } }));
  return { trials: study.trials, values: study.trials.map(({ values }) => values?.[0] ?? Number.NaN) }
}

describeOnGpu('a study on WebGPU', (gpu) => {
  it('has the trials it has on WASM, with values as near as float32 is', async () => {
    const [onGpu, onWasm] = await Promise.all([openBackend({ prefer: 'webgpu', gpu }), openBackend({ prefer: 'wasm', workers: 0 })])
    try {
      const [first, second, wasm] = [await run(onGpu), await run(onGpu), await run(onWasm)]
      expect(second.values).toEqual(first.values)
      expect(first.trials.map(({ state, params }) => ({ state, params }))).toEqual(
        wasm.trials.map(({ state, params }) => ({ state, params })),
      )
      expectClose(first.values, wasm.values, 'values')
    } finally {
      await Promise.all([onGpu.dispose(), onWasm.dispose()])
    }
  })
})
