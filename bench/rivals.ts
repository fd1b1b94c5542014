import type { Run, StartRun, Subject } from './peers/peer.ts'
import { type RivalName, steps, type Trial } from './workloads.ts'

/** What came of a rival at a workload. */
export interface Rival {
  readonly name: RivalName
  /** Seconds of the whole work, in each round beside espalier; none where it did not run, for this reason. */
  readonly seconds: readonly number[]
  readonly missing?: string
  readonly comparison?: Comparison
}

/** Test accuracy after the same steps from the same weights. */
interface Comparison {
  /** Over all trials compared. */
  readonly steps: number
  readonly accuracy: number
  readonly rivalAccuracy: number
}

/** A rival at one workload, a part a round. */
export class Contender {
  readonly #name: RivalName
  readonly #subject: Subject
  readonly #run: Run | string
  readonly #seconds: number[] = []

  private constructor(name: RivalName, subject: Subject, run: Run | string) {
    this.#name = name
    this.#subject = subject
    this.#run = run
  }

  /** @param start how it runs the workload, or why it does not */
  static async start(name: RivalName, start: StartRun | string, subject: Subject): Promise<Contender> {
    return new Contender(name, subject, typeof start === 'string' ? start : await start(subject))
  }

  async trainPart(): Promise<void> {
    if (typeof this.#run !== 'string') this.#seconds.push(await this.#run.trainPart())
  }

  /** @param accuracyOf espalier's accuracy after the comparison's steps of these trials */
  async finish(accuracyOf: (trials: readonly Trial[]) => Promise<number>): Promise<Rival> {
    const [name, run, seconds] = [this.#name, this.#run, this.#seconds]
    if (typeof run === 'string') return { name, seconds, missing: run }
    const rivalAccuracy = await run.accuracy()
    await run.dispose()
    if (rivalAccuracy === undefined) return { name, seconds }
    const { workload, rounds } = this.#subject
    const compared = run.trials.reduce((sum, trial) => sum + steps(trial, workload.comparison(rounds)), 0)
    return { name, seconds, comparison: { steps: compared, accuracy: await accuracyOf(run.trials), rivalAccuracy } }
  }
}
