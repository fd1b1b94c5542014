// Starts PyTorch processes.

import { findPython } from '../scripts/find-python.mjs'
import type { AskTorch } from './peers/torch.ts'
import { type PythonProgram, startPython } from './python.ts'

/** PyTorch's processes, each started when it is first asked. */
export interface Torch {
  /** Why there are none, and what to do. */
  readonly missing: string | undefined
  readonly ask: AskTorch
  close(): Promise<void>
}

export function findTorch(): Torch {
  const python = findPython('torch', 'numpy')
  const programs = new Map<number, Promise<PythonProgram>>()
  return {
    missing:
      python === undefined
        ? 'not installed: `apt-get install python3-torch`, or name a Python that has torch in ESPALIER_PYTHON'
        : undefined,
    async ask(process, message) {
      if (python === undefined) throw new Error('there is no Python with torch')
      const program = programs.get(process) ?? startPython(python, 'bench/peers/pytorch.py')
      programs.set(process, program)
      return (await program).ask(message)
    },
    async close() {
      for (const program of programs.values()) (await program).close()
    },
  }
}
