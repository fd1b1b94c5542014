// One instance of the kernels, which trains, evaluates and predicts for the members it holds.

import { at, missing } from '../../core/at.ts'
import { EspalierError } from '../../core/errors.ts'
import type { Features } from '../../core/population.ts'
import type { EpochResult, Evaluation, MemberState } from '../backend.ts'
import { epochResult, evaluationOf, type RowSums } from '../results.ts'
import type { Exports, ModuleCall } from './exports.ts'
import { initialize } from './initialize.ts'
import type { MadeKernels } from './made/kernels.ts'
import type { MemberPlan, RowsPlan, SessionPlan } from './plan.ts'
import type { SharedInstance, TeamInstance } from './team.ts'

/** Rows evaluated at a time at least: enough to keep the tiles full, few enough to stay in cache. */
const EVALUATION_ROWS = 128

/** What an engine holds before its first session. */
const EMPTY: SessionPlan = {
  network: [],
  members: [],
  inputSize: 0,
  outputs: { size: 0, classes: 0, classifies: false, fromLogits: false },
  batchSize: 1,
  parameters: 0,
  stateSize: 0,
  whole: false,
  train: undefined,
  test: undefined,
  metrics: [],
  positiveClass: undefined,
}

/** Instances of kernels for single networks that are kept, the latest. */
const MOST_KERNELS = 16

/** Trains steps first … last - 1, as assembly/step.ts does; see made/network.ts. 0 when a loss was not finite. */
type TrainMade = (
  member: number,
  first: number,
  last: number,
  weights: number,
  order: number,
  features: number,
  targets: number,
  scratch: number,
) => number

/** `rest` trains the last batch of an epoch, where that is smaller. */
interface Kernels {
  readonly train: TrainMade
  readonly rest?: TrainMade
}

/** One instance of the module, holding one session at a time. Every call is synchronous. */
export class Engine {
  #plan = EMPTY
  // Addresses of the rows to train on, to test on, and to predict.
  #train = 0
  #test = 0
  #probe = 0
  /** Of members with kernels of their own, those, and where they work. */
  #made: (Kernels & { readonly scratch: number })[] = []
  /** Kernels by their numbers, as instances on this one's memory; the latest last. */
  readonly #kernels = new Map<number, Kernels>()
  readonly #wasm: Exports
  /** The same instance, where its memory is shared. */
  readonly #leader: TeamInstance | undefined

  constructor(exports: Exports, leader?: TeamInstance) {
    this.#wasm = exports
    this.#leader = leader
  }

  static async create(module: WebAssembly.Module): Promise<Engine> {
    const instance = await WebAssembly.instantiate(module, { env: { abort: () => undefined } })
    return new Engine(instance.exports as unknown as Exports)
  }

  get bytes(): number {
    return this.#wasm.memory.buffer.byteLength
  }

  get stepsPerEpoch(): number {
    return Math.ceil(this.#trainRows / this.batchSize)
  }

  get batchSize(): number {
    return this.#plan.batchSize
  }

  get outputs(): number {
    return this.#plan.outputs.size
  }

  get #trainRows(): number {
    return this.#plan.train?.examples.rows ?? 0
  }

  get testRows(): number {
    return this.#plan.test?.examples.rows ?? 0
  }

  /** Where others can help with the session that is laid out; undefined without a shared memory. */
  get shared(): SharedInstance | undefined {
    return this.#leader?.share()
  }

  /** Sends helpers home. */
  endTurn(turn: number): void {
    this.#leader?.exports.end_turn(turn)
  }

  /**
   * Forgets the session it held and lays out another, in slices: it yields now and then, and must be run to its end.
   * @param threads how many will work on it, helpers included
   */
  *open(plan: SessionPlan, threads = 1): Generator<void> {
    try {
      yield* this.#layOut(plan, threads)
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error
      throw new EspalierError('the host refused the memory this population and its data need; use fewer members, rows or units', {
        cause: error,
      })
    }
  }

