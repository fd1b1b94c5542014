// The WGSL kernels by name, and the pipelines that a device makes of them.

import forward from '../../../shaders/dense_forward_8x8.wgsl'
import forwardQuads from '../../../shaders/dense_forward_quads.wgsl'
import forwardTiled from '../../../shaders/dense_forward_tiled.wgsl'
import inputGradient from '../../../shaders/dense_input_gradient_8x8.wgsl'
import inputGradientQuads from '../../../shaders/dense_input_gradient_quads.wgsl'
import inputGradientTiled from '../../../shaders/dense_input_gradient_tiled.wgsl'
import update from '../../../shaders/dense_update_8x8.wgsl'
import updateQuads from '../../../shaders/dense_update_quads.wgsl'
import updateTiled from '../../../shaders/dense_update_tiled.wgsl'
import epochOrder from '../../../shaders/epoch_order.wgsl'
import finishCells from '../../../shaders/finish_cells.wgsl'
import finishRows from '../../../shaders/finish_rows.wgsl'
import gather from '../../../shaders/gather_inputs.wgsl'
import activation from '../../../shaders/lib/activation.wgsl'
import bindings from '../../../shaders/lib/bindings.wgsl'
import denseForward from '../../../shaders/lib/dense_forward.wgsl'
import denseInputGradient from '../../../shaders/lib/dense_input_gradient.wgsl'
import denseUpdate from '../../../shaders/lib/dense_update.wgsl'
import dropout from '../../../shaders/lib/dropout.wgsl'
import features from '../../../shaders/lib/features.wgsl'
import names from '../../../shaders/lib/generated/names.wgsl'
import smallProducts from '../../../shaders/lib/generated/small_products.wgsl'
import loss from '../../../shaders/lib/loss.wgsl'
import optimizer from '../../../shaders/lib/optimizer.wgsl'
import otherActivations from '../../../shaders/lib/other_activations.wgsl'
import otherLosses from '../../../shaders/lib/other_losses.wgsl'
import quads from '../../../shaders/lib/quads.wgsl'
import random from '../../../shaders/lib/random.wgsl'
import rowActivations from '../../../shaders/lib/row_activations.wgsl'
import shapes from '../../../shaders/lib/shapes.wgsl'
import smallUpdate from '../../../shaders/lib/small_update.wgsl'
import subgroups from '../../../shaders/lib/subgroups.wgsl'
import tiled from '../../../shaders/lib/tiled.wgsl'
import outputLoss from '../../../shaders/output_loss.wgsl'
import reduce from '../../../shaders/reduce_results.wgsl'
import smallNetwork from '../../../shaders/small_network.wgsl'
import { EspalierError } from '../../core/errors.ts'
import type { BETWEEN_SOURCES } from './betweenKernels.ts'
import { GPUShaderStage } from './flags.ts'
import type { MORE_SOURCES } from './moreKernels.ts'

/** What the kernels of small networks share. */
const SMALL = [
  ...[random, activation, otherActivations, rowActivations, dropout, features, loss, otherLosses, optimizer],
  ...[smallNetwork, smallProducts],
]

/** The kernels: a shader file each, with the snippets of shaders/lib it uses. */
const SOURCES = {
  epochOrder: [random, epochOrder],
  gather: [features, gather],
  forward: [random, activation, dropout, denseForward, forward],
  forwardQuads: [random, activation, dropout, denseForward, quads, forwardQuads],
  forwardTiled: [random, activation, dropout, denseForward, tiled, forwardTiled],
  finishCells: [random, activation, otherActivations, dropout, finishCells],
  finishRows: [random, activation, rowActivations, dropout, finishRows],
  outputLoss: [activation, rowActivations, loss, otherLosses, outputLoss],
  reduce: [reduce],
  inputGradient: [random, activation, dropout, denseInputGradient, inputGradient],
  inputGradientQuads: [random, activation, dropout, denseInputGradient, quads, inputGradientQuads],
  inputGradientTiled: [random, activation, dropout, denseInputGradient, tiled, inputGradientTiled],
  update: [optimizer, denseUpdate, update],
  updateQuads: [optimizer, denseUpdate, quads, updateQuads],
  updateTiled: [optimizer, denseUpdate, tiled, updateTiled],
  smallNetwork: [...SMALL, smallUpdate],
} as const

