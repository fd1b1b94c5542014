// The script of a page that measures.

import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { type Manifest, unpackDatasets } from './data.ts'
import { measureAll, type Options } from './measure.ts'
import { follow, read } from './order.ts'
import { jaxNetworks, startJax } from './peers/jax.ts'
import { byBatchSize, eachAlone, runOf } from './peers/peer.ts'
import { tensorFlowNetworks } from './peers/tensorflow.ts'
import { type AskTorch, torchRun } from './peers/torch.ts'
import { markdownTable } from './table.ts'

/** Runs inside a page, which chromium.ts serves with its order. */
export interface Order {
  readonly manifest: Manifest
  readonly options: Options
  /** Why PyTorch does not run; else the page is given `askTorch`. */
  readonly torchMissing: string | undefined
}

declare const askTorch: AskTorch

void follow<Order, Awaited<ReturnType<typeof measureAll>>>(async ({ manifest, options, torchMissing }, host) => {
  setWasmPaths('/tensorflow/')
  if (!(await tf.setBackend('wasm'))) throw new Error("TensorFlow.js's WASM backend does not start")
  await startJax('wasm')
  const datasets = await unpackDatasets(manifest, read)
  const readCeiling = (build: string) => read(`/ceiling.${build}.wasm`)
  const libraries = {
    tensorflow: runOf(tensorFlowNetworks(tf), eachAlone),
    jax: runOf(jaxNetworks('wasm'), byBatchSize),
    pytorch: torchMissing ?? torchRun(askTorch),
  }
  return measureAll({ ...host, oneThread: 1, datasets, libraries, readCeiling }, options)
}, markdownTable)
