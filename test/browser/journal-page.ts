import { EntryWriter } from '../../src/study/journal/entries.ts'
import { IndexedDbCheckpoints } from '../../src/study/journal/indexeddb/checkpoints.ts'
import { IndexedDbJournal } from '../../src/study/journal/indexeddb/journal.ts'
import { stringifyJson } from '../../src/study/journal/json.ts'
import { float } from '../../src/study/space/space.ts'
import { createStudy } from '../../src/study/study.ts'
import type { Checkpoint } from '../../src/train/result.ts'

/** What journal.test.ts calls inside a page. */

const NAME = 'a study ü😀'
const write = new EntryWriter({ worker: 'page', now: () => new Date(0) })

/** Appends entries one by one, in pairs. */
export async function append(key: string, count: number): Promise<void> {
  const journal = new IndexedDbJournal(NAME)
  for (let i = 0; i < count; i++)
    await journal.append([write.setStudyUserAttr(0, key, i), write.setTrialIntermediateValue(0, i, i % 2 ? Number.NaN : -0)])
  await journal.close()
}

/** The entries as text, which keeps NaN and -0 on the way out of the page. */
export async function lines(): Promise<string[]> {
  const journal = new IndexedDbJournal(NAME)
  const entries = await journal.read(0)
  await journal.close()
  return entries.map(stringifyJson)
}

const checkpoint = (): Checkpoint => ({
  epoch: 3,
  optimizer: 'adam',
  state: { parameters: Float32Array.of(1, -0, Number.NaN), slots: [Float32Array.of(1e-45)], steps: 9, products: [0.1, 1 / 3, 1] },
  history: { loss: [Number.NaN], accuracy: [], testLoss: [], testAccuracy: [], testMetrics: { auc: [0.5] }, learningRate: [0.1] },
})

export async function saveCheckpoint(): Promise<void> {
  const store = new IndexedDbCheckpoints(NAME)
  await store.save('trial', [checkpoint()])
  await store.close()
}

/** The bits of the checkpoint, and the rest as text. */
const shown = (checkpoints: readonly Checkpoint[] | undefined): string[] =>
  (checkpoints ?? []).map(({ epoch, optimizer, state, history }) => {
    const bits = [state.parameters, ...state.slots].map((values) => [...new Uint32Array(values.slice().buffer)])
    return stringifyJson({ epoch, optimizer, steps: state.steps, products: state.products, bits, history: { ...history } })
  })

export async function loadCheckpoint(): Promise<{ loaded: string[]; expected: string[] }> {
  const store = new IndexedDbCheckpoints(NAME)
  const loaded = await store.load('trial')
  await store.close()
  return { loaded: shown(loaded), expected: shown([checkpoint()]) }
}

const OPTIONS = { space: { x: float(0, 1) }, objective: 'minimize', sampler: 'random', seed: 1 } as const

/** Asks and tells so many trials, each its x. @returns their numbers */
export async function askAndTell(count: number): Promise<number[]> {
  const journal = new IndexedDbJournal('asked')
  const study = await createStudy({ ...OPTIONS, journal })
  const numbers: number[] = []
  for (let i = 0; i < count; i++) {
    for (const { number, params } of await study.ask()) {
      await study.tell(number, Number(params.x))
      numbers.push(number)
    }
  }
  await journal.close()
  return numbers
}

/** Of every trial its state, its value and its x. */
export async function asked(): Promise<[string, number | undefined, unknown][]> {
  const journal = new IndexedDbJournal('asked')
  const { trials } = await createStudy({ ...OPTIONS, journal })
  await journal.close()
  return trials.map(({ state, values, params }) => [state, values?.[0], params.x])
}

/** Begins a search that goes on until the page is closed. */
export async function searchOn(): Promise<void> {
  const study = await createStudy({ ...OPTIONS, journal: new IndexedDbJournal('searched') })
  await study.optimize(() => new Promise<number>(() => undefined), { budget: { trials: 4 } }).next()
}

/** The same to its end. @returns how many trials are complete, or why it could not be done */
export async function search(): Promise<number | string> {
  const study = await createStudy({ ...OPTIONS, journal: new IndexedDbJournal('searched') })
  try {
    for await (const { type } of study.optimize(({ x }) => Number(x), { budget: { trials: 4 } })) if (type === 'end') break
    return study.trials.filter(({ state }) => state === 'complete').length
  } catch (error) {
    return String(error)
  }
}
