import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { type Manifest, unpackDatasets } from './data.ts'
import { measureAll, type Options } from './measure.ts'
import { follow, read } from './order.ts'
import { markdownTable } from './table.ts'

/** Runs inside a page, which chromium.ts serves with its order. */
export interface Order {
  readonly manifest: Manifest
  readonly options: Options
}

void follow<Order, Awaited<ReturnType<typeof measureAll>>>(async ({ manifest, options }, host) => {
  setWasmPaths('/tensorflow/')
  if (!(await tf.setBackend('wasm'))) throw new Error("TensorFlow.js's WASM backend does not start")
  const datasets = await unpackDatasets(manifest, read)
  const readCeiling = (build: string) => read(`/ceiling.${build}.wasm`)
  return measureAll({ ...host, oneThread: 1, datasets, tf, readCeiling }, options)
}, markdownTable)
