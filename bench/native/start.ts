// How each contender is started, or why it is missing.

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { findFashionMnist } from 'espalier/node'
import { findPython } from '../../scripts/find-python.mjs'
import { loadParts } from '../data.ts'
import type { Start } from './contender.ts'
import { CONTENDERS, type ContenderName, type Task } from './plan.ts'

/** Starts a contender of a task, or says why it cannot. */
export type Starter = (name: ContenderName, task: Task) => Start | string

const FOLDER = 'build/native'

/** 614 standardised rows, a target after each row's eight features: what the program in C reads. */
async function writePima(): Promise<string> {
  const { train } = await loadParts('pima')
  const rows = new Float32Array(train.rows * 9)
  for (let r = 0; r < train.rows; r++) {
    rows.set(train.features.subarray(r * 8, r * 8 + 8), r * 9)
    rows[r * 9 + 8] = train.targets[r] ?? Number.NaN
  }
  const path = `${FOLDER}/pima.f32`
  writeFileSync(path, new Uint8Array(rows.buffer))
  return path
}

/** AVX2 and FMA where there are any: wider vectors are no faster for layers this narrow. */
function compileC(): string | undefined {
  const path = `${FOLDER}/tiny`
  const flags = ['-O3', '-march=native', '-ffast-math', '-mprefer-vector-width=256']
  try {
    execFileSync('gcc', [...flags, 'bench/native/tiny.c', '-o', path, '-lm'], { stdio: 'pipe' })
    return path
  } catch {
    return undefined
  }
}

/** Node 24 merges vectors where it is told to; another Node than this one is named by ESPALIER_NODE_24. */
function wideStart(): Start | string {
  const node = process.env.ESPALIER_NODE_24 ?? process.execPath
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  if (Number.parseInt(version.slice(1), 10) < 24) return `${version} does not merge vectors: name a Node 24 in ESPALIER_NODE_24`
  return { command: [node, '--experimental-wasm-revectorize', 'bench/run.mjs', 'bench/native/espalier.ts', '--no-build'] }
}

export async function findStarter(): Promise<Starter> {
  mkdirSync(FOLDER, { recursive: true })
  const fashion = await findFashionMnist()
  const env = { FASHION: fashion ?? '', PIMA: 'data/pima.arff', PIMA_F32: await writePima() }
  const c = compileC()
  const wide = wideStart()
  const pythons = new Map(
    [...new Set(Object.values(CONTENDERS).flatMap((own) => ('module' in own ? [own.module] : [])))].map((module) => [
      module,
      findPython(module, 'numpy'),
    ]),
  )
  return (name, { id, threads = 1 }) => {
    if (id.startsWith('W1') && fashion === undefined) return 'Fashion-MNIST is not there: `npx espalier data fetch fashion-mnist`'
    const contender = CONTENDERS[name]
    if (name === 'espalier') return { command: [process.execPath, 'bench/run.mjs', 'bench/native/espalier.ts', '--no-build'] }
    if (name === 'wide') return wide
    if (name === 'c') return c === undefined ? 'gcc is missing' : { command: [c], env }
    if (!('module' in contender)) throw new Error(`there is no way to start ${name}`)
    const python = pythons.get(contender.module)
    if (python === undefined) return `no Python has ${contender.module}: name one in ESPALIER_PYTHON`
    const last = cpus().length - 1
    const cores = `${Math.max(0, last - threads + 1)}-${last}`
    // XLA takes as many threads as it has cores, whatever its flags say. The first core has the most to do beside.
    const pinned = process.platform === 'linux' && contender.module !== 'torch' ? ['taskset', '-c', cores] : []
    return {
      command: [...pinned, python, `bench/native/${contender.script}`],
      env: { ...env, THREADS: `${threads}`, OMP_NUM_THREADS: `${threads}`, NPROC: `${threads}`, KERAS_BACKEND: 'jax' },
    }
  }
}
