// Starts Optuna for tests.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'
import { findOptuna, optunaPackages } from '../../scripts/find-optuna.mjs'
import { parseJson, stringifyJson } from '../../src/study/journal/json.ts'
import type { Json } from '../../src/study/trial.ts'

const python = findOptuna()
const reason = `no Python with Optuna: apt-get install ${optunaPackages.join(' ')}, or name one in ESPALIER_PYTHON`

/** `describe` for tests that ask the real Optuna: where it is missing they are skipped, saying why; with CI=true they fail. */
export function describeWithOptuna(name: string, tests: () => void): void {
  if (python !== undefined || process.env.CI === 'true') describe(name, tests)
  else describe.skip(`${name} (OPTUNA TESTS NOT RUN: ${reason})`, tests)
}

/** `it`, likewise. */
export function itWithOptuna(name: string, test: () => Promise<void>): void {
  if (python !== undefined || process.env.CI === 'true') it(name, test)
  else it.skip(`${name} (OPTUNA TESTS NOT RUN: ${reason})`, test)
}

/** The interpreter that has Optuna. */
export function pythonOfOptuna(): string {
  if (python === undefined) throw new Error(reason)
  return python
}

/** Optuna in a process of its own, running a script of support/python that answers a line of JSON with one. Whoever starts it closes it. */
export interface Optuna {
  ask(command: { readonly [key: string]: Json }): Promise<Json>
  close(): void
}

export function startOptuna(script: string): Optuna {
  const path = fileURLToPath(new URL(`python/${script}`, import.meta.url))
  const child = spawn(pythonOfOptuna(), [path], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async ask(command) {
      child.stdin.write(`${stringifyJson(command)}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`${script} ended instead of answering ${stringifyJson(command)}`)
      return parseJson(value)
    },
    close: () => child.stdin.end(),
  }
}