  *#layOut(plan: SessionPlan, threads: number): Generator<void> {
    const wasm = this.#wasm
    const { network, members, train, test, metrics, inputSize, whole } = plan
    this.#plan = plan
    this.#made = []
    this.#make(network)
    this.#leader?.exports.set_threads(threads)
    wasm.lay_out(members.length, EVALUATION_ROWS, this.#trainRows, whole)
    this.#leader?.exports.gather_team()
    this.#train = train === undefined ? 0 : this.#addRows(train)
    this.#test = test === undefined ? 0 : this.#addRows(test)
    if (this.#test !== 0 && metrics.length > 0) wasm.add_predictions(this.#test)
    this.#probe = wasm.add_rows(EVALUATION_ROWS, inputSize, 4, 1, true, false, false)
    wasm.add_predictions(this.#probe)
    for (const [index, member] of members.entries()) yield* this.#addMember(member, index)
  }

  #make(calls: readonly ModuleCall[]): void {
    for (const [name, ...numbers] of calls) (this.#wasm[name] as (...numbers: readonly (number | boolean)[]) => void)(...numbers)
  }

  #addRows({ examples, targets, classes, classOfRow }: RowsPlan): number {
    const wasm = this.#wasm
    const { features, rows, scale, sampleWeights } = examples
    const bytes = features instanceof Uint8Array ? 1 : 4
    const { inputSize } = this.#plan
    const at = wasm.add_rows(rows, inputSize, bytes, scale ?? 1, classes, sampleWeights !== undefined, classOfRow !== undefined)
    if (features instanceof Uint8Array) new Uint8Array(wasm.memory.buffer).set(features, wasm.features_address(at) >>> 0)
    else this.#floats(wasm.features_address(at), features.length).set(features)
    if (classes) this.#integers(wasm.targets_address(at), rows).set(targets)
    else this.#floats(wasm.targets_address(at), targets.length).set(targets)
    if (sampleWeights !== undefined) this.#floats(wasm.weights_address(at), rows).set(sampleWeights)
    if (classOfRow !== undefined) this.#integers(wasm.class_of_row_address(at), rows).set(classOfRow)
    return at
  }

  *#addMember({ settings, classWeights, seed, shuffle, dialect, slots, firstSlot, tensors }: MemberPlan, index: number): Generator<void> {
    const wasm = this.#wasm
    wasm.add_member(slots)
    const weights = classWeights === undefined ? 0 : wasm.allocate(classWeights.length * 4)
    if (classWeights !== undefined) this.#floats(weights, classWeights.length).set(classWeights)
    wasm.set_member(index, seed, shuffle, dialect === 'keras2.2', weights)
    this.#make(settings)
    if (slots > 0 && firstSlot > 0) {
      this.#parameters().fill(firstSlot)
      wasm.write_parameters(index, 1)
    }
    yield* initialize(wasm, wasm.transfer_address(), tensors, seed)
    wasm.write_parameters(index, 0)
    const { parameters, stateSize } = this.#plan
    if (stateSize > 0) this.#writeStates(index, this.#floats(wasm.transfer_address() + parameters * 4, stateSize).slice())
  }

  startEpoch(member: number, epoch: number, learningRate: number): void {
    this.#wasm.set_learning_rate(member, learningRate)
    this.#wasm.start_epoch(member, this.#train, epoch)
  }

