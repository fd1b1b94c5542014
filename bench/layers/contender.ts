// Processes that are asked in lines of JSON to train for a while: peer.py says how.

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { WorkloadName } from './workloads.ts'

/** What a step of a lap took, on average, in seconds: of the clock, and of the processor. */
export interface Lap {
  readonly seconds: number
  readonly cpu: number
}

/** Whoever trains in turn with others. */
export interface Contender {
  /** @throws where it cannot go on */
  lap(seconds: number): Promise<Lap>
  close(): Promise<void>
}

export interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A step that takes longer is timed as the first one, and no more are taken to warm up. */
const SLOW = 3

type Answer =
  | { readonly error: string }
  | (Lap & { readonly error?: undefined })
  | { readonly first: number; readonly cpu?: number; readonly error?: undefined }

/** A program that trains one network in one form. */
class ProcessContender implements Contender {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  #first: Lap | undefined

  constructor({ command, args, env = {} }: Program) {
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...env } })
    const { stdout } = this.#process
    if (stdout === null) throw new Error(`${command} has no output`)
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  async #ask<T extends Answer>(message: object): Promise<T> {
    this.#process.stdin?.write(`${JSON.stringify(message)}\n`)
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('the program ended')
    const answer = JSON.parse(value) as T
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer
  }

  /** Sets up, compiles and warms up. */
  async prepare(workload: WorkloadName, form: string): Promise<void> {
    const { first, cpu = first } = await this.#ask<{ first: number; cpu?: number }>({ prepare: workload, form, warm: 2 })
    // A program of this kind has no compiler to wait for.
    if (first > SLOW && form === 'cpu') this.#first = { seconds: first, cpu }
  }

  async lap(seconds: number): Promise<Lap> {
    const first = this.#first
    this.#first = undefined
    return first ?? this.#ask<Lap>({ lap: seconds })
  }

  async close(): Promise<void> {
    this.#process.stdin?.end()
    if (this.#process.exitCode === null) await new Promise((resolve) => this.#process.once('exit', resolve))
  }
}

/** @throws where the program cannot train this, for its reason */
export async function startProgram(program: Program, workload: WorkloadName, form: string): Promise<Contender> {
  const contender = new ProcessContender(program)
  try {
    await contender.prepare(workload, form)
  } catch (error) {
    await contender.close()
    throw error
  }
  return contender
}
