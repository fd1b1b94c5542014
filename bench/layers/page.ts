// The script of the page of webgpu.ts.

import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-webgpu'
import { fit, openBackend } from 'espalier'
import { follow } from '../order.ts'
import type { WebGpuResult } from './webgpu.ts'
import { networkOf, OUTPUTS, randomRows, WORKLOADS, type WorkloadName } from './workloads.ts'

const EPOCHS = 6
/** Of TensorFlow.js, after one that compiles; more where they are quick. */
const STEPS = 2

/** An epoch is a step; the first compiles. */
async function espalierSteps(name: WorkloadName): Promise<{ backend: string; steps: number[] }> {
  const workload = WORKLOADS[name]
  const backend = await openBackend({ prefer: 'webgpu' })
  const times: number[] = []
  const onEpoch = (): void => void times.push(performance.now())
  const spec = { network: networkOf(workload), optimizer: 'adam' as const, batchSize: workload.batch, epochs: EPOCHS }
  await fit(backend, { ...spec, callbacks: { onEpoch } }, { train: randomRows(workload, workload.batch) })
  const { description } = backend
  await backend.dispose()
  return { backend: description, steps: times.slice(1).map((time, i) => time - (times[i] ?? 0)) }
}

async function tensorflowSteps(name: WorkloadName): Promise<number[]> {
  if (!(await tf.setBackend('webgpu'))) throw new Error("TensorFlow.js's WebGPU backend does not start")
  const [first, second] = name === 'W5' ? [32, 64] : [8, 16]
  const { batch } = WORKLOADS[name]
  const conv = { kernelSize: 3, padding: 'same', activation: 'relu' } as const
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ ...conv, filters: first, inputShape: [28, 28, 1] }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ ...conv, filters: second }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 128, activation: 'relu' }),
      tf.layers.dense({ units: OUTPUTS, activation: 'softmax' }),
    ],
  })
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' })
  const x = tf.randomUniform([batch, 28, 28, 1])
  const classes = Int32Array.from({ length: batch }, (_, i) => i % OUTPUTS)
  const y = tf.oneHot(tf.tensor1d(classes, 'int32'), OUTPUTS)
  const steps: number[] = []
  for (let i = 0; i <= STEPS; i++) {
    const started = performance.now()
    await model.trainOnBatch(x, y)
    steps.push(performance.now() - started)
  }
  return steps.slice(1)
}

void follow<{ readonly workloads: readonly WorkloadName[] }, WebGpuResult>(
  async ({ workloads }, { log }) => {
    let backend = ''
    const measured: WebGpuResult['workloads'][number][] = []
    for (const name of workloads) {
      const own = await espalierSteps(name)
      backend = own.backend
      log(`${name}: ${own.steps.map((step) => step.toFixed(0)).join(', ')} ms a step here`)
      measured.push({ name, espalier: own.steps, tensorflow: await tensorflowSteps(name) })
    }
    return { backend, workloads: measured }
  },
  (result) => JSON.stringify(result, null, 2),
)