  /** Trains steps first … last - 1 of the epoch; false when a loss was not finite, and training stopped there. */
  trainSteps(member: number, epoch: number, first: number, last: number): boolean {
    const wasm = this.#wasm
    const made = this.#made[member]
    if (made === undefined) return wasm.train(member, this.#train, epoch, first, last) !== 0
    const order = this.#memberOf(member).shuffle ? wasm.order_address() : 0
    const data = [wasm.features_address(this.#train), wasm.targets_address(this.#train)] as const
    const addresses = [wasm.parameters_address(member), order, ...data, made.scratch] as const
    const whole = Math.min(last, Math.floor(this.#trainRows / this.batchSize))
    if (first < whole && made.train(member, first, whole, ...addresses) === 0) return false
    return whole === last || made.rest?.(member, whole, last, ...addresses) !== 0
  }

  /** Kernels for members of the session that is laid out. */
  async take({ id, module, scratch, members }: MadeKernels): Promise<void> {
    const plan = this.#plan
    const known = this.#kernels.get(id)
    const kernels = known ?? ((await WebAssembly.instantiate(module, { main: { ...this.#wasm } })).exports as unknown as Kernels)
    this.#kernels.delete(id)
    this.#kernels.set(id, kernels)
    const [oldest] = this.#kernels.keys()
    if (this.#kernels.size > MOST_KERNELS && oldest !== undefined) this.#kernels.delete(oldest)
    // Another session may have been laid out meanwhile; and a network may not be small, for company.
    if (plan !== this.#plan || this.#wasm.parameters_address(0) === 0) return
    const made = { ...kernels, scratch: this.#wasm.allocate(scratch) }
    for (const member of members) this.#made[member] = made
  }

  /** What the rows trained since `startEpoch` came to. */
  epochResult(member: number, diverged: boolean, stepLosses: Float32Array | undefined): Omit<EpochResult, 'test'> {
    return epochResult(this.#plan.outputs, this.#trainRows, this.#sums(member), diverged, stepLosses)
  }

  stepLosses(): Float32Array {
    return this.#floats(this.#wasm.step_losses_address(), this.stepsPerEpoch).slice()
  }

  /** Evaluates test rows first … last - 1; the last slice returns the result of all. */
  evaluateRows(member: number, first: number, last: number): Evaluation | undefined {
    this.#wasm.evaluate(member, this.#test, first, last)
    const { test, outputs, metrics } = this.#plan
    if (test === undefined || last < test.examples.rows) return undefined
    const predictions =
      metrics.length > 0 ? this.#floats(this.#wasm.predictions_address(this.#test), test.examples.rows * outputs.size) : new Float32Array()
    const { dialect } = this.#memberOf(member)
    return evaluationOf(outputs, dialect, this.#plan, test.examples, this.#sums(member), this.#wasm.penalties(member), predictions)
  }

  #sums(member: number): RowSums {
    return { loss: this.#wasm.loss_sum(member), right: this.#wasm.correct_sum(member) }
  }

  /** Outputs of features' rows first … last - 1, into `result` (rows x outputs). */
  predictRows(member: number, { features, scale }: Features, first: number, last: number, result: Float32Array): void {
    const { outputs } = this
    const { inputSize } = this.#plan
    const factor = Math.fround(scale ?? 1)
    for (let start = first; start < last; start += EVALUATION_ROWS) {
      const count = Math.min(EVALUATION_ROWS, last - start)
      const inputs = this.#floats(this.#wasm.features_address(this.#probe), count * inputSize)
      const chunk = features.subarray(start * inputSize, (start + count) * inputSize)
      inputs.set(chunk)
      if (chunk instanceof Uint8Array) for (let i = 0; i < inputs.length; i++) inputs[i] = (inputs[i] ?? missing(inputs, i)) * factor
      this.#wasm.predict(member, this.#probe, count)
      result.set(this.#floats(this.#wasm.predictions_address(this.#probe), count * outputs), start * outputs)
    }
  }

  readState(member: number): MemberState {
    const wasm = this.#wasm
    const read = (slot: number): Float32Array => {
      wasm.read_parameters(member, slot)
      return this.#parameters().slice()
    }
    const slots = Array.from({ length: this.#memberOf(member).slots }, (_, slot) => read(slot + 1))
    const pending = wasm.pending(member)
    return {
      parameters: read(0),
      slots,
      steps: wasm.steps(member),
      products: [wasm.product1(member), wasm.product2(member), wasm.product3(member)],
      ...(this.#plan.stateSize === 0 ? {} : { state: this.#readStates(member) }),
      ...(pending === 0 ? {} : { pending }),
    }
  }

  writeState(member: number, { parameters, slots, steps, products, state, pending = 0 }: MemberState): void {
    const write = (values: Float32Array, slot: number): void => {
      this.#parameters().set(values)
      this.#wasm.write_parameters(member, slot)
    }
    write(parameters, 0)
    slots.slice(0, this.#memberOf(member).slots).forEach((values, slot) => {
      write(values, slot + 1)
    })
    if (state !== undefined) this.#writeStates(member, state)
    this.#wasm.set_progress(member, steps, pending, ...products)
  }

  #memberOf(member: number): MemberPlan {
    return at(this.#plan.members, member)
  }

  #readStates(member: number): Float32Array {
    this.#wasm.read_states(member)
    return this.#floats(this.#wasm.transfer_address(), this.#plan.stateSize).slice()
  }

  #writeStates(member: number, state: Float32Array): void {
    this.#floats(this.#wasm.transfer_address(), state.length).set(state)
    this.#wasm.write_states(member)
  }

  // Views are made anew each time: a memory that grows leaves the old ones empty. The module's 32-bit numbers are signed outside of
  // it, so an address beyond 2 GiB arrives negative.
  #floats(address: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#wasm.memory.buffer as ArrayBuffer, address >>> 0, length)
  }

  #integers(address: number, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#wasm.memory.buffer as ArrayBuffer, address >>> 0, length)
  }

  #parameters(): Float32Array<ArrayBuffer> {
    return this.#floats(this.#wasm.transfer_address(), this.#plan.parameters)
  }
}
