// Measures in Chromium.

import { readFile } from 'node:fs/promises'
import { runJob } from './browser.ts'
import { type Datasets, packDatasets } from './data.ts'
import type { Measurement, Options } from './measure.ts'
import { tensorFlowFolder } from './node.ts'
import type { Order } from './page.ts'
import type { Torch } from './torch.ts'
import { workloads } from './workloads.ts'

async function wasmFiles(): Promise<Record<string, Uint8Array>> {
  const peer = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm']
  const wasm = [
    ...['relaxed', 'simd'].map((name) => [`/ceiling.${name}.wasm`, `build/bench-ceiling.${name}.wasm`] as const),
    ...peer.map((name) => [`/tensorflow/${name}`, `${tensorFlowFolder()}/${name}`] as const),
  ]
  const entries = await Promise.all(wasm.map(async ([path, file]) => [path, new Uint8Array(await readFile(file))] as const))
  return Object.fromEntries(entries)
}

/** One network on several threads in a page that may share memory, all else in one that may not. @throws when there is no browser */
export async function measureInChromium(
  datasets: Datasets,
  options: Options,
  torch: Torch,
): Promise<{ version: string; measurements: Measurement[] }> {
  const { manifest, files } = packDatasets(datasets)
  const served = { ...files, ...(await wasmFiles()) }
  const idsOf = (isolated: boolean): string[] =>
    workloads.filter(({ id, together = false }) => together === isolated && options.ids.includes(id)).map(({ id }) => id)
  const measurements: Measurement[] = []
  let version = ''
  for (const isolated of [false, true]) {
    const ids = idsOf(isolated)
    if (ids.length === 0) continue
    const order: Order = { manifest, options: { ...options, ids }, torchMissing: torch.missing }
    const job = { script: 'bench/page.ts', order, files: served, isolated }
    const done = await runJob(job, { types: ['renderer'], expose: { askTorch: torch.ask } })
    version = done.version
    measurements.push(...(done.result as Measurement[]))
  }
  return { version, measurements }
}
