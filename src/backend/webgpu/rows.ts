import { targetsAreClasses } from '../../core/examples.ts'
import type { Examples, Features, Topology } from '../../core/population.ts'
import { GPUBufferUsage } from './flags.ts'
import type { Memory } from './memory.ts'

/** A data set on the GPU. */
export interface Rows {
  readonly rows: number
  readonly features: GPUBuffer // (rows, inputs) of bytes or f32
  readonly featureBytes: 1 | 4
  readonly scale: number
  readonly targets: GPUBuffer // (rows) class numbers, or (rows, outputs), f32
  readonly classes: boolean
  readonly weights: GPUBuffer // sample weights (rows) if weighted, then class weights
  readonly weighted: boolean
}

export function uploadFeatures(
  memory: Memory,
  { features, rows, scale }: Features,
): Pick<Rows, 'rows' | 'features' | 'featureBytes' | 'scale'> {
  return {
    rows,
    features: memory.filled(features, GPUBufferUsage.STORAGE, 'features'),
    featureBytes: features instanceof Uint8Array ? 1 : 4,
    scale: scale ?? 1,
  }
}

export function uploadRows(memory: Memory, examples: Examples, topology: Topology, classWeights: Float32Array): Rows {
  const { targets, sampleWeights } = examples
  const weights = Float32Array.from([...(sampleWeights ?? []), ...classWeights])
  return {
    ...uploadFeatures(memory, examples),
    targets: memory.filled(Float32Array.from(targets), GPUBufferUsage.STORAGE, 'targets'),
    classes: targetsAreClasses(examples, topology),
    weights: memory.filled(weights, GPUBufferUsage.STORAGE, 'weights'),
    weighted: sampleWeights !== undefined,
  }
}
