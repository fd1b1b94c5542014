import { DisposedError } from '../../core/errors.ts'
import { taskOf } from '../../core/losses.ts'
import { evaluateMetrics } from '../../core/metrics.ts'
import type { MetricName } from '../../core/names.ts'
import { slotCount } from '../../core/optimizers.ts'
import type { Examples, Features, Population } from '../../core/population.ts'
import type { EpochResult, Evaluation, MemberState, Session, SessionData, TrainOrder } from '../backend.ts'
import type { Passes, Submission } from './executor.ts'
import { SLOTS } from './ground.ts'
import type { Network } from './network.ts'
import { padState, unpadState } from './padding.ts'
import { advance, type Progress, progressOf } from './progress.ts'
import { uploadFeatures } from './rows.ts'
import { type Block, blocksOf, type Pace, runSlices } from './slices.ts'
import { stepUniforms, UNIFORM_STRIDE } from './tables.ts'

/** Sums of a batch: (loss, right, penalty). */
interface BatchSums {
  readonly loss: number
  readonly right: number
  readonly penalty: number
}

/** A session on one device: it ends with it. */
export interface DeviceSession extends Session {
  /** Reads the states of many members at once. */
  readStates(members: readonly number[]): Promise<MemberState[]>
}

/** Told of a device's end; see connection.ts. */
interface Watch {
  readonly ended: Promise<never>
  readonly release: () => void
}

/** Bytes of state read at a time. */
const READ_BYTES = 2 ** 26

/** A population on a device. Nothing here waits per step: a submission holds many batches, and its sums are read together. */
export class WebgpuSession implements DeviceSession {
  readonly population: Population
  readonly #network: Network
  readonly #progress: Progress[]
  readonly #test: Examples | undefined
  readonly #metrics: readonly MetricName[]
  readonly #positiveClass: number | undefined
  readonly #watch: Watch
  readonly #trainingPace: Pace = { items: 1 }
  readonly #evaluationPace: Pace = { items: 1 }
  #tail: Promise<unknown> = Promise.resolve()
  #disposed = false

  constructor(
    population: Population,
    network: Network,
    { test, metrics = [], positiveClass }: Pick<SessionData, 'test' | 'metrics' | 'positiveClass'>,
    states: readonly MemberState[],
    watch: Watch,
  ) {
    this.population = population
    this.#network = network
    this.#test = test
    this.#metrics = metrics
    this.#positiveClass = positiveClass
    this.#watch = watch
    this.#progress = states.map(progressOf)
  }

  train(order: TrainOrder): Promise<EpochResult[][]> {
    return this.#enqueue(() => this.#train(order))
  }