/** Kernels of the optimizers that take whole tensors: what comes before the snippets of wholeKernels.ts. */
const WHOLE = { wholeLengths: [optimizer], wholeUpdate: [optimizer], smallNetworkWhole: SMALL } as const

export type KernelName = keyof typeof SOURCES | keyof typeof WHOLE | keyof typeof BETWEEN_SOURCES | keyof typeof MORE_SOURCES

export const shapesSource: string = shapes

const isIn = <K extends KernelName>(table: Readonly<Record<K, unknown>>, kernel: KernelName): kernel is K => Object.hasOwn(table, kernel)

async function snippetsOf(kernel: KernelName): Promise<readonly string[]> {
  if (isIn(SOURCES, kernel)) return SOURCES[kernel]
  if (isIn(WHOLE, kernel)) return [...WHOLE[kernel], ...(await import('./wholeKernels.ts')).WHOLE_SOURCES[kernel]]
  const { BETWEEN_SOURCES } = await import('./betweenKernels.ts')
  return isIn(BETWEEN_SOURCES, kernel) ? BETWEEN_SOURCES[kernel] : (await import('./moreKernels.ts')).MORE_SOURCES[kernel]
}

async function sourceOf(kernel: KernelName): Promise<string> {
  const used = await snippetsOf(kernel)
  return [...(used.includes(quads) ? [subgroups] : []), names, shapes, bindings, ...used].join('\n')
}

/** Group 0's bindings 1 and 2 move from dispatch to dispatch. */
const DYNAMIC = new Set(['0.1', '0.2'])

/** The layout of a group, read off the shader's own declarations. */
function groupLayout(device: GPUDevice, source: string, group: number): GPUBindGroupLayout {
  const declared = [...source.matchAll(/@group\((\d)\) @binding\((\d+)\) var<(uniform|storage, read_write|storage, read)>/g)]
  const entries = declared
    .filter(([, g]) => Number(g) === group)
    .map(([, , binding, kind]): GPUBindGroupLayoutEntry => {
      const type = kind === 'uniform' ? 'uniform' : kind === 'storage, read' ? 'read-only-storage' : 'storage'
      return {
        binding: Number(binding),
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type, hasDynamicOffset: DYNAMIC.has(`${group}.${binding}`) },
      }
    })
  return device.createBindGroupLayout({ entries })
}

export interface Kernel {
  readonly pipeline: GPUComputePipeline
  /** Of the kernel's own group 1. */
  readonly layout: GPUBindGroupLayout
}

/** The pipelines of one device, compiled when first needed and kept. */
export class Kernels {
  readonly shared: GPUBindGroupLayout
  readonly #device: GPUDevice
  readonly #compiled = new Map<string, Promise<Kernel>>()

  constructor(device: GPUDevice) {
    this.#device = device
    this.shared = groupLayout(device, bindings, 0)
  }

  get(name: KernelName, constants: Record<string, number> = {}): Promise<Kernel> {
    const key = `${name} ${JSON.stringify(constants)}`
    const known = this.#compiled.get(key)
    if (known !== undefined) return known
    const compiling = this.#compile(name, constants)
    this.#compiled.set(key, compiling)
    return compiling
  }

  async #compile(name: KernelName, constants: Record<string, number>): Promise<Kernel> {
    const device = this.#device
    const code = await sourceOf(name)
    const layout = groupLayout(device, code, 1)
    const module = device.createShaderModule({ code, label: name })
    try {
      const pipeline = await device.createComputePipelineAsync({
        label: name,
        layout: device.createPipelineLayout({ bindGroupLayouts: [this.shared, layout] }),
        compute: { module, entryPoint: 'main', constants },
      })
      return { pipeline, layout }
    } catch (error) {
      const { messages } = await module.getCompilationInfo()
      const lines = messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`).join('\n')
      throw new EspalierError(`the kernel ${name} was refused by this device: ${lines || String(error)}`, { cause: error })
    }
  }
}
