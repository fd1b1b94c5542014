import { join } from 'node:path'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'

/** What a thread is told. */
export interface Order {
  readonly reader: string
  readonly mutations: number
  readonly seed: number
  readonly limits: typeof LIMITS
  /** At REACHED the number of the mutation that is being read. */
  readonly progress: Int32Array
  readonly port: MessagePort
}

export const REACHED = 0

export interface Failure {
  /** Of the mutation: the same again with the same seed. */
  readonly number: number
  readonly what: string
  readonly input: string
}

export interface Tally {
  accepted: number
  refused: number
  readonly failures: Failure[]
}

/** Of one input, whatever it is. */
const LIMITS = {
  /** Of the processor: the machine may have other things to do. */
  seconds: 1,
  mebibytes: 256,
  /** Characters of a message. */
  message: 11_000,
  /** After which nothing more is tried. */
  failures: 5,
}

/** Seconds after which a thread that is at the same input still is ended. */
const HANG = 20

/** Reads `mutations` changed inputs of a reader in a thread of its own; the same seed changes them alike. */
export async function fuzz(program: string, reader: string, mutations: number, seed: number): Promise<Tally> {
  const progress = new Int32Array(new SharedArrayBuffer(4))
  const { port1, port2 } = new MessageChannel()
  const workerData: Order = { reader, mutations, seed, limits: LIMITS, progress, port: port2 }
  // HDF5 complains at length of what is none.
  const worker = new Worker(program, {
    workerData,
    transferList: [port2],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  })
  let seen = { number: -1, since: performance.now() }
  let watch: NodeJS.Timeout | undefined
  try {
    return await new Promise<Tally>((resolve, reject) => {
      const at = () => `${reader}, mutation ${Atomics.load(progress, REACHED)} of seed ${seed}`
      port1.once('message', resolve)
      worker.once('error', (cause: Error) => reject(new Error(`${at()}: the thread ended: ${cause.message}`, { cause })))
      worker.once('exit', (code) => {
        if (code !== 0) reject(new Error(`${at()}: the thread ended with code ${code}`))
      })
      watch = setInterval(() => {
        const number = Atomics.load(progress, REACHED)
        if (number !== seen.number) seen = { number, since: performance.now() }
        else if (performance.now() - seen.since > 1000 * HANG) reject(new Error(`${at()}: hangs for ${HANG} s`))
      }, 200)
    })
  } finally {
    clearInterval(watch)
    await worker.terminate()
    port1.close()
  }
}

/** Where the bundle of worker.ts is to lie, to find its packages. */
export const BUNDLES = join('.cache', 'fuzz')
