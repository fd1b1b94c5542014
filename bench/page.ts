import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { type Manifest, unpackDatasets } from './data.ts'
import type { ProcessorClock } from './lap.ts'
import { type Measurement, measureAll, type Options } from './measure.ts'

/** Runs inside a page, which bench/chromium.ts serves with its order. */
export interface Order {
  readonly manifest: Manifest
  readonly options: Options
}

/** What the page calls: at its end, and for a clock that pages do not have. */
export type Finish = (outcome: { measurements: Measurement[] } | { error: string }) => void

async function read(path: string): Promise<ArrayBuffer> {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return response.arrayBuffer()
}

async function measureInPage(): Promise<Measurement[]> {
  setWasmPaths('/tensorflow/')
  if (!(await tf.setBackend('wasm'))) throw new Error("TensorFlow.js's WASM backend does not start")
  const { manifest, options }: Order = JSON.parse(new TextDecoder().decode(await read('/order.json')))
  const datasets = await unpackDatasets(manifest, read)
  const readCeiling = (build: string) => read(`/ceiling.${build}.wasm`)
  return measureAll({ oneThread: 1, datasets, tf, clock: processorSeconds, readCeiling, log: console.log }, options)
}

const { finish, processorSeconds } = globalThis as unknown as { finish: Finish; processorSeconds: ProcessorClock }
measureInPage().then(
  (measurements) => finish({ measurements }),
  (error: unknown) => finish({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
)
