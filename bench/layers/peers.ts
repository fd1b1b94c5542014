// Who trains W5 to W8 beside this package, and in which forms: those that were found to be fast.

import { existsSync } from 'node:fs'
import { findPython } from '../../scripts/find-python.mjs'
import { findFashionMnist } from '../../src/data/node/find.ts'
import { type Contender, startProgram } from './contender.ts'
import type { WorkloadName } from './workloads.ts'

export const PEERS = ['pytorch', 'jax', 'jax-js', 'tensorflow.js'] as const
export type PeerName = (typeof PEERS)[number]

interface PeerForm {
  readonly peer: PeerName
  readonly form: string
  readonly start: () => Promise<Contender>
}

const CONVOLUTIONS: readonly WorkloadName[] = ['W5', 'W6']

/** A library's program is asked for these; see bench/native for what the words mean. */
const FORMS: Readonly<Record<PeerName, (workload: WorkloadName) => readonly string[]>> = {
  // torch.compile refuses recurrent layers.
  pytorch: (workload) => (CONVOLUTIONS.includes(workload) ? ['whole', 'eager+fused'] : ['eager+fused']),
  jax: (workload) => (CONVOLUTIONS.includes(workload) ? ['patches+shifts+slices', 'patches+patches+slices'] : ['', 'unroll4']),
  'jax-js': () => [''],
  // Its WASM backend lacks the gradients of a convolution and of an embedding (tfjs issue 8474).
  'tensorflow.js': (workload) => (CONVOLUTIONS.includes(workload) ? ['cpu'] : ['cpu', 'wasm']),
}

/** The folder of the programs in Python. */
const NATIVE = 'bench/native'

interface Found {
  readonly forms: readonly PeerForm[]
  /** Who is missing, and what to do. */
  readonly missing: readonly string[]
}

/** JAX makes a pool of as many threads as there are cores that it may use; PyTorch is told. */
function pythonProgram(peer: 'pytorch' | 'jax', python: string, threads: number, fashion: string) {
  const script = `${NATIVE}/${peer === 'pytorch' ? 'torch' : 'jax'}_peer.py`
  const env = { FASHION: fashion, THREADS: String(threads), OMP_NUM_THREADS: String(threads), NPROC: String(threads), JAX_PLATFORMS: 'cpu' }
  return peer === 'jax' && threads === 1
    ? { command: 'taskset', args: ['-c', '1', python, script], env }
    : { command: python, args: [script], env }
}

const MODULES = { pytorch: 'torch', jax: 'jax' } as const

/** @param names who is asked for */
export async function findPeers(names: readonly PeerName[], workload: WorkloadName, threads: number): Promise<Found> {
  const fashion = await findFashionMnist()
  const missing: string[] = []
  const forms = names.flatMap((peer): PeerForm[] => {
    if (peer === 'jax-js' || peer === 'tensorflow.js') {
      // They train on one thread.
      if (threads > 1) return []
      const program = { command: process.execPath, args: ['bench/layers/jsPeers.mjs', peer] }
      return FORMS[peer](workload).map((form) => ({ peer, form, start: () => startProgram(program, workload, form) }))
    }
    const python = findPython(MODULES[peer], 'numpy')
    if (python === undefined)
      missing.push(`${peer}: no Python has it; \`pip install ${MODULES[peer]}\`, and name that Python in ESPALIER_PYTHON`)
    else if (fashion === undefined) missing.push(`${peer}: its program reads Fashion-MNIST; \`npx espalier data fetch fashion-mnist\``)
    else if (!existsSync(NATIVE)) missing.push(`${peer}: there is no ${NATIVE}`)
    else {
      const program = pythonProgram(peer, python, threads, fashion)
      return FORMS[peer](workload).map((form) => ({ peer, form, start: () => startProgram(program, workload, form) }))
    }
    return []
  })
  return { forms, missing }
}
