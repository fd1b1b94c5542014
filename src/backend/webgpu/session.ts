// A population on one device: trains epochs, evaluates, predicts, reads and writes states.

import { at } from '../../core/at.ts'
import { outputsOf } from '../../core/metrics.ts'
import { slotCount } from '../../core/optimizers.ts'
import type { Features, Population } from '../../core/population.ts'
import type { Outputs } from '../../core/scoring.ts'
import type { EpochResult, Evaluation, MemberState, SessionData, TrainOrder } from '../backend.ts'
import { epochResult, evaluationOf } from '../results.ts'
import type { OpenedDevice } from './device.ts'
import { type Passes, type Path, SLOTS, type Submission } from './executor.ts'
import { type LaidGroup, layOutGroup, membersPerGroup, uploadFeatures } from './group.ts'
import { padState, unpadState } from './padding.ts'
import { advance, type Progress, progressOf } from './progress.ts'
import { type Block, blocksOf, type Pace, runSlices } from './slices.ts'
import { stepUniforms, UNIFORM_STRIDE } from './tables.ts'

/** Sums of a batch, or of a chunk of rows. */
interface BatchSums {
  readonly loss: number
  readonly right: number
  readonly penalty: number
}

/** Members of one group, by their places in it, and where they are among those that were asked for. */
interface Part {
  readonly group: LaidGroup
  readonly first: number
  readonly members: readonly number[]
}

/** Bytes of state read at a time. */
const READ_BYTES = 2 ** 26

/**
 * A population on a device, with which it ends; recovering.ts makes its calls one after the other. Nothing here waits per step: a submission holds many
 * batches, and its sums are read together. Members that do not fit one group's buffers are in several, which are worked through in turn.
 */
export class DeviceSession {
  readonly population: Population
  readonly #data: SessionData
  /** What its members' outputs say. */
  readonly #said: Outputs
  readonly #groups: readonly LaidGroup[]
  /** Members of a group. */
  readonly #size: number
  readonly #progress: Progress[]
  readonly #trainingPace: Pace = { items: 1 }
  readonly #evaluationPace: Pace = { items: 1 }

  private constructor(
    population: Population,
    data: SessionData,
    groups: readonly LaidGroup[],
    size: number,
    states: readonly MemberState[],
  ) {
    this.population = population
    this.#data = data
    this.#said = outputsOf(population.topology)
    this.#groups = groups
    this.#size = size
    this.#progress = states.map(progressOf)
  }

  /** @throws GpuError where the device has no room */
  static async open(
    device: OpenedDevice,
    population: Population,
    data: SessionData,
    states: readonly MemberState[],
    path: Path,
  ): Promise<DeviceSession> {
    const { topology, members } = population
    const size = membersPerGroup(device, population, data, path)
    const groups: LaidGroup[] = []
    try {
      for (let first = 0; first < members.length; first += size) {
        const own = { topology, members: members.slice(first, first + size) }
        groups.push(await layOutGroup(device, own, data, states.slice(first, first + size), path))
      }
    } catch (error) {
      for (const { memory } of groups) memory.free()
      throw error
    }
    return new DeviceSession(population, data, groups, size, states)
  }

  /** As `Session.train`. */
  async train({ members, firstEpoch, learningRates, recordStepLosses = false, signal, onProgress }: TrainOrder): Promise<EpochResult[][]> {
    const { train, test } = this.#data
    if (train === undefined) throw new Error('this session has no training data')
    signal?.throwIfAborted()
    const results: EpochResult[][] = members.map(() => [])
    const epochs = learningRates[0]?.length ?? 0
    let going = this.#sideBySide(members)
    for (let e = 0; e < epochs && going.length > 0; e++) {
      const active = going.map((i) => at(members, i))
      const rates = going.map((i) => at(at(learningRates, i), e))
      const sums = await this.#epoch(active, firstEpoch + e, rates, signal, (part) => onProgress?.((e + part) / epochs))
      const diverged = sums.map((steps) => steps.some(({ loss, penalty }) => !Number.isFinite(loss + penalty)))
      const tests = test === undefined ? [] : await this.#evaluate(active, signal)
      going.forEach((i, z) => {
        const stopped = diverged[z] === true
        const trained = this.#epochResult(at(sums, z), train.rows, stopped, recordStepLosses)
        results[i]?.push({ ...trained, test: stopped ? undefined : tests[z] })
      })
      going = going.filter((_, z) => diverged[z] !== true)
    }
    return results
  }

