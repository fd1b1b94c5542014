// A program that trains, asked in lines of JSON: see peer.py.

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Lap {
  /** Of a step, by the clock on the wall and of processor time. */
  readonly seconds: number
  readonly cpu: number
}

export interface Ready {
  /** Seconds of the first run, which compiles. */
  readonly first: number
  readonly description?: string
}

export interface Start {
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export class Contender {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor({ command: [program = '', ...args], env }: Start) {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...env } })
    // What it did not answer, it is asked for; a program that is missing ends its lines.
    child.on('error', () => undefined)
    child.stdin.on('error', () => undefined)
    this.#process = child
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  prepare(task: string, form: string): Promise<Ready> {
    return this.#ask({ prepare: task, form })
  }

  lap(seconds: number): Promise<Lap> {
    return this.#ask({ lap: seconds })
  }

  /** Spaces after colons, as Python writes them and the program in C reads them. */
  async #ask<Answer>(message: Readonly<Record<string, string | number>>): Promise<Answer> {
    const fields = Object.entries(message).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    this.#process.stdin?.write(`{${fields.join(', ')}}\n`)
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error('the program ended')
    const answer = JSON.parse(value)
    if ('error' in answer) throw new Error(answer.error)
    return answer
  }

  close(): void {
    this.#process.stdin?.end()
  }
}
