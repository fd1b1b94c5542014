import { targetsAreClasses } from '../../core/examples.ts'
import { targetsFor } from '../../core/losses.ts'
import type { Examples, Features, Topology } from '../../core/population.ts'
import { GPUBufferUsage } from './flags.ts'
import type { Memory } from './memory.ts'

/** A data set on the GPU. */
export interface Rows {
  readonly rows: number
  readonly features: GPUBuffer // (rows, inputs) of bytes or f32
  readonly featureBytes: 1 | 4
  readonly scale: number
  readonly targets: GPUBuffer // f32: (rows) class numbers, or (rows, outputs); sample weights (rows) if weighted; class weights
  readonly classes: boolean
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
  const parts = [targetsFor(topology.loss, targets), sampleWeights ?? [], classWeights]
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return {
    ...uploadFeatures(memory, examples),
    targets: memory.filled(joined, GPUBufferUsage.STORAGE, 'targets'),
    classes: targetsAreClasses(examples, topology),
    weighted: sampleWeights !== undefined,
  }
}