  async evaluate(member: number): Promise<Evaluation> {
    const [evaluation] = await this.#evaluate([member], undefined)
    if (evaluation === undefined) throw new Error('evaluate needs a session with test data')
    return evaluation
  }

  async predict(member: number, features: Features): Promise<Float32Array> {
    const { group, place } = this.#placeOf(member)
    const { memory, over } = group
    const empty = memory.storage(16, 'no targets')
    const rows = { ...uploadFeatures(memory, features), targets: empty, classes: false, weighted: false }
    const { predictions } = await this.#outputs(group, await over(rows, false), [place], true, undefined)
    memory.release(rows.features)
    memory.release(empty)
    return at(predictions, 0)
  }

  async readStates(members: readonly number[]): Promise<MemberState[]> {
    const states: MemberState[] = []
    for (const { group, first, members: places } of this.#partsOf(members)) {
      const { memory, state, plan } = group
      const size = plan.state4 * 16
      const most = Math.max(1, Math.floor(READ_BYTES / size))
      for (let from = 0; from < places.length; ) {
        const place = at(places, from)
        let count = 1
        while (count < most && places[from + count] === place + count) count++
        const blocks = await memory.read(state, place * size, count * size)
        for (let i = 0; i < count; i++) {
          const member = at(members, first + from + i)
          const slots = slotCount(this.#memberOf(member).optimizer)
          const { steps, products, pending } = this.#progressOf(member)
          const block = blocks.subarray(i * plan.state4 * 4, (i + 1) * plan.state4 * 4)
          const own = { ...unpadState(block, slots, plan), steps, products: [...products] as const }
          states.push(pending === 0 ? own : { ...own, pending })
        }
        from += count
      }
    }
    return states
  }

  async writeState(member: number, given: MemberState): Promise<void> {
    const { group, place } = this.#placeOf(member)
    const { memory, state, plan } = group
    memory.write(state, place * plan.state4 * 16, padState(given, plan))
    this.#progress[member] = progressOf(given)
  }

  dispose(): void {
    for (const { memory } of this.#groups) memory.free()
  }

  /** Indices of members, those of a group together, and in it those of a kind. */
  #sideBySide(members: readonly number[]): number[] {
    const places = members.map((member, i) => {
      const { group, index, place } = this.#placeOf(member)
      return { i, index, kind: group.kindOf(place) }
    })
    return places.sort((a, b) => a.index - b.index || a.kind - b.kind).map(({ i }) => i)
  }

  /** Neighbours of one group, as long as they are. */
  #partsOf(members: readonly number[]): Part[] {
    const parts: { group: LaidGroup; first: number; members: number[] }[] = []
    members.forEach((member, i) => {
      const { group, place } = this.#placeOf(member)
      const last = parts.at(-1)
      if (last?.group === group) last.members.push(place)
      else parts.push({ group, first: i, members: [place] })
    })
    return parts
  }

  #placeOf(member: number): { group: LaidGroup; index: number; place: number } {
    const index = Math.floor(member / this.#size)
    const group = this.#groups[index]
    if (group === undefined || this.population.members[member] === undefined) throw this.#noMember(member)
    return { group, index, place: member % this.#size }
  }

  #memberOf(member: number) {
    const own = this.population.members[member]
    if (own === undefined) throw this.#noMember(member)
    return own
  }

