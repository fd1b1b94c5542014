import { readFile } from 'node:fs/promises'
import { runJob } from './browser.ts'
import { type Datasets, packDatasets } from './data.ts'
import type { Measurement, Options } from './measure.ts'
import { tensorFlowFolder } from './node.ts'
import type { Order } from './page.ts'
import type { Torch } from './torch.ts'

async function wasmFiles(): Promise<Record<string, Uint8Array>> {
  const peer = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm']
  const wasm = [
    ...['relaxed', 'simd'].map((name) => [`/ceiling.${name}.wasm`, `build/bench-ceiling.${name}.wasm`] as const),
    ...peer.map((name) => [`/tensorflow/${name}`, `${tensorFlowFolder()}/${name}`] as const),
  ]
  const entries = await Promise.all(wasm.map(async ([path, file]) => [path, new Uint8Array(await readFile(file))] as const))
  return Object.fromEntries(entries)
}

/** @throws when there is no browser */
export async function measureInChromium(
  datasets: Datasets,
  options: Options,
  torch: Torch,
): Promise<{ version: string; measurements: Measurement[] }> {
  const { manifest, files } = packDatasets(datasets)
  const order: Order = { manifest, options, torchMissing: torch.missing }
  const job = { script: 'bench/page.ts', order, files: { ...files, ...(await wasmFiles()) } }
  const { version, result } = await runJob(job, { types: ['renderer'], expose: { askTorch: torch.ask } })
  return { version, measurements: result as Measurement[] }
}
