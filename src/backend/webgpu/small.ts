// What executes networks that fit a workgroup's memory, a workgroup each: shaders/small_network.wgsl.

import { at } from '../../core/at.ts'
import { needsWholeGradient, OPTIMIZERS } from '../../core/optimizers.ts'
import type { Member, Population, Topology } from '../../core/population.ts'
import type { OpenedDevice } from './device.ts'
import {
  type Batches,
  type Chunks,
  type Dispatch,
  type Executor,
  type Group,
  type Passes,
  type Rows,
  SLOTS,
  type Submission,
} from './executor.ts'
import { finishedLater, settingsOf } from './kinds.ts'
import { type Bound, bind } from './memory.ts'
import { type Plan, place } from './plan.ts'
import { type Fields, isPenalized, lossConstants } from './tables.ts'

/** Workgroup memory is asked for in steps of so many vec4s, so that topologies of about one size share a pipeline. */
const ROUNDED4 = 32
const MOST_THREADS = 64
/** As the shader's. */
const PENALTY_PARTS = 32
/** Evaluation, whose chunks do not wait for each other, is dealt out to about so many workgroups. */
const WORKGROUPS = 256

export interface Small {
  readonly plan: Plan
  readonly threads: number
  readonly scratch4: number
}

const rounded = (size4: number): number => Math.ceil(size4 / ROUNDED4) * ROUNDED4

/**
 * Networks of plain dense layers alone. The topology and the device's limits decide, nothing else: a member must take the same path in any company. How many invocations a device executes together
 * decides neither this nor any sum's order, for a browser may hide it.
 */
export function smallOf(topology: Topology, { device: { limits }, together }: OpenedDevice): Small | undefined {
  const threads = Math.min(MOST_THREADS, together)
  const rows = Math.ceil(topology.batchSize / 4) * 4
  const plain = topology.layers.every((layer) => layer.type === 'dense' && layer.useBias && layer.trainable)
  if (!plain || topology.inputShape.length > 1) return undefined
  const plan = place(topology, { rows, deltas: rows, slots: 0, gradients: false })
  // Behind a batch's numbers lie the gradients and the results of its rows.
  const scratch4 = rounded(plan.scratch4 + plan.parameters4 + Math.max(rows, PENALTY_PARTS))
  const fits = (rounded(plan.parameters4) + scratch4) * 16 <= limits.maxComputeWorkgroupStorageSize
  return fits ? { plan, threads, scratch4 } : undefined
}

export function openSmall(group: Group, small: Small): Executor {
  const { kernels, plan, population, scalars } = group
  // Only in `state` are a member's places those of the group.
  const shared = group.share({ ...small.plan, state4: plan.state4 })
  const { kindOf, constants } = kindsOf(population, small)
  return {
    kindOf,
    over: async (rows) => {
      const compiled = await Promise.all(
        constants.map((own) => kernels.get(own.WHOLE === 1 ? 'smallNetworkWhole' : 'smallNetwork', { ...own, ...constantsOver(rows) })),
      )
      const boundTo = (numbers: GPUBuffer): Bound[] =>
        compiled.map((kernel) => bind(group.memory, kernel, [group.state, group.order, rows.features, rows.targets, numbers]))
      return new SmallPasses(group, shared, kindOf, rows.rows, boundTo, boundTo(scalars))
    },
  }
}

class SmallPasses implements Passes {
  readonly rows: number
  readonly chunkRows: number
  /** A run begins by clearing workgroup memory and loading a member's state, which costs about two batches. */
  readonly run = 32
  readonly mostChunksKept = SLOTS
  readonly #group: Group
  readonly #shared: GPUBindGroup
  readonly #kindOf: (member: number) => number
  readonly #boundTo: (numbers: GPUBuffer) => Bound[]
  /** To the group's scalars. */
  readonly #bound: readonly Bound[]