  #progressOf(member: number): Progress {
    const progress = this.#progress[member]
    if (progress === undefined) throw this.#noMember(member)
    return progress
  }

  #noMember(member: number): RangeError {
    return new RangeError(`member ${member} is not one of the population's ${this.population.members.length}`)
  }

  #epochResult(steps: readonly BatchSums[], rows: number, diverged: boolean, record: boolean) {
    const { batchSize } = this.population.topology
    const losses = steps.map(({ loss, penalty }) => loss + penalty)
    const loss = losses.reduce((sum, own, s) => sum + own * Math.min(batchSize, rows - s * batchSize), 0)
    const right = steps.reduce((sum, step) => sum + step.right, 0)
    return epochResult(this.#said, rows, { loss, right }, diverged, record ? Float32Array.from(losses) : undefined)
  }

  /** An epoch of the active members: the sums of every batch, per member. */
  async #epoch(
    active: readonly number[],
    epoch: number,
    rates: readonly number[],
    signal: AbortSignal | undefined,
    progress: (part: number) => void,
  ): Promise<BatchSums[][]> {
    const all: BatchSums[][] = []
    for (const { group, first: before, members: places } of this.#partsOf(active)) {
      const { train } = group
      if (train === undefined) throw new Error('this session has no training data')
      const batches = Math.ceil(train.rows / this.population.topology.batchSize)
      const sums: BatchSums[][] = places.map(() => [])
      await runSlices(
        this.#trainingPace,
        signal,
        blocksOf({ members: places.length, batches, most: SLOTS, run: train.run }),
        ({ first, members, from, to }) => {
          const some = places.slice(first, first + members)
          const start = before + first
          this.#writeScalars(group, active.slice(start, start + members), rates.slice(start, start + members), to - from)
          return this.#submit(group, some, train.train({ epoch, from, to, active: some }), to - from)
        },
        (block, read) => {
          collect(block, read, sums)
          progress(((before + block.first) * batches + block.to * block.members) / (active.length * batches))
        },
      )
      all.push(...sums)
    }
    return all
  }

  #writeScalars({ memory, scalars, more }: LaidGroup, active: readonly number[], rates: readonly number[], steps: number): void {
    const values = new Float32Array(steps * active.length * 4)
    const others = new Float32Array(more === 0 ? 0 : values.length)
    active.forEach((m, z) => {
      const { optimizer } = this.#memberOf(m)
      for (let s = 0; s < steps; s++) {
        const own = advance(this.#progressOf(m), optimizer, at(rates, z))
        const place = (s * active.length + z) * 4
        values.set(own.numbers, place)
        if (more > 0) others.set(own.more, place)
      }
    })
    memory.write(scalars, 0, values)
    if (more > 0) memory.write(scalars, more * 16, others)
  }

  async #evaluate(active: readonly number[], signal: AbortSignal | undefined): Promise<Evaluation[]> {
    const { test, metrics = [] } = this.#data
    if (test === undefined) return []
    const evaluations: Evaluation[] = []
    for (const { group, first, members } of this.#partsOf(active)) {
      if (group.test === undefined) throw new Error('this session has no test data')
      const { sums, predictions } = await this.#outputs(group, group.test, members, metrics.length > 0, signal)
      sums.forEach((chunks, z) => {
        const loss = chunks.reduce((sum, chunk) => sum + chunk.loss, 0)
        const right = chunks.reduce((sum, chunk) => sum + chunk.right, 0)
        const penalty = chunks[0]?.penalty ?? 0
        const { dialect } = this.#memberOf(at(active, first + z))
        evaluations.push(evaluationOf(this.#said, dialect, this.#data, test, { loss, right }, penalty, at(predictions, z)))
      })
    }
    return evaluations
  }

  /** Rows through networks of a group without training: sums per chunk of rows, and the outputs (rows x outputs) where they are kept. */
  async #outputs(
    group: LaidGroup,
    passes: Passes,
    active: readonly number[],
    keep: boolean,
    signal: AbortSignal | undefined,
  ): Promise<{ sums: BatchSums[][]; predictions: Float32Array[] }> {
    const { memory, plan } = group
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
        return this.#submit(group, some, passes.evaluate({ from, to, active: some, kept }), to - from)
      },
      (block, read) => collect(block, read, sums),
    )
    if (kept === undefined) return { sums, predictions }
    const padded = await memory.read(kept, 0, active.length * total * rowBytes)
    memory.release(kept)
    predictions.forEach((own, z) => {
      for (let row = 0; row < total; row++) {
        const start = (z * total + row) * last.units4 * 4
        own.set(padded.subarray(start, start + last.units), row * last.units)
      }
    })
    return { sums, predictions }
  }

  /** Sends work on members of a group; the answered function gives its sums, so many of four numbers a member. */
  #submit(group: LaidGroup, active: readonly number[], { steps, dispatches, sums, sumsAt, after }: Submission, count: number) {
    const { memory, steps: uniforms } = group
    memory.write(group.active, 0, Uint32Array.from(active))
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
      const read = memory.reader(encoder, sums, sumsAt, count * active.length * 16)
      memory.device.queue.submit([encoder.finish()])
      return read
    })
  }
}

/** `values` are (batches, members) of four. */
function collect({ first, members }: Block, values: Float32Array, sums: BatchSums[][]): void {
  for (let at = 0; at < values.length; at += 4) {
    const [loss = Number.NaN, right = 0, penalty = 0] = values.subarray(at, at + 3)
    sums[first + ((at / 4) % members)]?.push({ loss, right, penalty })
  }
}
