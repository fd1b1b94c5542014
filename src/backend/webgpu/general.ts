// Trains networks of any size layer by layer, all members in every dispatch.

import { lastAxis } from '../../core/layers/kind.ts'
import { needsWholeGradient, OPTIMIZERS } from '../../core/optimizers.ts'
import type { Member } from '../../core/population.ts'
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
import type { Kernels } from './kernels.ts'
import { type Pass, wide } from './kinds.ts'
import { type Bound, bind } from './memory.ts'
import { hasOwnGradient, TILE4 } from './plan.ts'
import type { Products } from './products.ts'
import { type Stage, stagesOf } from './stages.ts'
import { lossConstants } from './tables.ts'

/** A stage whose kernel is compiled. */
interface BoundStage extends Stage {
  readonly kernel: Bound
}

/** What executes networks of any size: layer by layer, all members in every dispatch. */
interface General {
  readonly group: Group
  readonly shared: GPUBindGroup
  readonly scratch: GPUBuffer // (P, scratch4) vec4f
  readonly sums: GPUBuffer // (SLOTS, P) vec4f
  readonly products: Products
  readonly forward: readonly BoundStage[]
  readonly backward: readonly BoundStage[]
  readonly updates: Updates
  readonly reduce: Bound
}

/** Kernels that move parameters. Of each sort the kernels together know every optimizer of the population. */
interface Updates {
  /** Of all dense layers; for members that need the whole gradient first it is only kept. */
  readonly grouped: readonly Bound[]
  /** Of gradients that are kept, tensor by tensor: first their lengths. */
  readonly lengths: readonly Bound[]
  readonly kept: readonly Bound[]
}

/** As shaders/lib/optimizer.wgsl's. */
const ANY_OPTIMIZER = 255

/** @param software whether the adapter is: there a pipeline knows one optimizer (shaders/lib/optimizer.wgsl) */
export async function openGeneral(group: Group, products: Products, software: boolean): Promise<Executor> {
  const { kernels, memory, plan, population, state, order, penalized } = group
  const { topology, members } = population
  const count = members.length
  const scratch = memory.storage(count * plan.scratch4 * 16, 'activations')
  const sums = memory.storage(SLOTS * count * 16, 'sums')
  const results = memory.storage(count * plan.rows * 8, 'results of rows')
  const RESULT_ROWS = plan.rows
  const bound = async ({ kernel, constants }: Pick<Pass, 'kernel' | 'constants'>, buffers: readonly GPUBuffer[]): Promise<Bound> =>
    bind(memory, await kernels.get(kernel, constants), buffers)
  const boundStages = (stages: readonly Stage[]): Promise<BoundStage[]> =>
    Promise.all(stages.map(async (stage) => ({ ...stage, kernel: await bound(stage.pass, [state, scratch]) })))
  const stages = stagesOf(plan, population, products)
  const [forward, backward, reduce, updates] = await Promise.all([
    boundStages(stages.forward),
    boundStages(stages.backward),
    bound({ kernel: 'reduce', constants: { PENALIZED: Number(penalized), RESULT_ROWS } }, [state, results, sums]),
    openUpdates(group, products, software, scratch, bound),
  ])
  const general: General = { group, shared: group.share(plan), scratch, sums, products, forward, backward, updates, reduce }
  return {
    kindOf: () => 0,
    over: async (rows, scored) => {
      const { features, targets, featureBytes, scale, classes, weighted } = rows
      const constants = {
        ...lossConstants(topology.loss),
        CLASSES: Number(classes),
        WEIGHTED: Number(weighted),
        SCORED: Number(scored),
      }
      const [gather, outputLoss] = await Promise.all([
        bound({ kernel: 'gather', constants: { FEATURE_BYTES: featureBytes, SCALE: Math.fround(scale) } }, [order, features, scratch]),
        bound({ kernel: 'outputLoss', constants: { ...constants, RESULT_ROWS } }, [order, targets, scratch, results]),
      ])
      return new GeneralPasses(general, rows, gather, outputLoss)
    },
  }
}

/** A member's own settings decide which kernels move it, whatever its company. */
async function openUpdates(
  { population: { members }, plan, state, scalars }: Group,
  products: Products,
  software: boolean,
  scratch: GPUBuffer,
  bound: (pass: Pick<Pass, 'kernel' | 'constants'>, buffers: readonly GPUBuffer[]) => Promise<Bound>,
): Promise<Updates> {
  const whole = members.filter(({ optimizer }) => needsWholeGradient(optimizer))
  const others = members.filter((member) => !whole.includes(member))
  const optimizersOf = (some: readonly Member[]): number[] => {
    const codes = some.map(({ optimizer }) => OPTIMIZERS[optimizer.name].code)
    return software || codes.length === 0 ? [...new Set(codes)] : [ANY_OPTIMIZER]
  }
  const keeps = whole.length > 0
  const forms = [...optimizersOf(others).map((OPTIMIZER) => ({ OPTIMIZER })), ...(keeps ? [{ WHOLE: 1 }] : [])]
  const grouped = plan.tiles === 0 ? [] : forms
  const kept = optimizersOf(plan.layout.layers.some(hasOwnGradient) ? members : whole)
  const all = <T>(items: readonly T[], open: (item: T) => Promise<Bound>): Promise<Bound[]> => Promise.all(items.map(open))
  const [ofGrouped, ofLengths, ofKept] = await Promise.all([
    all(grouped, (own) => bound({ kernel: products.update, constants: { ...products.constants, ...own } }, [state, scratch, scalars])),
    all(keeps ? [{ WHOLE: 1 }] : [], (constants) => bound({ kernel: 'wholeLengths', constants }, [state, scalars])),
    all(kept, (OPTIMIZER) => bound({ kernel: 'wholeUpdate', constants: { OPTIMIZER, WHOLE: 1 } }, [state, scalars])),
  ])
  return { grouped: ofGrouped, lengths: ofLengths, kept: ofKept }
}

