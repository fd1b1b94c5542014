import { OPTIMIZERS } from '../../core/optimizers.ts'
import { type Batches, type Bound, bind, type Chunks, type Dispatch, type Executor, type Passes, type Submission } from './executor.ts'
import { type Ground, SLOTS } from './ground.ts'
import type { Kernels } from './kernels.ts'
import { TILE4 } from './plan.ts'
import type { Products } from './products.ts'
import type { Rows } from './rows.ts'
import { activationOf, finishedLater, lossConstants } from './tables.ts'

/** What executes networks of any size: layer by layer, all members in every dispatch. */
interface General {
  readonly ground: Ground
  readonly shared: GPUBindGroup
  readonly scratch: GPUBuffer // (P, scratch4) vec4f
  readonly sums: GPUBuffer // (SLOTS, P) vec4f
  readonly products: Products
  readonly forward: Bound
  readonly inputGradient: Bound
  /** Together they know every optimizer of the population. */
  readonly updates: readonly Bound[]
  readonly reduce: Bound
  /** What finishes the layers whose activations the products leave to it, for every layer; the deltas of those of whole rows last. */
  readonly finishes: readonly { readonly forwards: readonly Finish[]; readonly backwards: readonly Finish[] }[]
}

interface Finish {
  readonly kernel: Bound
  /** Invocations that a batch of so many rows takes. */
  readonly invocations: (rows: number) => number
}

/** As shaders/lib/optimizer.wgsl's. */
const ANY_OPTIMIZER = 255

/** @param software whether the adapter is: there a pipeline knows one optimizer (shaders/lib/optimizer.wgsl) */
export async function openGeneral(ground: Ground, products: Products, software: boolean): Promise<Executor> {
  const { kernels, memory, plan, population, state, order, scalars, penalized } = ground
  const { topology, members } = population
  const count = members.length
  const scratch = memory.storage(count * plan.scratch4 * 16, 'activations')
  const sums = memory.storage(SLOTS * count * 16, 'sums')
  const results = memory.storage(count * plan.rows * 8, 'results of rows')
  const RESULT_ROWS = plan.rows
  const optimizers = software ? [...new Set(members.map(({ optimizer }) => OPTIMIZERS[optimizer.name].code))] : [ANY_OPTIMIZER]
  const [forward, inputGradient, reduce, updates] = await Promise.all([
    kernels.get(products.forward, products.constants),
    kernels.get(products.inputGradient, products.constants),
    kernels.get('reduce', { PENALIZED: Number(penalized), RESULT_ROWS }),
    Promise.all(optimizers.map((OPTIMIZER) => kernels.get(products.update, { ...products.constants, OPTIMIZER }))),
  ])
  const general: General = {
    ground,
    shared: ground.share(plan),
    scratch,
    sums,
    products,
    forward: bind(memory, forward, [state, scratch]),
    inputGradient: bind(memory, inputGradient, [state, scratch]),
    updates: updates.map((update) => bind(memory, update, [state, scratch, scalars])),
    reduce: bind(memory, reduce, [state, results, sums]),
    finishes: await finishesOf(ground, scratch),
  }
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
        kernels.get('gather', { FEATURE_BYTES: featureBytes, SCALE: Math.fround(scale) }),
        kernels.get('outputLoss', { ...constants, RESULT_ROWS }),
      ])
      const gathering = bind(memory, gather, [order, features, scratch])
      return new GeneralPasses(general, rows, gathering, bind(memory, outputLoss, [order, targets, scratch, results]))
    },
  }
}

/**
 * Compiles what products need on hardware, one kernel after the other: of some a compiler dies, and nothing that could be tried alone is tried beside another.
 * @throws EspalierError for the first one that the device refuses; those after it are not tried
 */
export async function compileOneByOne(kernels: Kernels, { forward, inputGradient, update, constants }: Products): Promise<void> {
  await kernels.get(forward, constants)
  await kernels.get(inputGradient, constants)
  await kernels.get(update, { ...constants, OPTIMIZER: ANY_OPTIMIZER })
}

