// What a training returns: history, weights, predictions, and a checkpoint to resume from.

import type { Backend, Evaluation, MemberState } from '../backend/backend.ts'
import { EspalierError, InvalidDataError } from '../core/errors.ts'
import { checkExamples, checkFeatures, type GivenExamples, readExamples, readRows } from '../core/examples.ts'
import { inputSizeOf, parameterLayout, splitParameters, type Weights } from '../core/layout.ts'
import type { MetricName } from '../core/names.ts'
import type { Numbers } from '../core/numbers.ts'
import type { OptimizerName } from '../core/optimizers.ts'
import type { Features, Member, Topology } from '../core/population.ts'
import { reportingSchema } from '../core/spec.ts'
import { parseSpec } from '../core/validate.ts'
import { checkMetrics } from './check.ts'
import type { History } from './history.ts'
import { positiveName } from './positive.ts'

/** The state of a member at the end of an epoch. Passed as `resume`, training continues with the same bits as if it had never stopped. */
export interface Checkpoint {
  /** Epochs done. */
  readonly epoch: number
  /** Whose state it is. */
  readonly optimizer: OptimizerName
  /** The options that it keeps arrays of state for, as momentum or amsgrad; absent in checkpoints from before 0.2. */
  readonly stateOptions?: readonly string[]
  readonly state: MemberState
  readonly history: History
  /** With early stopping: the best parameters so far, and their state, in core's flat orders, and their epoch. */
  readonly best?: { readonly epoch: number; readonly parameters: Float32Array; readonly state?: Float32Array }
  /** The number of the class that its metrics are about; absent if they are means over all classes, and in checkpoints of 0.1. */
  readonly positiveClass?: number
}

/** `paused`: `until` was reached, and more epochs were asked for. */
export type Stopped = 'completed' | 'paused' | 'earlyStopping' | 'callback' | 'diverged' | 'aborted'

/** A trained network. It stays usable while its backend is open. */
export class FitResult {
  readonly history: History
  /** Per layer kernel (inputs x units, row-major) and bias; the best epoch's when early stopping restores them. */
  readonly weights: Weights
  readonly stopped: Stopped
  /** The epoch, from 0, whose loss was no longer finite. */
  readonly divergedAt: number | undefined
  /** The epoch early stopping found best, from 0. */
  readonly bestEpoch: number | undefined
  readonly checkpoint: Checkpoint
  /**
   * The class that precision, recall, F1 and AUC are about, by its name in the training data, or its number; undefined if they are means over all
   * classes, and for networks without classes.
   */
  readonly positiveClass: string | undefined
  /** What was trained, with all numbers filled in. */
  readonly topology: Topology
  readonly member: Member
  readonly #backend: Backend

  /** @internal fit makes one. */
  constructor(
    backend: Backend,
    topology: Topology,
    member: Member,
    checkpoint: Checkpoint,
    stopped: Stopped,
    classNames: readonly string[] | undefined,
  ) {
    const { parameters, state = new Float32Array() } =
      (member.earlyStopping?.restoreBest === true ? checkpoint.best : undefined) ?? checkpoint.state
    this.#backend = backend
    this.topology = topology
    this.member = member
    this.checkpoint = checkpoint
    this.stopped = stopped
    this.history = checkpoint.history
    this.positiveClass = positiveName(checkpoint.positiveClass, classNames)
    this.divergedAt = stopped === 'diverged' ? checkpoint.epoch - 1 : undefined
    this.bestEpoch = checkpoint.best?.epoch
    this.weights = splitParameters(parameters, state, parameterLayout(topology))
  }

  /**
   * The outputs, rows x units of the last layer, for features: rows x inputSize, row-major, or one array per row.
   * @param scale multiplies bytes: the scale of the data the network was trained on, or 1 for bytes as they are
   * @throws InvalidDataError naming row and column, and for bytes without a scale; DisposedError after the backend's dispose
   */
  async predict(features: Numbers | readonly Numbers[], scale?: number): Promise<Float32Array> {
    const inputSize = inputSizeOf(this.topology)
    const given = readRows(features, inputSize, 'predict')
    if (given.features instanceof Uint8Array && scale === undefined) {
      throw new InvalidDataError(
        'predict.features are bytes and no scale is given; pass the one of the training data, as in predict(test.features, test.scale), or 1 for bytes as they are',
      )
    }
    const kept: Features = { ...given, ...(scale === undefined ? {} : { scale }) }
    checkFeatures(kept, this.topology, 'predict')
    const session = await this.#backend.createSession(this.#population(), {})
    try {
      return await session.predict(0, kept)
    } finally {
      await session.dispose()
    }
  }

  /** Loss (penalties included), accuracy, and metrics of other rows; metrics of classes are about `positiveClass`, as in training. */
  async evaluate(examples: GivenExamples, metrics: readonly MetricName[] = []): Promise<Evaluation> {
    const test = readExamples(examples, 'examples')
    checkExamples(test, this.topology, 'examples')
    const names = parseSpec(reportingSchema, { metrics }).metrics ?? []
    checkMetrics(names, this.topology)
    const { positiveClass } = this.checkpoint
    const session = await this.#backend.createSession(this.#population(), { test, metrics: names, positiveClass })
    try {
      return await session.evaluate(0)
    } finally {
      await session.dispose()
    }
  }

  #population() {
    return { topology: this.topology, members: [{ ...this.member, initialWeights: this.weights }] }
  }
}

/** Training was aborted by its signal. The results hold each member as of the last complete epoch; there are none if training had not begun. */
export class AbortedError extends EspalierError {
  override readonly name = 'AbortError'
  readonly results: readonly FitResult[]

  constructor(results: readonly FitResult[], reason: unknown) {
    super('training was aborted; `results` holds what was trained until then', { cause: reason })
    this.results = results
  }
}