/**
 * Compiles what products need on hardware, one kernel after the other: of some a compiler dies, and nothing that could be tried alone is tried beside another.
 * @throws EspalierError for the first one that the device refuses; those after it are not tried
 */
export async function compileOneByOne(kernels: Kernels, { forward, inputGradient, update, constants }: Products): Promise<void> {
  await kernels.get(forward, constants)
  await kernels.get(inputGradient, constants)
  await kernels.get(update, { ...constants, OPTIMIZER: ANY_OPTIMIZER })
  await kernels.get(update, { ...constants, WHOLE: 1 })
}

class GeneralPasses implements Passes {
  readonly rows: number
  readonly chunkRows: number
  /** Every dispatch costs the same for few members as for many. */
  readonly run = undefined
  /** Scratch has the outputs of one. */
  readonly mostChunksKept = 1
  readonly #general: General
  readonly #gather: Bound
  readonly #outputLoss: Bound

  constructor(general: General, { rows }: Rows, gather: Bound, outputLoss: Bound) {
    this.rows = rows
    this.chunkRows = general.group.plan.rows
    this.#general = general
    this.#gather = gather
    this.#outputLoss = outputLoss
  }

  train({ epoch, from, to, active }: Batches): Submission {
    const { group, shared, sums } = this.#general
    const runners = active.length
    const { batchSize } = group.population.topology
    const steps = this.#steps(from, to, batchSize, runners).map((step, slot) => ({ ...step, epoch, step: from + slot, training: 1 }))
    const order = from === 0 ? [group.epochOrder(shared, 0, this.rows, runners)] : []
    const dispatches = steps.flatMap(({ slot, rows }) => [...this.#forward(slot, rows, runners), ...this.#backward(slot, rows, runners)])
    return { steps, dispatches: [...order, ...dispatches], sums, sumsAt: 0 }
  }

  evaluate({ from, to, active, kept }: Chunks): Submission {
    const { group, scratch, sums } = this.#general
    const { plan } = group
    const steps = this.#steps(from, to, this.chunkRows, active.length)
    const dispatches = steps.flatMap(({ slot, rows }) => this.#forward(slot, rows, active.length))
    const after = (encoder: GPUCommandEncoder): void => {
      const last = plan.layers.at(-1)
      const [step] = steps
      if (kept === undefined || step === undefined || last === undefined) return
      const bytes = last.units4 * 16
      active.forEach((m, z) => {
        const at = (m * plan.scratch4 + last.outputs) * 16
        encoder.copyBufferToBuffer(scratch, at, kept, (z * this.rows + step.first) * bytes, step.rows * bytes)
      })
    }
    return { steps, dispatches, sums, sumsAt: 0, after }
  }

  #steps(from: number, to: number, size: number, runners: number) {
    return Array.from({ length: to - from }, (_, slot) => {
      const first = (from + slot) * size
      return { first, rows: Math.min(size, this.rows - first), slot, total: this.rows, runners }
    })
  }

  /** A batch through all layers, its losses and their sums. */
  #forward(slot: number, rows: number, runners: number): Dispatch[] {
    const { group, shared, forward, reduce } = this.#general
    const { layers, inputs4 } = group.plan
    const { positions } = lastAxis(group.population.topology.inputShape)
    const common = { shared, slot }
    return [
      { ...common, kernel: this.#gather, layer: 0, groups: [...wide(Math.ceil((rows * positions * inputs4) / 64)), runners] },
      ...this.#stages(forward, slot, rows, runners),
      { ...common, kernel: this.#outputLoss, layer: layers.length - 1, groups: [Math.ceil(rows / 64), 1, runners] },
      { ...common, kernel: reduce, layer: 0, groups: [1, 1, runners] },
    ]
  }

  /** All gradients, and the optimizer. */
  #backward(slot: number, rows: number, runners: number): Dispatch[] {
    const { group, shared, products, backward, updates } = this.#general
    const { layers, extras, tiles } = group.plan
    const common = { shared, slot, layer: 0 }
    const parts = (TILE4 / products.tile4) ** 2
    const grouped = [...wide(tiles * parts), runners] as const
    const byTensor = [2, layers.length + extras.length, runners] as const
    return [
      ...this.#stages(backward, slot, rows, runners),
      ...updates.grouped.map((kernel): Dispatch => ({ ...common, kernel, groups: grouped })),
      ...[...updates.lengths, ...updates.kept].map((kernel): Dispatch => ({ ...common, kernel, groups: byTensor })),
    ]
  }

  #stages(stages: readonly BoundStage[], slot: number, rows: number, runners: number): Dispatch[] {
    const { shared } = this.#general
    return stages.map(({ layer, pass, kernel }) => ({
      ...{ shared, slot, kernel, layer: layer.place },
      groups: [...pass.groups(layer, rows), runners] as const,
    }))
  }
}
