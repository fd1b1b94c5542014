// One member during a training: its history, its learning rate, and its last known state.

import type { Backend, EpochResult, MemberState, Session } from '../backend/backend.ts'
import { at } from '../core/at.ts'
import { stateOptionsOf } from '../core/optimizers.ts'
import type { Member, Topology } from '../core/population.ts'
import { Controller } from './control.ts'
import { appendEpoch, copyHistory, emptyHistory, type History } from './history.ts'
import { type Checkpoint, FitResult, type Stopped } from './result.ts'

/** A member during training: its history, its controller, and the state to return to. */
export class Trainee {
  readonly index: number
  readonly member: Member
  readonly controller: Controller
  /** The number of epochs after which this run ends. */
  readonly goal: number
  readonly history: History
  stopped: Stopped | undefined
  #best: Checkpoint['best']
  /** A state and its epoch, kept if training may be aborted. */
  #kept: { readonly epoch: number; readonly state: MemberState } | undefined

  constructor(index: number, member: Member, resume: Checkpoint | undefined, recordStepLosses: boolean, until: number) {
    this.index = index
    this.member = member
    this.controller = new Controller(member)
    this.goal = Math.min(member.epochs, until)
    this.history = resume === undefined ? emptyHistory(recordStepLosses) : copyHistory(resume.history)
    this.#best = resume?.best
    this.#kept = resume === undefined ? undefined : { epoch: this.epoch, state: resume.state }
    for (const result of resultsOf(this.history)) this.#decide(result)
    this.#checkGoal()
  }

  /** Epochs done. */
  get epoch(): number {
    return this.history.loss.length
  }

  rates(count: number): number[] {
    return Array.from({ length: count }, (_, i) => this.controller.learningRate(this.epoch + i))
  }

  /**
   * Takes the epochs of an order together with the state at their end, so that history and state always belong to the same epoch. Without a state, that
   * of a best epoch is read.
   */
  async accept(results: readonly EpochResult[], rates: readonly number[], state: MemberState | undefined, session: Session): Promise<void> {
    for (const [i, result] of results.entries()) {
      appendEpoch(this.history, result, at(rates, i))
      const improved = this.#decide(result)
      if (improved) {
        const { parameters, state: kept } = state ?? (await session.readState(this.index))
        this.#best = { epoch: this.epoch - 1, parameters, ...(kept === undefined ? {} : { state: kept }) }
      }
    }
    if (state !== undefined) this.keep(state)
    this.#checkGoal()
  }

  #checkGoal(): void {
    if (this.epoch >= this.goal) this.stopped ??= this.epoch >= this.member.epochs ? 'completed' : 'paused'
  }

  #decide(result: EpochResult): boolean {
    const { verdict, improved } = this.controller.offer(result)
    if (verdict !== 'goOn') this.stopped = verdict
    return improved
  }

  /** @param state at its current epoch */
  keep(state: MemberState): void {
    this.#kept = { epoch: this.epoch, state }
  }

  /** Whether its result can be returned without its session. */
  get isKept(): boolean {
    return this.#kept?.epoch === this.epoch
  }

  /** The result, from the kept state or else from the session. */
  async result(session: Session | undefined, { backend, topology, positiveClass, classNames }: ResultParts): Promise<FitResult> {
    const state = this.isKept ? this.#kept?.state : await session?.readState(this.index)
    if (state === undefined) throw new Error('an interrupted member was not kept')
    const checkpoint: Checkpoint = {
      epoch: this.epoch,
      optimizer: this.member.optimizer.name,
      stateOptions: stateOptionsOf(this.member.optimizer),
      state,
      history: this.history,
      ...(this.#best === undefined ? {} : { best: this.#best }),
      ...(positiveClass === undefined ? {} : { positiveClass }),
    }
    return new FitResult(backend, topology, this.member, checkpoint, this.stopped ?? 'aborted', classNames)
  }
}

/** What all members' results have in common. */
export interface ResultParts {
  readonly backend: Backend
  readonly topology: Topology
  readonly positiveClass: number | undefined
  readonly classNames: readonly string[] | undefined
}

/** A history as the results it was made from, to run the controller over them again. */
function resultsOf(history: History): EpochResult[] {
  return history.loss.map((loss, i) => ({
    loss,
    accuracy: history.accuracy[i] ?? Number.NaN,
    test:
      history.testLoss[i] === undefined
        ? undefined
        : { loss: history.testLoss[i], accuracy: history.testAccuracy[i] ?? Number.NaN, metrics: {} },
    stepLosses: undefined,
    diverged: !Number.isFinite(loss),
  }))
}
