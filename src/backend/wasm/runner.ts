/** Runs long work in short slices, so that a thread notices an abort and reports its progress. */

import type { Features } from '../../core/population.ts'
import type { EpochResult, Evaluation } from '../backend.ts'
import type { Engine } from './engine.ts'
import type { MessageListener } from './messageListener.ts'
import type { SessionPlan } from './plan.ts'

/** How long a call into the module may take, in ms. */
const CALL_MS = 8
/** Rows of a first call, before its cost is known. */
const FIRST_ROWS = 64

/** What a thread needs to know about the outside while it works. */
export interface Control {
  readonly aborted: () => boolean
  readonly progress: (done: number) => void
  readonly listener: MessageListener
}

export interface MemberOrder {
  readonly member: number
  readonly firstEpoch: number
  readonly learningRates: readonly number[]
  readonly recordStepLosses: boolean
}

/** Thrown inside a thread; the session outside rejects with the signal's own reason. */
export class Aborted extends Error {}

/** Work done of a call's total. */
class Share {
  done = 0
  readonly total: number

  constructor(total: number) {
    this.total = total
  }
}

async function listenWhenDue({ listener, aborted, progress }: Control, done: number): Promise<void> {
  if (!listener.due) return
  progress(done)
  await listener.listen()
  if (aborted()) throw new Aborted()
}

/** Sizes calls by the cost of the last one, and receives messages now and then. */
class Pace {
  #size: number
  readonly #control: Control
  readonly #share: Share

  constructor(control: Control, share: Share, size: number) {
    this.#control = control
    this.#share = share
    this.#size = size
  }

  /** Runs `work` over first … last - 1 in slices of about CALL_MS. `weight` is what one of them counts in the progress. */
  async over(last: number, weight: number, work: (from: number, to: number) => boolean): Promise<boolean> {
    for (let from = 0; from < last; ) {
      const to = Math.min(last, from + Math.max(1, Math.floor(this.#size)))
      const before = performance.now()
      const goOn = work(from, to)
      const took = performance.now() - before
      const perItem = took / (to - from)
      if (to - from >= Math.floor(this.#size) || took > CALL_MS) {
        this.#size = Math.min(this.#size * 4, CALL_MS / Math.max(perItem, 1e-6))
      }
      this.#share.done += (to - from) * weight
      from = to
      await listenWhenDue(this.#control, this.#share.done / this.#share.total)
      if (!goOn) return false
    }
    return true
  }
}

/** Trains members one after the other, each epoch followed by an evaluation when there is test data. */
export async function trainMembers(engine: Engine, orders: readonly MemberOrder[], control: Control): Promise<EpochResult[][]> {
  const { stepsPerEpoch: steps, batchSize } = engine
  // A step is about three times the work of evaluating its rows.
  const epochWork = steps * batchSize * 3 + engine.testRows
  const total = orders.reduce((sum, order) => sum + order.learningRates.length, 0) * epochWork
  const share = new Share(total)
  const training = new Pace(control, share, Math.max(1, FIRST_ROWS / batchSize))
  const evaluation = new Pace(control, share, FIRST_ROWS)
  const results: EpochResult[][] = []
  for (const { member, firstEpoch, learningRates, recordStepLosses } of orders) {
    const epochs: EpochResult[] = []
    for (const [i, rate] of learningRates.entries()) {
      const epoch = firstEpoch + i
      engine.startEpoch(member, epoch, rate)
      const finite = await training.over(steps, batchSize * 3, (from, to) => engine.trainSteps(member, epoch, from, to))
      const diverged = !finite
      // Before the evaluation, whose sums take the place of the epoch's.
      const trained = engine.epochResult(member, diverged, recordStepLosses ? engine.stepLosses() : undefined)
      epochs.push({ ...trained, test: diverged ? undefined : await evaluate(engine, member, evaluation) })
      if (diverged) break
    }
    results.push(epochs)
  }
  return results
}

async function evaluate(engine: Engine, member: number, pace: Pace): Promise<Evaluation | undefined> {
  let result: Evaluation | undefined
  await pace.over(engine.testRows, 1, (from, to) => {
    result = engine.evaluateRows(member, from, to)
    return true
  })
  return result
}

/** Lays a session out. */
export async function openSession(engine: Engine, plan: SessionPlan, threads: number, control: Control): Promise<void> {
  for (const _ of engine.open(plan, threads)) await listenWhenDue(control, 0)
}

export async function predictMember(
  engine: Engine,
  member: number,
  features: Features,
  control: Control,
): Promise<Float32Array<ArrayBuffer>> {
  const result = new Float32Array(features.rows * engine.outputs)
  await new Pace(control, new Share(features.rows), FIRST_ROWS).over(features.rows, 1, (from, to) => {
    engine.predictRows(member, features, from, to, result)
    return true
  })
  return result
}

export function evaluateMember(engine: Engine, member: number, control: Control): Promise<Evaluation | undefined> {
  return evaluate(engine, member, new Pace(control, new Share(Math.max(1, engine.testRows)), FIRST_ROWS))
}
