// What an ask costs after some thousand trials, and what else grows with a study.

import { EntryWriter } from '../../../src/study/journal/entries.ts'
import { FileJournal } from '../../../src/study/journal/file/journal.ts'
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

/** What the sampler `grid` goes through: 10,000 configurations. */
const GRID: SpaceSpec = { a: int(0, 99), b: int(0, 99) }

/** Seconds of something, by the clock on the wall and of the processor, all threads together. */
export interface Cost {
  readonly wall: number
  readonly processor: number
}

/** Starts a clock; what it gives says how long that has been. */
function clock(): () => Cost {
  const start = performance.now()
  const { user, system } = process.cpuUsage()
  return () => {
    const now = process.cpuUsage()
    return { wall: (performance.now() - start) / 1000, processor: (now.user + now.system - user - system) / 1e6 }
  }
}

/** Two bowls side by side, or a slope over the grid. */
function valuesOf(params: Params, objectives: number): number[] {
  if (params.a !== undefined) return [Number(params.a) + Number(params.b)]
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

const open = (sampler: SamplerSpec, objectives: number, journal: Journal): Promise<Study> =>
  createStudy({ space: sampler === 'grid' ? GRID : SPACE, objective: Array(objectives).fill('minimize'), sampler, journal })

/** Runs a study up to so many trials, in the sampler's own batches. */
async function run(study: Study, trials: number, objectives: number): Promise<void> {
  const value = (params: Params): number[] => valuesOf(params, objectives)
  for await (const event of study.optimize(value, { budget: { trials } })) void event
}

/** What each of `count` asks for one trial takes, each told before the next. */
async function asks(study: Study, count: number, objectives: number): Promise<Cost[]> {
  const taken: Cost[] = []
  for (let i = 0; i < count; i++) {
    const cost = clock()
    const [trial] = await study.ask()
    taken.push(cost())
    if (trial !== undefined) await study.tell(trial.number, valuesOf(trial.params, objectives))
  }
  return taken
}

/** How large a study is, and how many asks of it, before the one that counts: both sides then have loaded, and compiled, what they need. */
const WARM = { trials: 60, count: 30 }

export async function measureAsks(one: AskCase, trials: number, count: number): Promise<Cost[]> {
  await asksAfter(one, WARM.trials, WARM.count)
  return asksAfter(one, trials, count)
}

async function asksAfter({ sampler, objectives, filled }: AskCase, trials: number, count: number): Promise<Cost[]> {
  const journal = new MemoryJournal()
  await run(await open(filled ? 'random' : sampler, objectives, journal), trials, objectives)
  return asks(await open(sampler, objectives, journal), count, objectives)
}

/** For so many of the grid's 10,000 configurations. */
export async function measureGrid(trials: number): Promise<Cost> {
  const study = await open('grid', 1, new MemoryJournal())
  const cost = clock()
  await asks(study, trials, 1)
  return cost()
}

/** For trials `first` to `last` by TPE, asked for and told one by one. */
export async function measureJournal(journal: Journal, first: number, last: number): Promise<Cost> {
  await run(await open('random', 1, journal), first, 1)
  const study = await open('tpe', 1, journal)
  const cost = clock()
  await asks(study, last - first, 1)
  return cost()
}

/** For opening a trial that reported so many times, in the journal at `path`, which is written first. */
export async function measureOpen(path: string, reports: number): Promise<Cost> {
  const journal = new FileJournal(path)
  await (await open('random', 1, journal)).ask()
  const writer = new EntryWriter({ worker: 'bench', now: () => new Date() })
  await journal.append(Array.from({ length: reports }, (_, step) => writer.setTrialIntermediateValue(0, step, 1 / (1 + step))))
  const cost = clock()
  const study = await open('random', 1, new FileJournal(path))
  const taken = cost()
  if (study.trials[0]?.intermediateValues.size !== reports) throw new Error('the reports were not read')
  return taken
}

/** Writes a journal of so many random trials. */
export async function writeJournal(path: string, trials: number): Promise<void> {
  const journal = new FileJournal(path)
  await run(await open('random', 1, journal), trials, 1)
  await journal.close()
}