/** A pass is dispatched where some member's layer needs it; it knows all activations of its kind, so a member's bits are those it has alone. */
async function finishesOf({ kernels, memory, plan, population }: Ground, scratch: GPUBuffer): Promise<General['finishes']> {
  const { topology, members } = population
  const needs = plan.layers.map((_, l) => new Set(members.map((member) => finishedLater(activationOf(member, l, topology.loss)))))
  const compile = async (name: 'finishCells' | 'finishRows', kind: 'cells' | 'rows', constants: Record<string, number> = {}) =>
    needs.some((own) => own.has(kind)) ? bind(memory, await kernels.get(name, constants), [scratch]) : undefined
  const [cells, rows, rowsBack] = await Promise.all([
    compile('finishCells', 'cells'),
    compile('finishRows', 'rows'),
    compile('finishRows', 'rows', { BACKWARDS: 1 }),
  ])
  return plan.layers.map(({ units4 }, l) => {
    const pass = (kernel: Bound | undefined, kind: 'cells' | 'rows', ofRow: number): Finish[] =>
      kernel !== undefined && needs[l]?.has(kind) === true ? [{ kernel, invocations: (count) => count * ofRow }] : []
    return { forwards: [...pass(cells, 'cells', units4), ...pass(rows, 'rows', 1)], backwards: pass(rowsBack, 'rows', 1) }
  })
}

/** A dispatch of many workgroups in two dimensions, of which one holds at most 65,535. Those past the end do nothing. */
function wide(groups: number): [x: number, y: number] {
  const across = Math.min(groups, 32768)
  return [across, Math.ceil(groups / across)]
}

const tilesOver = ({ tile4 }: Products, blocks: number, rows: number): [x: number, y: number] => [
  Math.ceil(blocks / tile4),
  Math.ceil(rows / (4 * tile4)),
]

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
    this.chunkRows = general.ground.plan.rows
    this.#general = general
    this.#gather = gather
    this.#outputLoss = outputLoss
  }

  train({ epoch, from, to, active }: Batches): Submission {
    const { ground, shared, sums } = this.#general
    const runners = active.length
    const { batchSize } = ground.population.topology
    const steps = this.#steps(from, to, batchSize, runners).map((step, slot) => ({ ...step, epoch, step: from + slot, training: 1 }))
    const order = from === 0 ? [ground.epochOrder(shared, 0, this.rows, runners)] : []
    const dispatches = steps.flatMap(({ slot, rows }) => [...this.#forward(slot, rows, runners), ...this.#backward(slot, rows, runners)])
    return { steps, dispatches: [...order, ...dispatches], sums, sumsAt: 0 }
  }

  evaluate({ from, to, active, kept }: Chunks): Submission {
    const { ground, scratch, sums } = this.#general
    const { plan } = ground
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

  #finish(way: 'forwards' | 'backwards', layer: number, slot: number, rows: number, runners: number): Dispatch[] {
    const { shared, finishes } = this.#general
    return (finishes[layer]?.[way] ?? []).map(({ kernel, invocations }): Dispatch => {
      return { kernel, shared, slot, layer, groups: [...wide(Math.ceil(invocations(rows) / 64)), runners] }
    })
  }

  /** A batch through all layers, its losses and their sums. */
  #forward(slot: number, rows: number, runners: number): Dispatch[] {
    const { ground, shared, products, forward, reduce } = this.#general
    const { layers, inputs4 } = ground.plan
    const common = { shared, slot }
    return [
      { ...common, kernel: this.#gather, layer: 0, groups: [...wide(Math.ceil((rows * inputs4) / 64)), runners] },
      ...layers.flatMap(({ index, units4 }): Dispatch[] => {
        const groups = [...tilesOver(products, units4, rows), runners] as const
        return [{ ...common, kernel: forward, layer: index, groups }, ...this.#finish('forwards', index, slot, rows, runners)]
      }),
      { ...common, kernel: this.#outputLoss, layer: layers.length - 1, groups: [Math.ceil(rows / 64), 1, runners] },
      { ...common, kernel: reduce, layer: 0, groups: [1, 1, runners] },
    ]
  }

  /** All gradients, and the optimizer. */
  #backward(slot: number, rows: number, runners: number): Dispatch[] {
    const { ground, shared, products, inputGradient, updates } = this.#general
    const { layers, tiles } = ground.plan
    const common = { shared, slot }
    const parts = (TILE4 / products.tile4) ** 2
    return [
      ...layers
        .slice(1)
        .reverse()
        .flatMap(({ index, inputs4 }): Dispatch[] => {
          const groups = [...tilesOver(products, inputs4, rows), runners] as const
          return [{ ...common, kernel: inputGradient, layer: index, groups }, ...this.#finish('backwards', index - 1, slot, rows, runners)]
        }),
      ...updates.map((kernel): Dispatch => ({ ...common, kernel, layer: 0, groups: [...wide(tiles * parts), runners] })),
    ]
  }
}
