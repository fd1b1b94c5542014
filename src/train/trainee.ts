import type { Backend, EpochResult, MemberState, Session } from '../backend/backend.ts'
import type { Member, Topology } from '../core/population.ts'
import { Controller } from './control.ts'
import { appendEpoch, copyHistory, emptyHistory, type History } from './history.ts'
import { type Checkpoint, FitResult, type Stopped } from './result.ts'

/** A member on its way: its history, its controller, and the state to come back to. */
export class Trainee {
  readonly index: number
  readonly member: Member
  readonly controller: Controller
  /** Epochs after which this run of it ends. */
  readonly goal: number
  readonly history: History
  stopped: Stopped | undefined
  #best: Checkpoint['best']
  /** The state after the last whole epochs, kept when training may be aborted. */
  #kept: MemberState | undefined

  constructor(index: number, member: Member, resume: Checkpoint | undefined, recordStepLosses: boolean, until: number) {
    this.index = index
    this.member = member
    this.controller = new Controller(member)
    this.goal = Math.min(member.epochs, until)
    this.history = resume === undefined ? emptyHistory(recordStepLosses) : copyHistory(resume.history)
    this.#best = resume?.best
    this.#kept = resume?.state
    for (const result of replayed(this.history)) this.#decide(result)
    this.#checkGoal()
  }

  /** Epochs done. */
  get epoch(): number {
    return this.history.loss.length
  }

  rates(count: number): number[] {
    return Array.from({ length: count }, (_, i) => this.controller.learningRate(this.epoch + i))
  }

  /** Takes an epoch; reads the state of a best one. */
  async accept(result: EpochResult, rate: number, session: Session): Promise<void> {
    appendEpoch(this.history, result, rate)
    const improved = this.#decide(result)
    if (improved) this.#best = { epoch: this.epoch - 1, parameters: (await session.readState(this.index)).parameters }
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

  async keep(session: Session): Promise<void> {
    this.#kept = await session.readState(this.index)
  }

  /** The result, from the session or, when that was interrupted, from what was kept. */
  async result(backend: Backend, topology: Topology, session: Session | undefined): Promise<FitResult> {
    const state = session === undefined ? this.#kept : await session.readState(this.index)
    if (state === undefined) throw new Error('an interrupted member was not kept')
    const checkpoint: Checkpoint = {
      epoch: this.epoch,
      optimizer: this.member.optimizer.name,
      state,
      history: this.history,
      ...(this.#best === undefined ? {} : { best: this.#best }),
    }
    return new FitResult(backend, topology, this.member, checkpoint, this.stopped ?? 'aborted')
  }
}

/** A history as the results it was made of, for the controller to see again. */
function replayed(history: History): EpochResult[] {
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
