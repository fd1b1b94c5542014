// espalier itself in a process of its own, asked as the others are (peer.py). A form is openBackend's options as JSON and, for populations, `epochs`.

import { createInterface } from 'node:readline'
import {
  type ActivationSpec,
  type Backend,
  type Examples,
  fitPopulation,
  loadDataset,
  type OpenOptions,
  type OptimizerSpec,
  openBackend,
  type PopulationMember,
  type TopologySpec,
} from 'espalier'
import { firstRows, loadParts } from '../data.ts'

const FASHION_ROWS = 19_968
const ROWS = 614
const TINY = [8, 12, 8, 1]
const OPTIMIZERS = [
  { name: 'sgd', learningRate: 0.01 },
  { name: 'adam', learningRate: 0.001 },
  { name: 'rmsprop', learningRate: 0.001 },
  { name: 'adamax', learningRate: 0.002 },
] as const satisfies readonly OptimizerSpec[]
const [SGD, ADAM, , ADAMAX] = OPTIMIZERS
const ACTIVATIONS = ['relu', 'selu', 'tanh'] as const
/** V8 compiles anew what has run often. */
const WARM_UP_MS = 1000

/** Trains for a while; answers how many steps. */
type Run = () => Promise<number>

const outputsOf = (widths: readonly number[]): number => widths.at(-1) ?? 1

function random(inputs: number, outputs: number): Examples {
  const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
  const features = Float32Array.from({ length: ROWS * inputs }, normal)
  return { rows: ROWS, features, targets: Uint8Array.from({ length: ROWS }, () => Math.floor(Math.random() * outputs)) }
}

const topology = (widths: readonly number[], batchSize: number): TopologySpec => ({
  inputSize: widths[0] ?? 1,
  units: widths.slice(1),
  batchSize,
  loss: outputsOf(widths) === 1 ? 'binaryCrossentropy' : 'categoricalCrossentropy',
})

function member(
  widths: readonly number[],
  activation: ActivationSpec,
  optimizer: OptimizerSpec,
  epochs: number,
  seed: number,
): PopulationMember {
  const last = outputsOf(widths) === 1 ? 'sigmoid' : 'softmax'
  const layers = widths
    .slice(1)
    .map((_, l) => ({ initializer: 'heNormal' as const, activation: l < widths.length - 2 ? activation : last }))
  return { layers, optimizer, dialect: 'keras3', epochs, shuffle: false, seed }
}

/** A training that goes on by an epoch whenever it is asked to. */
function paced(backend: Backend, activation: ActivationSpec, optimizer: OptimizerSpec, batch: number, train: Examples): Run {
  const widths = [784, 512, 128, 32, 10]
  let ended = (): void => undefined
  let goOn: (() => void) | undefined
  const onEpoch = (): Promise<void> => {
    ended()
    return new Promise((resolve) => {
      goOn = resolve
    })
  }
  const endless = [member(widths, activation, optimizer, 100_000, 1)]
  return async () => {
    await new Promise<void>((resolve, reject) => {
      ended = resolve
      if (goOn !== undefined) goOn()
      else fitPopulation(backend, topology(widths, batch), endless, { train }, { callbacks: { onEpoch } }).catch(reject)
    })
    return Math.ceil(train.rows / batch)
  }
}

/** Whole calls, set-up included. */
const whole =
  (backend: Backend, populations: readonly (readonly [TopologySpec, readonly PopulationMember[]])[], train: Examples, steps: number): Run =>
  async () => {
    await Promise.all(populations.map(([shape, members]) => fitPopulation(backend, shape, [...members], { train })))
    return steps
  }

interface Form extends OpenOptions {
  readonly epochs?: number
}

async function prepare(task: string, { epochs = 16, ...options }: Form) {
  const backend = await openBackend({ prefer: 'wasm', workers: 0, threads: 1, ...options })
  return { run: await runOf(backend, task, epochs), description: backend.description }
}

async function runOf(backend: Backend, task: string, epochs: number): Promise<Run> {
  if (task.startsWith('W1')) {
    const train = firstRows((await loadDataset('fashion-mnist')).train, FASHION_ROWS)
    if (task === 'W1b') return paced(backend, 'linear', SGD, 32, train)
    return paced(backend, 'selu', task === 'W1-adamax' ? ADAMAX : SGD, 128, train)
  }
  const { train: pima } = await loadParts('pima')
  if (task.startsWith('W2-')) {
    const batch = Number(task.slice(3))
    return whole(backend, [[topology(TINY, batch), [member(TINY, 'relu', ADAM, 100, 1)]]], pima, 100 * Math.ceil(ROWS / batch))
  }
  if (task === 'W3') {
    const members = ACTIVATIONS.flatMap((activation) => OPTIMIZERS.map((optimizer) => member(TINY, activation, optimizer, 100, 1)))
    const populations = [5, 10, 16, 32].map((batch) => [topology(TINY, batch), members] as const)
    return whole(backend, populations, pima, 100)
  }
  const [shape = '', count, batch] = task.slice('pop:'.length).split(':')
  const widths = shape.split('-').map(Number)
  const members = Array.from({ length: Number(count) }, (_, i) => member(widths, 'relu', ADAM, epochs, i + 1))
  const data = widths[0] === 8 ? pima : random(widths[0] ?? 1, outputsOf(widths))
  return whole(backend, [[topology(widths, Number(batch)), members]], data, epochs * Math.ceil(ROWS / Number(batch)))
}

type Message = { readonly prepare: string; readonly form: string } | { readonly lap: number }

export async function main(): Promise<void> {
  let run: Run | undefined
  const answer = async (message: Message) => {
    if ('prepare' in message) {
      const prepared = await prepare(message.prepare, JSON.parse(message.form || '{}'))
      run = prepared.run
      const started = performance.now()
      await run()
      const first = (performance.now() - started) / 1000
      for (const end = performance.now() + WARM_UP_MS; performance.now() < end; ) await run()
      return { first, description: prepared.description }
    }
    if (run === undefined) throw new Error('nothing was prepared')
    let steps = 0
    const cpu = process.cpuUsage()
    const started = performance.now()
    do steps += await run()
    while (performance.now() - started < message.lap * 1000)
    const wall = (performance.now() - started) / 1000
    const { user, system } = process.cpuUsage(cpu)
    return { seconds: wall / steps, cpu: (user + system) / 1e6 / steps }
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(JSON.parse(line)).catch((error: unknown) => ({
      error: error instanceof Error ? error.message : String(error),
    }))
    process.stdout.write(`${JSON.stringify(reply)}\n`)
  }
  process.exit(0)
}
