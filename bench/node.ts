// Measures in Node.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { Datasets } from './data.ts'
import { type Host, type Measurement, measureAll, type Options } from './measure.ts'
import { jaxNetworks, startJax } from './peers/jax.ts'
import { byBatchSize, eachAlone, runOf } from './peers/peer.ts'
import { type Tf, tensorFlowNetworks } from './peers/tensorflow.ts'
import { torchRun } from './peers/torch.ts'
import type { Torch } from './torch.ts'

const require = createRequire(import.meta.url)

/** The folder of the peer's own .wasm files. */
export const tensorFlowFolder = (): string => dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'))

/** CommonJS: the ESM files of TensorFlow.js leave out extensions, which Node does not accept. */
async function loadTensorFlow(): Promise<Tf> {
  const tf: Tf = require('@tensorflow/tfjs')
  const { setWasmPaths }: typeof import('@tensorflow/tfjs-backend-wasm') = require('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(`${tensorFlowFolder()}/`)
  if (!(await tf.setBackend('wasm'))) throw new Error("TensorFlow.js's WASM backend does not start")
  return tf
}

const processorSeconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6

export async function measureInNode(datasets: Datasets, options: Options, torch: Torch): Promise<Measurement[]> {
  await startJax('wasm')
  const host: Host = {
    oneThread: 0,
    datasets,
    clock: async () => processorSeconds(process.cpuUsage()),
    libraries: {
      tensorflow: runOf(tensorFlowNetworks(await loadTensorFlow()), eachAlone),
      jax: runOf(jaxNetworks('wasm'), byBatchSize),
      pytorch: torch.missing ?? torchRun(torch.ask),
    },
    readCeiling: (build) => readFile(`build/bench-ceiling.${build}.wasm`),
    log: console.log,
  }
  return measureAll(host, options)
}
