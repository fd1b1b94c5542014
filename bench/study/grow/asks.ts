// What an ask costs after some thousand trials, and what else grows with a study.

import type { Journal } from '../../../src/study/journal/journal.ts'
import { MemoryJournal } from '../../../src/study/journal/memory.ts'
import type { SamplerSpec } from '../../../src/study/sampler/create.ts'
import type { Params } from '../../../src/study/space/distributions.ts'
import { float, int, type SpaceSpec } from '../../../src/study/space/space.ts'
import { createStudy, type Study } from '../../../src/study/study.ts'

/** Five numbers and a width in logarithmic whole numbers. */
const SPACE: SpaceSpec = {
  ...Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`x${i}`, float(-5, 5)])),
  units: int(4, 512, { log: true }),
}

/** Two bowls side by side. */
function valuesOf(params: Params, objectives: number): number[] {
  const x = [0, 1, 2, 3, 4].map((i) => Number(params[`x${i}`]))
  const width = Math.log2(Number(params.units) / 64)
  const bowl = (centre: number): number => x.reduce((sum, value) => sum + (value - centre) ** 2, width ** 2)
  return [bowl(1), bowl(-1)].slice(0, objectives)
}

export interface AskCase {
  readonly sampler: SamplerSpec & string
  readonly objectives: number
  /** Whether the trials before are random ones: the sampler's proposals depend on the trials alone. Others bring state along, and ran from the start. */
  readonly filled: boolean
}

export const open = (sampler: SamplerSpec, objectives: number, journal: Journal): Promise<Study> =>
  createStudy({ space: SPACE, objective: Array(objectives).fill('minimize'), sampler, journal })

/** Runs a study up to so many trials, in the sampler's own batches. */
export async function run(study: Study, trials: number, objectives: number): Promise<void> {
  const value = (params: Params): number[] => valuesOf(params, objectives)
  for await (const event of study.optimize(value, { budget: { trials } })) void event
}

/** Seconds of each of `count` asks for one trial, each told before the next. */
async function asks(study: Study, count: number, objectives: number): Promise<number[]> {
  const taken: number[] = []
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    const [trial] = await study.ask()
    taken.push((performance.now() - start) / 1000)
    if (trial !== undefined) await study.tell(trial.number, valuesOf(trial.params, objectives))
  }
  return taken
}

export async function measureAsks({ sampler, objectives, filled }: AskCase, trials: number, count: number): Promise<number[]> {
  const journal = new MemoryJournal()
  await run(await open(filled ? 'random' : sampler, objectives, journal), trials, objectives)
  const study = await open(sampler, objectives, journal)
  return asks(study, count, objectives)
}

/** Seconds for so many of 10,000 configurations. */
export async function measureGrid(trials: number): Promise<number> {
  const study = await createStudy({ space: { a: int(0, 99), b: int(0, 99) }, objective: 'minimize', sampler: 'grid' })
  const start = performance.now()
  for (let i = 0; i < trials; i++) {
    const [trial] = await study.ask()
    if (trial !== undefined) await study.tell(trial.number, Number(trial.params.a) + Number(trial.params.b))
  }
  return (performance.now() - start) / 1000
}

/** Seconds for trials `first` to `last` by TPE, asked for and told one by one. */
export async function measureJournal(journal: Journal, first: number, last: number): Promise<number> {
  await run(await open('random', 1, journal), first, 1)
  const study = await open('tpe', 1, journal)
  const start = performance.now()
  await asks(study, last - first, 1)
  return (performance.now() - start) / 1000
}
