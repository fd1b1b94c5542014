// A measurement in a process of its own, so that its memory is its own and nothing before has warmed or filled what it runs in.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Cost } from './asks.ts'

const run = promisify(execFile)

/** What a measurement came to, and what its process took at its peak. */
export interface Measured<T> {
  readonly result: T
  readonly megabytes: number
}

/** What is to be measured, as peer.py reads it as well. */
export interface Message {
  readonly operation: string
  readonly [field: string]: unknown
}

/** Runs `answer`, which the bundle at `module` exports, in a new process of Node. */
export async function ownMeasurement<T>(module: string, message: Message): Promise<Measured<T>> {
  const program = `
    const { answer } = await import(${JSON.stringify(module)})
    const result = await answer(JSON.parse(process.argv[1]))
    console.log(JSON.stringify({ result, megabytes: process.resourceUsage().maxRSS / 1024 }))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program, JSON.stringify(message)])
  return JSON.parse(stdout) as Measured<T>
}

/** A module that prints what a process took, as it ends. */
const ON_EXIT = `data:text/javascript,${encodeURIComponent(`process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  process.stderr.write('\\n' + JSON.stringify({ processor: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }))
})`)}`

/** The whole command line. */
export async function commandMeasurement(args: readonly string[]): Promise<Measured<Cost>> {
  const start = performance.now()
  const { stderr } = await run(process.execPath, ['--import', ON_EXIT, 'dist/cli.js', ...args])
  const wall = (performance.now() - start) / 1000
  const { processor, megabytes } = JSON.parse(stderr.slice(stderr.lastIndexOf('\n'))) as { processor: number; megabytes: number }
  return { result: { wall, processor }, megabytes }
}

/** Optuna, in a new process of Python. */
export class Peer {
  readonly #python: string
  readonly #seconds: number

  /** @param seconds that a measurement may take */
  constructor(python: string, seconds: number) {
    this.#python = python
    this.#seconds = seconds
  }

  async version(): Promise<string> {
    const { version } = JSON.parse(await this.#lines()) as { version: string }
    return version
  }

  /** In words why there is none. */
  async measure<T>(message: Message): Promise<Measured<T> | string> {
    try {
      const [, line = ''] = (await this.#lines(JSON.stringify(message))).trimEnd().split('\n')
      const answer = JSON.parse(line) as Measured<T> | { readonly missing: string }
      return 'missing' in answer ? answer.missing : answer
    } catch (error) {
      const isLate = typeof error === 'object' && error !== null && 'killed' in error && error.killed === true
      if (isLate) return `not done after ${this.#seconds} s`
      throw error
    }
  }

  async #lines(input = ''): Promise<string> {
    // One thread, as ours: where others want the processor as well, PyTorch's threads wait for one another, busily.
    const env = { ...process.env, OMP_NUM_THREADS: '1' }
    const running = run(this.#python, ['bench/study/grow/peer.py'], { env, timeout: this.#seconds * 1000 })
    running.child.stdin?.end(`${input}${input === '' ? '' : '\n'}`)
    return (await running).stdout
  }
}
