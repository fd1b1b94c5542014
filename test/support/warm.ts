/**
 * Programs for Node, run one after the other in one process that has their libraries loaded: work of hundredths of a second then does not pay half a
 * second for starting. Tests about starting, signals, pipes or several programs at once use processes of their own.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Finished {
  /** Null where the program was killed, or would not have ended by itself. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Program {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  /** How long it may take to end once its module has, in milliseconds. */
  readonly patience: number
}

class WarmProcess {
  #child: ChildProcess | undefined
  #last: Promise<unknown> = Promise.resolve()

  /** Runs a program after those that were asked for before. */
  run(program: Program): Promise<Finished> {
    const own = this.#last.then(() => this.#runNow(program))
    this.#last = own
    return own
  }

  #runNow(program: Program): Promise<Finished> {
    this.#child ??= start()
    const child = this.#child
    return new Promise((resolve) => {
      // Its own streams are used by one that ends the process, as by an error that nobody catches.
      const said = { stdout: '', stderr: '' }
      const hearOut = (chunk: Buffer) => {
        said.stdout += chunk.toString()
      }
      const hearErr = (chunk: Buffer) => {
        said.stderr += chunk.toString()
      }
      const end = (finished: Finished) => {
        child.off('message', end).off('close', died)
        child.stdout?.off('data', hearOut)
        child.stderr?.off('data', hearErr)
        resolve(finished)
      }
      const died = (code: number | null) => {
        this.#child = undefined
        end({ code, ...said })
      }
      child.stdout?.on('data', hearOut)
      child.stderr?.on('data', hearErr)
      child.on('message', end).on('close', died)
      child.send(program)
    })
  }
}

/** It ends with this process, which its channel tells it of. */
function start(): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(new URL('warm.mjs', import.meta.url))], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  child.unref()
  return child
}

const warm = new WarmProcess()

/** Runs a program as `node file ...args` would in that folder. */
export const runWarm = (file: string, args: readonly string[], cwd: string, patience = 10_000): Promise<Finished> =>
  warm.run({ file, args, cwd, patience })
