// The script of a page that measures WebGPU.

import { type Manifest, unpackDatasets } from '../data.ts'
import { follow, read } from '../order.ts'
import { type GpuOptions, measureGpu } from './measure.ts'
import type { GpuResults } from './results.ts'
import { gpuTables } from './table.ts'

/** Runs inside a page, which main.ts serves with its order. */
export interface GpuOrder {
  readonly manifest: Manifest
  readonly options: GpuOptions
}

void follow<GpuOrder, GpuResults>(
  async ({ manifest, options }, host) => measureGpu(await unpackDatasets(manifest, read), options, host),
  gpuTables,
)
