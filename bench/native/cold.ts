// From the start of a process to the end of its first step of 8-12-8-1.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPython } from '../../scripts/find-python.mjs'

export interface ColdStart {
  readonly title: string
  /** None where it is missing, for this reason. */
  readonly seconds: readonly number[]
  readonly missing?: string
}

const python = (module: string, flag: string): readonly string[] | string => {
  const found = findPython(module, 'numpy')
  return found === undefined ? `no Python has ${module}` : [found, 'bench/native/cold.py', flag]
}

/** Rounds in turn, after one that fills the disk's cache. */
export function coldStarts(rounds: number): ColdStart[] {
  const programs: readonly (readonly [string, readonly string[] | string])[] = [
    ['espalier, on the calling thread', [process.execPath, 'bench/native/cold.mjs', '0']],
    ['espalier, a worker', [process.execPath, 'bench/native/cold.mjs', '1']],
    ['Node alone', [process.execPath, '-e', '0']],
    ['JAX', python('jax', '--jax')],
    ['PyTorch', python('torch', '--torch')],
    ['PyTorch, compiled, nothing cached', python('torch', '--torch-compile')],
  ]
  const seconds = programs.map((): number[] => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [i, [, command]] of programs.entries()) {
      if (typeof command === 'string') continue
      const took = timed(command)
      if (round > 0) seconds[i]?.push(took)
    }
  }
  return programs.map(([title, command], i) => ({
    title,
    seconds: seconds[i] ?? [],
    ...(typeof command === 'string' && { missing: command }),
  }))
}

function timed([program = '', ...args]: readonly string[]): number {
  const cache = mkdtempSync(join(tmpdir(), 'espalier-cold-'))
  try {
    const started = performance.now()
    execFileSync(program, args, { stdio: 'ignore', env: { ...process.env, TORCHINDUCTOR_CACHE_DIR: cache } })
    return (performance.now() - started) / 1000
  } finally {
    rmSync(cache, { recursive: true })
  }
}
