// The WGSL kernels by name, and the pipelines that a device makes of them.

import epochOrder from '../../../shaders/epoch_order.wgsl'
import bindings from '../../../shaders/lib/bindings.wgsl'
import names from '../../../shaders/lib/generated/names.wgsl'
import shapes from '../../../shaders/lib/shapes.wgsl'
import subgroups from '../../../shaders/lib/subgroups.wgsl'
import { EspalierError } from '../../core/errors.ts'
import type { betweenSources } from './betweenKernels.ts'
import { GPUShaderStage } from './flags.ts'
import type { generalSources } from './generalKernels.ts'
import type { moreSources } from './moreKernels.ts'
import { SNIPPETS, type Snippets } from './snippets.ts'
import type { wholeSources } from './wholeKernels.ts'

type Small = 'smallNetwork' | 'smallNetworkWhole'
type Tables = typeof generalSources | typeof wholeSources | typeof betweenSources | typeof moreSources
type NameIn<T> = T extends (snippets: Snippets) => infer S ? keyof S : never
export type KernelName = 'epochOrder' | Small | NameIn<Tables>

export const shapesSource: string = shapes

const isIn = <K extends KernelName>(table: Readonly<Record<K, unknown>>, kernel: KernelName): kernel is K => Object.hasOwn(table, kernel)

async function smallSource(kernel: Small): Promise<readonly string[]> {
  const { smallSnippets, smallUpdateSnippets } = await import('./smallKernels.ts')
  const last = kernel === 'smallNetwork' ? smallUpdateSnippets : (await import('./wholeKernels.ts')).smallWholeSnippets
  return [...smallSnippets(SNIPPETS), ...last]
}

/** Each file of kernels is loaded with the first network that needs one of them. */
async function snippetsOf(kernel: KernelName): Promise<readonly string[]> {
  if (kernel === 'epochOrder') return [SNIPPETS.random, epochOrder]
  if (kernel === 'smallNetwork' || kernel === 'smallNetworkWhole') return smallSource(kernel)
  if (kernel === 'wholeLengths' || kernel === 'wholeUpdate') return (await import('./wholeKernels.ts')).wholeSources(SNIPPETS)[kernel]
  const general = (await import('./generalKernels.ts')).generalSources(SNIPPETS)
  if (isIn(general, kernel)) return general[kernel]
  const between = (await import('./betweenKernels.ts')).betweenSources(SNIPPETS)
  return isIn(between, kernel) ? between[kernel] : (await import('./moreKernels.ts')).moreSources(SNIPPETS)[kernel]
}

async function sourceOf(kernel: KernelName): Promise<string> {
  const used = await snippetsOf(kernel)
  return [...(kernel.endsWith('Quads') ? [subgroups] : []), names, shapes, bindings, ...used].join('\n')
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
