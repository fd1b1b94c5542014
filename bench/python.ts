// Talks to a Python program in lines of JSON.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A Python program that answers each line of JSON with one. */
export interface PythonProgram {
  /** What it said at its start. */
  readonly greeting: unknown
  /** One question after the other: answers come in their order. */
  ask(message: object): Promise<unknown>
  close(): void
}

export async function startPython(python: string, script: string): Promise<PythonProgram> {
  const process = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(process, 'spawn')
  const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]()
  const read = async (): Promise<unknown> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${python} ${script} ended before it answered`)
    return JSON.parse(value)
  }
  const ask = (message: object): Promise<unknown> => {
    process.stdin.write(`${JSON.stringify(message)}\n`)
    return read()
  }
  return { greeting: await read(), ask, close: () => process.stdin.end() }
}