  evaluate(member: number): Promise<Evaluation> {
    return this.#enqueue(async () => {
      const [evaluation] = await this.#evaluate([member], undefined)
      if (evaluation === undefined) throw new Error('evaluate needs a session with test data')
      return evaluation
    })
  }

  predict(member: number, features: Features): Promise<Float32Array> {
    return this.#enqueue(async () => {
      const { memory, over } = this.#network
      const empty = memory.storage(16, 'no targets')
      const rows = { ...uploadFeatures(memory, features), targets: empty, classes: false, weighted: false }
      const outputs = await this.#outputs(await over(rows, false), [member], undefined)
      memory.release(rows.features)
      memory.release(empty)
      return outputs.predictions[0] ?? new Float32Array()
    })
  }

  async readState(member: number): Promise<MemberState> {
    const [state] = await this.readStates([member])
    if (state === undefined) throw new Error('a member has a state')
    return state
  }

  readStates(members: readonly number[]): Promise<MemberState[]> {
    return this.#enqueue(async () => {
      const { memory, state, plan } = this.#network
      const size = plan.state4 * 16
      const most = Math.max(1, Math.floor(READ_BYTES / size))
      const states: MemberState[] = []
      for (let from = 0; from < members.length; ) {
        const first = members[from] ?? 0
        let count = 1
        while (count < most && members[from + count] === first + count) count++
        const blocks = await memory.read(state, first * size, count * size)
        for (let i = 0; i < count; i++)
          states.push(this.#stateOf(first + i, blocks.subarray(i * plan.state4 * 4, (i + 1) * plan.state4 * 4)))
        from += count
      }
      return states
    })
  }

  #stateOf(member: number, block: Float32Array): MemberState {
    const { plan } = this.#network
    const { steps, products, pending } = this.#progressOf(member)
    const own = this.population.members[member]
    const slots = own === undefined ? 0 : slotCount(own.optimizer)
    return { ...unpadState(block, slots, plan), steps, products: [...products], ...(pending === 0 ? {} : { pending }) }
  }

  writeState(member: number, given: MemberState): Promise<void> {
    return this.#enqueue(async () => {
      const { memory, state, plan } = this.#network
      memory.write(state, member * plan.state4 * 16, padState(given, plan))
      this.#progress[member] = progressOf(given)
    })
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    await this.#tail.catch(() => undefined)
    this.#watch.release()
    this.#network.memory.free()
  }

  /** One call after the other; a lost device ends the one that waits for it. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    if (this.#disposed) return Promise.reject(new DisposedError('this session was disposed; open another with backend.createSession'))
    const result = this.#tail.then(() => Promise.race([work(), this.#watch.ended]))
    this.#tail = result.catch(() => undefined)
    return result
  }

  #progressOf(member: number): Progress {
    const progress = this.#progress[member]
    if (progress === undefined) throw new RangeError(`member ${member} is not one of the population's ${this.population.members.length}`)
    return progress
  }

  #activate(members: readonly number[]): void {
    this.#network.memory.write(this.#network.active, 0, Uint32Array.from(members))
  }

  async #train({ members, firstEpoch, learningRates, recordStepLosses = false, signal, onProgress }: TrainOrder): Promise<EpochResult[][]> {
    const passes = this.#network.train
    if (passes === undefined) throw new Error('this session has no training data')
    signal?.throwIfAborted()
    const results: EpochResult[][] = members.map(() => [])
    const epochs = learningRates[0]?.length ?? 0
    const kindOf = (i: number): number => this.#network.kindOf(members[i] ?? 0)
    // Members of a kind are side by side.
    let going = members.map((_, i) => i).sort((a, b) => kindOf(a) - kindOf(b))
    for (let e = 0; e < epochs && going.length > 0; e++) {
      const active = going.map((i) => members[i] ?? 0)
      const rates = going.map((i) => learningRates[i]?.[e] ?? 0)
      const progress = (part: number): void => onProgress?.((e + part) / epochs)
      const sums = await this.#epoch(passes, active, firstEpoch + e, rates, signal, progress)
      const diverged = sums.map((steps) => steps.some(({ loss, penalty }) => !Number.isFinite(loss + penalty)))
      const tests = this.#test === undefined ? [] : await this.#evaluate(active, signal)
      going.forEach((i, z) => {
        results[i]?.push(this.#epochResult(sums[z] ?? [], passes.rows, diverged[z] === true, tests[z], recordStepLosses))
      })
      going = going.filter((_, z) => diverged[z] !== true)
    }
    return results
  }

  #epochResult(steps: readonly BatchSums[], rows: number, diverged: boolean, test: Evaluation | undefined, record: boolean): EpochResult {
    const { batchSize, loss: lossName } = this.population.topology
    const losses = steps.map(({ loss, penalty }) => loss + penalty)
    const total = losses.reduce((sum, loss, s) => sum + loss * Math.min(batchSize, rows - s * batchSize), 0)
    const right = steps.reduce((sum, step) => sum + step.right, 0)
    const stepLosses = record ? Float32Array.from(losses) : undefined
    if (diverged) return { loss: Number.NaN, accuracy: Number.NaN, test: undefined, stepLosses, diverged }
    return { loss: total / rows, accuracy: taskOf(lossName) === 'regression' ? Number.NaN : right / rows, test, stepLosses, diverged }
  }

  /** An epoch of the active members: the sums of every batch, per member. */
  async #epoch(
    passes: Passes,
    active: readonly number[],
    epoch: number,
    rates: readonly number[],
    signal: AbortSignal | undefined,
    progress: (part: number) => void,
  ): Promise<BatchSums[][]> {
    const batches = Math.ceil(passes.rows / this.population.topology.batchSize)
    const sums: BatchSums[][] = active.map(() => [])
    await runSlices(
      this.#trainingPace,
      signal,
      blocksOf({ members: active.length, batches, most: SLOTS, run: passes.run }),
      ({ first, members, from, to }) => {
        const some = active.slice(first, first + members)
        this.#activate(some)
        this.#writeScalars(some, rates.slice(first, first + members), to - from)
        return this.#submit(passes.train({ epoch, from, to, active: some }), (to - from) * members)
      },
      (block, read) => {
        this.#collect(block, read, sums)
        progress((block.first * batches + block.to * block.members) / (active.length * batches))
      },
    )
    return sums
  }

  #writeScalars(active: readonly number[], rates: readonly number[], steps: number): void {
    const { memory, scalars, more } = this.#network
    const values = new Float32Array(steps * active.length * 4)
    const others = new Float32Array(more === 0 ? 0 : values.length)
    active.forEach((m, z) => {
      const optimizer = this.population.members[m]?.optimizer
      if (optimizer === undefined) return
      for (let s = 0; s < steps; s++) {
        const own = advance(this.#progressOf(m), optimizer, rates[z] ?? 0)
        values.set(own.numbers, (s * active.length + z) * 4)
        if (more > 0) others.set(own.more, (s * active.length + z) * 4)
      }
    })
    memory.write(scalars, 0, values)
    if (more > 0) memory.write(scalars, more * 16, others)
  }

  /** The answered function gives the submission's sums, so many of four numbers. */
  #submit({ steps, dispatches, sums, sumsAt, after }: Submission, count: number) {
    const { memory, steps: uniforms } = this.#network
    return memory.guard(() => {
      memory.write(uniforms, 0, stepUniforms(steps))
      const encoder = memory.device.createCommandEncoder()
      const pass = encoder.beginComputePass()
      for (const { kernel, shared, layer, slot, groups } of dispatches) {
        pass.setPipeline(kernel.pipeline)
        pass.setBindGroup(0, shared, [layer * UNIFORM_STRIDE, slot * UNIFORM_STRIDE])
        pass.setBindGroup(1, kernel.group)
        pass.dispatchWorkgroups(...groups)
      }
      pass.end()
      after?.(encoder)
      const read = memory.reader(encoder, sums, sumsAt, count * 16)
      memory.device.queue.submit([encoder.finish()])
      return read
    })
  }

  /** `values` are (batches, members) of four. */
  #collect({ first, members }: Block, values: Float32Array, sums: BatchSums[][]): void {
    for (let at = 0; at < values.length; at += 4) {
      const [loss = Number.NaN, right = 0, penalty = 0] = values.subarray(at, at + 3)
      sums[first + ((at / 4) % members)]?.push({ loss, right, penalty })
    }
  }

  async #evaluate(active: readonly number[], signal: AbortSignal | undefined): Promise<Evaluation[]> {
    const test = this.#test
    const passes = this.#network.test
    if (test === undefined || passes === undefined) return []
    const { topology, members } = this.population
    const { sums, predictions } = await this.#outputs(passes, active, signal, this.#metrics.length > 0)
    return active.map((m, z) => {
      const chunks = sums[z] ?? []
      const counted =
        test.sampleWeights !== undefined && members[m]?.dialect === 'keras2.2'
          ? test.sampleWeights.filter((weight) => weight !== 0).length
          : test.rows
      const loss = counted === 0 ? 0 : chunks.reduce((sum, chunk) => sum + chunk.loss, 0) / counted
      const accuracy = taskOf(topology.loss) === 'regression' ? Number.NaN : chunks.reduce((sum, chunk) => sum + chunk.right, 0) / test.rows
      const metrics = evaluateMetrics(this.#metrics, predictions[z] ?? new Float32Array(), test, topology, this.#positiveClass)
      return { loss: loss + (chunks[0]?.penalty ?? 0), accuracy, metrics }
    })
  }

  /** Rows through the networks without training: sums per chunk of rows, and the outputs (rows x outputs) when asked for. */
  async #outputs(
    passes: Passes,
    active: readonly number[],
    signal: AbortSignal | undefined,
    keep = true,
  ): Promise<{ sums: BatchSums[][]; predictions: Float32Array[] }> {
    const { memory, plan } = this.#network
    const { rows: total, chunkRows, mostChunksKept } = passes
    const sums: BatchSums[][] = active.map(() => [])
    const last = plan.layers.at(-1)
    if (last === undefined) throw new Error('a network has layers')
    const predictions = active.map(() => new Float32Array(keep ? total * last.units : 0))
    const rowBytes = last.units4 * 16
    const count = Math.ceil(total / chunkRows)
    const most = keep ? Math.min(count, mostChunksKept) : SLOTS
    const kept = keep ? memory.storage(active.length * (total * rowBytes + most * 16), 'predictions') : undefined
    await runSlices(
      this.#evaluationPace,
      signal,
      // Kept outputs are those of all members.
      blocksOf({ members: active.length, batches: count, most, run: keep ? undefined : passes.run }),
      ({ first, members, from, to }) => {
        const some = active.slice(first, first + members)
        this.#activate(some)
        return this.#submit(passes.evaluate({ from, to, active: some, kept }), (to - from) * members)
      },
      (block, read) => this.#collect(block, read, sums),
    )
    if (kept === undefined) return { sums, predictions }
    const padded = await memory.read(kept, 0, active.length * total * rowBytes)
    memory.release(kept)
    predictions.forEach((own, z) => {
      for (let row = 0; row < total; row++) {
        const at = (z * total + row) * last.units4 * 4
        own.set(padded.subarray(at, at + last.units), row * last.units)
      }
    })
    return { sums, predictions }
  }
}