  constructor(
    group: Group,
    shared: GPUBindGroup,
    kindOf: (member: number) => number,
    rows: number,
    boundTo: (numbers: GPUBuffer) => Bound[],
    bound: readonly Bound[],
  ) {
    this.rows = rows
    this.chunkRows = group.population.topology.batchSize
    this.#group = group
    this.#shared = shared
    this.#kindOf = kindOf
    this.#boundTo = boundTo
    this.#bound = bound
  }

  train({ epoch, from, to, active }: Batches): Submission {
    const { scalars, epochOrder } = this.#group
    const submission = this.#submission(active, this.#bound, 1, { epoch, step: from, count: to - from, training: 1 })
    const order = from === 0 ? [epochOrder(this.#shared, 0, this.rows, active.length)] : []
    return { ...submission, dispatches: [...order, ...submission.dispatches], sums: scalars, sumsAt: 0 }
  }

  evaluate({ from, to, active, kept }: Chunks): Submission {
    const { scalars, plan } = this.#group
    const count = to - from
    const parts = Math.min(count, Math.ceil(WORKGROUPS / active.length))
    const sums = kept === undefined ? 0 : active.length * this.rows * (plan.layers.at(-1)?.units4 ?? 0)
    const bound = kept === undefined ? this.#bound : this.#boundTo(kept)
    const submission = this.#submission(active, bound, parts, { step: from, count, sums, keep: Number(kept !== undefined) })
    return { ...submission, sums: kept ?? scalars, sumsAt: sums * 16 }
  }

  /** A dispatch for each kind, and a Step with it. */
  #submission(active: readonly number[], bound: readonly Bound[], parts: number, fields: Fields): Pick<Submission, 'steps' | 'dispatches'> {
    const kinds = active.map(this.#kindOf)
    const steps: Fields[] = []
    const dispatches: Dispatch[] = []
    bound.forEach((kernel, kind) => {
      const base = kinds.indexOf(kind)
      if (base < 0) return
      const groups = [kinds.lastIndexOf(kind) + 1 - base, parts, 1] as const
      dispatches.push({ kernel, shared: this.#shared, layer: 0, slot: steps.length, groups })
      steps.push({ ...fields, total: this.rows, runners: active.length, base })
    })
    return { steps, dispatches }
  }
}

/** Members of one kind share a pipeline. Their own settings decide it: what it leaves out could change how the rest is rounded. */
function kindsOf({ topology, members }: Population, small: Small) {
  const kinds = new Map<string, number>()
  const constants: Record<string, number>[] = []
  const kindOf = members.map((member) => {
    const own = constantsOf(topology, member, small)
    const key = JSON.stringify(own)
    const kind = kinds.get(key) ?? constants.push(own) - 1
    kinds.set(key, kind)
    return kind
  })
  return { constants, kindOf: (member: number): number => at(kindOf, member) }
}

function constantsOf(topology: Topology, member: Member, { plan, threads, scratch4 }: Small): Record<string, number> {
  const settings = member.layers.map((_, l) => settingsOf(member, l, topology))
  const finished = settings.map(finishedLater)
  return {
    THREADS: threads,
    STATE4: rounded(plan.parameters4),
    SCRATCH4: scratch4,
    LAYERS: plan.layers.length,
    OPTIMIZER: OPTIMIZERS[member.optimizer.name].code,
    ACTIVATIONS: settings.reduce((all, { activation = 0 }) => all | (1 << activation), 0),
    CELLS: Number(finished.includes('cells')),
    ROWS: Number(finished.includes('rows')),
    ...lossConstants(topology.loss),
    WHOLE: Number(needsWholeGradient(member.optimizer)),
    DROPOUT: Number(settings.some(({ threshold = 0 }) => threshold > 0)),
    PENALIZED: Number(isPenalized(member)),
    CLIPPED: Number(member.dialect === 'keras2.2'),
    CLASS_WEIGHTED: Number(member.classWeights !== undefined),
  }
}

const constantsOver = ({ classes, weighted, featureBytes, scale }: Rows): Record<string, number> => ({
  CLASSES: Number(classes),
  WEIGHTED: Number(weighted),
  FEATURE_BYTES: featureBytes,
  SCALE: Math.fround(scale),
})
