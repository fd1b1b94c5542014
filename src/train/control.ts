/** Decides between epochs what a member's learning rate is and whether it continues. A pure function of its history, so the same history gives the same state. */

import type { EpochResult } from '../backend/backend.ts'
import type { EarlyStopping, Member } from '../core/population.ts'
import { type LearningRateSchedule, scheduledRate } from '../core/schedules.ts'

const higherIsBetter = (monitor: EarlyStopping['monitor']): boolean => monitor === 'accuracy' || monitor === 'testAccuracy'

function monitored(result: EpochResult, monitor: EarlyStopping['monitor']): number {
  const value = { loss: result.loss, accuracy: result.accuracy, testLoss: result.test?.loss, testAccuracy: result.test?.accuracy }[monitor]
  return value ?? Number.NaN
}

/** Keeps the best value of a series; an improvement is larger than minDelta. */
class Best {
  value: number
  /** Epochs since the best one. */
  waited = 0
  readonly #sign: 1 | -1
  readonly #minDelta: number

  constructor(higher: boolean, minDelta: number) {
    this.#sign = higher ? 1 : -1
    this.#minDelta = minDelta
    this.value = higher ? -Infinity : Infinity
  }

  /** Whether this is an improvement. */
  offer(value: number): boolean {
    const improved = this.#sign * (value - this.value) > this.#minDelta
    if (improved) this.value = value
    this.waited = improved ? 0 : this.waited + 1
    return improved
  }
}

/** Keras's ReduceLROnPlateau (`keras/src/callbacks/reduce_lr_on_plateau.py`): multiplies the rate when the monitored loss stalls. */
class Plateau {
  factor = 1
  #cooling = 0
  readonly #best: Best
  readonly #schedule: Extract<LearningRateSchedule, { name: 'reduceOnPlateau' }>

  constructor(schedule: Extract<LearningRateSchedule, { name: 'reduceOnPlateau' }>) {
    this.#schedule = schedule
    this.#best = new Best(false, schedule.minDelta ?? 1e-4)
  }

  offer(result: EpochResult): void {
    const { monitor = 'testLoss', factor = 0.1, patience = 10, cooldown = 0 } = this.#schedule
    if (this.#cooling > 0) {
      this.#cooling--
      this.#best.waited = 0
    }
    this.#best.offer(monitored(result, monitor))
    if (this.#cooling > 0) this.#best.waited = 0
    if (this.#best.waited < Math.max(1, patience)) return
    this.factor *= factor
    this.#cooling = cooldown
    this.#best.waited = 0
  }
}

export type Verdict = 'goOn' | 'earlyStopping' | 'diverged'

export class Controller {
  readonly #member: Member
  readonly #plateau: Plateau | undefined
  readonly #stopping: Best | undefined
  #epochs = 0
  /** The epoch whose weights early stopping brings back. */
  bestEpoch: number | undefined

  constructor(member: Member) {
    this.#member = member
    const { learningRateSchedule: schedule, earlyStopping } = member
    if (schedule?.name === 'reduceOnPlateau') this.#plateau = new Plateau(schedule)
    if (earlyStopping !== undefined) this.#stopping = new Best(higherIsBetter(earlyStopping.monitor), earlyStopping.minDelta)
  }

  /** Whether a decision depends on every epoch's result. */
  get watchesEpochs(): boolean {
    return this.#plateau !== undefined || this.#stopping !== undefined
  }

  learningRate(epoch: number): number {
    const { optimizer, learningRateSchedule: schedule, epochs } = this.#member
    const scheduled = scheduledRate(optimizer.learningRate, schedule, epoch, epochs)
    if (this.#plateau === undefined || schedule?.name !== 'reduceOnPlateau') return scheduled
    return Math.min(scheduled, Math.max(scheduled * this.#plateau.factor, schedule.minimum ?? 0))
  }

  /** Takes an epoch's result; `improved` says whether its weights are the best so far. */
  offer(result: EpochResult): { verdict: Verdict; improved: boolean } {
    const epoch = this.#epochs++
    if (result.diverged) return { verdict: 'diverged', improved: false }
    this.#plateau?.offer(result)
    const stopping = this.#member.earlyStopping
    if (this.#stopping === undefined || stopping === undefined) return { verdict: 'goOn', improved: false }
    const improved = this.#stopping.offer(monitored(result, stopping.monitor))
    if (improved) this.bestEpoch = epoch
    return { verdict: this.#stopping.waited >= Math.max(1, stopping.patience) ? 'earlyStopping' : 'goOn', improved }
  }
}
