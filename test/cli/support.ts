import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type Finished, runWarm } from '../support/warm.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const cli = join(root, 'dist/cli.js')

/** The command as a user runs it, without a terminal, in a process of its own. */
export function start(
  args: readonly string[],
  cwd: string = root,
  env: Readonly<Record<string, string>> = {},
): { child: ChildProcessByStdio<null, Readable, Readable>; finished: Promise<Finished> } {
  const child = spawn(process.execPath, [cli, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, finished }
}

export const runAlone = (args: readonly string[], cwd?: string, env?: Readonly<Record<string, string>>): Promise<Finished> =>
  start(args, cwd, env).finished

/** The command, in a process that has run others before. */
export const run = (args: readonly string[], cwd: string = root): Promise<Finished> => runWarm(cli, args, cwd)

/** A folder of the test's own, gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A training file as data; tests change what they are about. */
export const pimaFile = {
  data: { source: 'pima', target: 'class', scaling: 'standardize' },
  network: {
    loss: 'binaryCrossentropy',
    layers: [
      { units: 12, activation: 'relu' },
      { units: 1, activation: 'sigmoid' },
    ],
  },
  optimizer: { name: 'adam', learningRate: 0.01 },
  batchSize: 32,
  epochs: 10,
  seed: 3,
} as const

/** A study file as data, of three trials of an epoch. */
export const STUDY = {
  name: 'first/study',
  data: { source: 'pima' },
  space: { units: { type: 'int', low: 2, high: 4 } },
  train: {
    network: {
      loss: 'binaryCrossentropy',
      layers: [
        { units: '$units', activation: 'relu' },
        { units: 1, activation: 'sigmoid' },
      ],
    },
    epochs: 1,
  },
  objective: 'testLoss',
  sampler: 'random',
  budget: { trials: 3 },
} as const
