// Times a peer at one workload.

import type { Run, StartRun, Subject } from './peers/peer.ts'
import { type PeerName, steps, type Trial } from './workloads.ts'

/** What came of a peer at a workload. */
export interface PeerResult {
  readonly name: PeerName
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
  readonly peerAccuracy: number
}

/** A peer at one workload, a part a round. */
export class TimedPeer {
  readonly #name: PeerName
  readonly #subject: Subject
  readonly #run: Run | string
  readonly #seconds: number[] = []

  private constructor(name: PeerName, subject: Subject, run: Run | string) {
    this.#name = name
    this.#subject = subject
    this.#run = run
  }

  /** @param start how it runs the workload, or why it does not */
  static async start(name: PeerName, start: StartRun | string, subject: Subject): Promise<TimedPeer> {
    return new TimedPeer(name, subject, typeof start === 'string' ? start : await start(subject))
  }

  async trainPart(): Promise<void> {
    if (typeof this.#run !== 'string') this.#seconds.push(await this.#run.trainPart())
  }

  /** @param accuracyOf espalier's accuracy after the comparison's steps of these trials */
  async finish(accuracyOf: (trials: readonly Trial[]) => Promise<number>): Promise<PeerResult> {
    const [name, run, seconds] = [this.#name, this.#run, this.#seconds]
    if (typeof run === 'string') return { name, seconds, missing: run }
    const peerAccuracy = await run.accuracy()
    await run.dispose()
    if (peerAccuracy === undefined) return { name, seconds }
    const { workload, rounds } = this.#subject
    const compared = run.trials.reduce((sum, trial) => sum + steps(trial, workload.comparison(rounds)), 0)
    return { name, seconds, comparison: { steps: compared, accuracy: await accuracyOf(run.trials), peerAccuracy } }
  }
}
