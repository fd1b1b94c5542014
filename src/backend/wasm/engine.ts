// One instance of the kernels, which trains, evaluates and predicts for the members it holds.

import { TASKS } from '../../core/abi.ts'
import { missing } from '../../core/at.ts'
import { EspalierError } from '../../core/errors.ts'
import { targetsAreClasses } from '../../core/examples.ts'
import { inputSizeOf, type Layout, outputSizeOf, parameterLayout } from '../../core/layout.ts'
import { LOSSES, resolveLoss, takesSums, targetsFor, targetsPerRow, taskOf } from '../../core/losses.ts'
import { classOfRows } from '../../core/metrics.ts'
import type { MetricName } from '../../core/names.ts'
import { initialSlot, needsWholeGradient, OPTIMIZERS, type Optimizer, slotCount } from '../../core/optimizers.ts'
import type { Examples, Features, Member, Population, Topology } from '../../core/population.ts'
import type { EpochResult, Evaluation, MemberState, SessionData } from '../backend.ts'
import { epochResult, evaluationOf, type RowSums } from '../results.ts'
import type { Exports } from './exports.ts'
import { initialize } from './initialize.ts'
import { isSmallLayer, isSmallMemberLayer, keepsSums, setLayer, setMemberLayer } from './layers.ts'
import type { SharedInstance, TeamInstance } from './team.ts'

/** Rows evaluated at a time at least: enough to keep the tiles full, few enough to stay in cache. */
const EVALUATION_ROWS = 128

/** What an engine holds before its first session. */
const EMPTY: Population = { topology: { inputShape: [], layers: [], loss: resolveLoss('meanSquaredError'), batchSize: 1 }, members: [] }

/** One instance of the module, holding one session at a time. Every call is synchronous. */
export class Engine {
  #population: Population = EMPTY
  #layout: Layout = parameterLayout(EMPTY.topology)
  #metrics: readonly MetricName[] = []
  #positiveClass: number | undefined
  #train = 0
  #test = 0
  #probe = 0
  #trainRows = 0
  #testExamples: Examples | undefined
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
    return Math.ceil(this.#trainRows / this.#population.topology.batchSize)
  }

  get outputs(): number {
    return outputSizeOf(this.#population.topology)
  }

  get testRows(): number {
    return this.#testExamples?.rows ?? 0
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
  *open(population: Population, data: SessionData, threads = 1): Generator<void> {
    try {
      yield* this.#layOut(population, data, threads)
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error
      throw new EspalierError('the host refused the memory this population and its data need; use fewer members, rows or units', {
        cause: error,
      })
    }
  }

  *#layOut(population: Population, { train, test, metrics, positiveClass }: SessionData, threads: number): Generator<void> {
    const wasm = this.#wasm
    const { topology, members } = population
    this.#population = population
    this.#layout = parameterLayout(topology)
    this.#metrics = metrics ?? []
    this.#positiveClass = positiveClass
    this.#trainRows = train?.rows ?? 0
    this.#testExamples = test
    const { loss, layers } = topology
    const whole = members.some(({ optimizer }) => needsWholeGradient(optimizer))
    wasm.begin(layers.length, topology.batchSize, LOSSES[loss.name].code, isPlain(topology), whole || hasSpecial(population))
    wasm.set_loss(
      TASKS[taskOf(loss)],
      targetsPerRow(loss, this.outputs),
      takesSums(loss),
      loss.fromLogits,
      loss.labelSmoothing,
      loss.parameter,
      loss.gamma,
      loss.applyClassBalancing,
    )
    this.#layout.layers.forEach((layer, i) => {
      setLayer(
        wasm,
        i,
        layer,
        members.some((member) => keepsSums(member.layers[i])),
      )
    })
    this.#leader?.exports.set_threads(threads)
    wasm.lay_out(members.length, EVALUATION_ROWS, this.#trainRows, whole)
    this.#leader?.exports.gather_team()
    const classified = members.some((member) => member.classWeights !== undefined)
    this.#train = train === undefined ? 0 : this.#addRows(train, classified)
    this.#test = test === undefined ? 0 : this.#addRows(test, false)
    if (this.#test !== 0 && this.#metrics.length > 0) wasm.add_predictions(this.#test)
    this.#probe = wasm.add_rows(EVALUATION_ROWS, inputSizeOf(topology), 4, 1, true, false, false)
    wasm.add_predictions(this.#probe)
    for (const [index, member] of members.entries()) yield* this.#addMember(member, index)
  }

  #addRows(examples: Examples, classified: boolean): number {
    const wasm = this.#wasm
    const { features, targets, rows, scale, sampleWeights } = examples
    const { topology } = this.#population
    const classes = targetsAreClasses(examples, topology)
    const bytes = features instanceof Uint8Array ? 1 : 4
    const at = wasm.add_rows(rows, inputSizeOf(topology), bytes, scale ?? 1, classes, sampleWeights !== undefined, classified)
    if (features instanceof Uint8Array) new Uint8Array(wasm.memory.buffer).set(features, wasm.features_address(at) >>> 0)
    else this.#floats(wasm.features_address(at), features.length).set(features)
    if (classes) this.#integers(wasm.targets_address(at), rows).set(targets)
    else this.#floats(wasm.targets_address(at), targets.length).set(targetsFor(topology.loss, targets))
    if (sampleWeights !== undefined) this.#floats(wasm.weights_address(at), rows).set(sampleWeights)
    if (classified) this.#integers(wasm.class_of_row_address(at), rows).set(classOfRows(examples, topology))
    return at
  }

  *#addMember(member: Member, index: number): Generator<void> {
    const wasm = this.#wasm
    const { optimizer, classWeights } = member
    const slots = this.#slots(optimizer)
    wasm.add_member(slots)
    const weights = classWeights === undefined ? 0 : wasm.allocate(classWeights.length * 4)
    if (classWeights !== undefined) this.#floats(weights, classWeights.length).set(classWeights)
    wasm.set_member(index, member.seed, member.shuffle, member.dialect === 'keras2.2', weights)
    wasm.set_optimizer(
      index,
      OPTIMIZERS[optimizer.name].code,
      optimizer.momentum,
      optimizer.nesterov,
      optimizer.rho,
      optimizer.beta1,
      optimizer.beta2,
      optimizer.epsilon,
      optimizer.scheduleDecay,
      optimizer.weightDecay,
      optimizer.epsilonInsideRoot,
    )
    if (needsWholeGradient(optimizer)) {
      wasm.set_whole(
        index,
        optimizer.centered,
        optimizer.amsgrad,
        optimizer.clipValue,
        optimizer.clipNorm,
        optimizer.globalClipNorm,
        optimizer.gradientAccumulationSteps,
        optimizer.beta2Decay,
        optimizer.epsilon1,
        optimizer.epsilon2,
        optimizer.clipThreshold,
      )
    }
    member.layers.forEach((own, i) => {
      const tensors = this.#layout.layers[i]?.tensors ?? []
      const frozen = tensors.every(({ trained }) => !trained)
      setMemberLayer(wasm, index, i, own, frozen, undecayedOf(optimizer, own.type, tensors))
    })
    if (slots > 0 && initialSlot(optimizer, 0) > 0) {
      this.#parameters().fill(initialSlot(optimizer, 0))
      wasm.write_parameters(index, 1)
    }
    yield* initialize(wasm, wasm.transfer_address(), member, this.#layout)
    wasm.write_parameters(index, 0)
    const { parameters, stateSize } = this.#layout
    if (stateSize > 0) this.#writeStates(index, this.#floats(wasm.transfer_address() + parameters * 4, stateSize).slice())
  }

  startEpoch(member: number, epoch: number, learningRate: number): void {
    this.#wasm.set_learning_rate(member, learningRate)
    this.#wasm.start_epoch(member, this.#train, epoch)
  }

  /** Trains steps first … last - 1 of the epoch; false when a loss was not finite, and training stopped there. */
  trainSteps(member: number, epoch: number, first: number, last: number): boolean {
    return this.#wasm.train(member, this.#train, epoch, first, last) !== 0
  }

  /** What the rows trained since `startEpoch` came to. */
  epochResult(member: number, diverged: boolean, stepLosses: Float32Array | undefined): Omit<EpochResult, 'test'> {
    return epochResult(this.#population, this.#trainRows, this.#sums(member), diverged, stepLosses)
  }

  stepLosses(): Float32Array {
    return this.#floats(this.#wasm.step_losses_address(), this.stepsPerEpoch).slice()
  }

  /** Evaluates test rows first … last - 1; the last slice returns the result of all. */
  evaluateRows(member: number, first: number, last: number): Evaluation | undefined {
    this.#wasm.evaluate(member, this.#test, first, last)
    const test = this.#testExamples
    if (test === undefined || last < test.rows) return undefined
    const outputs = this.outputs
    const predictions =
      this.#metrics.length > 0 ? this.#floats(this.#wasm.predictions_address(this.#test), test.rows * outputs) : new Float32Array()
    const told = { metrics: this.#metrics, positiveClass: this.#positiveClass }
    return evaluationOf(this.#population, member, told, test, this.#sums(member), this.#wasm.penalties(member), predictions)
  }

  #sums(member: number): RowSums {
    return { loss: this.#wasm.loss_sum(member), right: this.#wasm.correct_sum(member) }
  }

  /** Outputs of features' rows first … last - 1, into `result` (rows x outputs). */
  predictRows(member: number, { features, scale }: Features, first: number, last: number, result: Float32Array): void {
    const { outputs } = this
    const inputSize = inputSizeOf(this.#population.topology)
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
    const { optimizer } = this.#population.members[member] ?? {}
    const read = (slot: number): Float32Array => {
      wasm.read_parameters(member, slot)
      return this.#parameters().slice()
    }
    const slots = Array.from({ length: this.#slots(optimizer) }, (_, slot) => read(slot + 1))
    const pending = wasm.pending(member)
    return {
      parameters: read(0),
      slots,
      steps: wasm.steps(member),
      products: [wasm.product1(member), wasm.product2(member), wasm.product3(member)],
      ...(this.#layout.stateSize === 0 ? {} : { state: this.#readStates(member) }),
      ...(pending === 0 ? {} : { pending }),
    }
  }

  writeState(member: number, { parameters, slots, steps, products, state, pending = 0 }: MemberState): void {
    const { optimizer } = this.#population.members[member] ?? {}
    const write = (values: Float32Array, slot: number): void => {
      this.#parameters().set(values)
      this.#wasm.write_parameters(member, slot)
    }
    write(parameters, 0)
    slots.slice(0, this.#slots(optimizer)).forEach((values, slot) => {
      write(values, slot + 1)
    })
    if (state !== undefined) this.#writeStates(member, state)
    this.#wasm.set_progress(member, steps, pending, ...products)
  }

  #slots(optimizer: Optimizer | undefined): number {
    return optimizer === undefined || this.#trainRows === 0 ? 0 : slotCount(optimizer)
  }

  #readStates(member: number): Float32Array {
    this.#wasm.read_states(member)
    return this.#floats(this.#wasm.transfer_address(), this.#layout.stateSize).slice()
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
    return this.#floats(this.#wasm.transfer_address(), this.#layout.parameters)
  }
}

/** Whether the layers and the loss are ones that assembly/small.ts knows: it gives the same bits as the other kernels, and supports less. */
const isPlain = ({ layers, loss }: Topology): boolean =>
  LOSSES[loss.name].code <= LOSSES.categoricalCrossentropy.code &&
  loss.labelSmoothing === 0 &&
  !loss.fromLogits &&
  layers.every(isSmallLayer)

/** Whether some member has an activation that assembly/small.ts does not know. */
const hasSpecial = ({ topology: { layers, loss }, members }: Population): boolean =>
  members.some((member) => !member.layers.every((own, i) => isSmallMemberLayer(own, i === layers.length - 1 && takesSums(loss))))

/** Bit t: weight decay takes nothing off tensor t. */
function undecayedOf({ excludeFromWeightDecay }: Optimizer, type: string, tensors: readonly { readonly name: string }[]): number {
  return tensors.reduce(
    (bits, { name }, t) => bits | (Number(excludeFromWeightDecay.some((word) => `${type}/${name}`.includes(word))) << t),
    0,
  )
}
