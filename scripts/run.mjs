// Runs the steps of scripts, and reports their failures.

import { spawn } from 'node:child_process'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** A step that failed in a way its own output has already explained. */
export class StepError extends Error {}

/**
 * Runs a program with this terminal's output and no input.
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string | undefined>, shell?: boolean, cwd?: string, held?: boolean }} [options] `env` is added to this process's; `cwd` is the root by
 *   default; output that is `held` is shown when the program has ended, so that programs beside one another can be read
 * @returns {Promise<void>} rejects with a StepError unless the program exits with 0
 */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      stdio: options.held ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...options.env },
      shell: options.shell ?? false,
    })
    // The terminal sends Ctrl-C to the child as well; it ends in its own way, and its exit ends the wait.
    const wait = () => {}
    process.on('SIGINT', wait)
    /** @type {Buffer[]} */
    const held = []
    child.stdout?.on('data', (chunk) => held.push(chunk))
    child.stderr?.on('data', (chunk) => held.push(chunk))
    child.on('close', () => process.off('SIGINT', wait))
    child.on('error', (error) => reject(new StepError(`${program} could not be started: ${error.message}`)))
    child.on('close', (code, signal) => {
      process.stdout.write(Buffer.concat(held))
      if (code === 0) resolve()
      else reject(new StepError(`${[program, ...args].join(' ')} ended with ${signal ?? `exit code ${code}`}`))
    })
  })
}

/**
 * Runs a JavaScript file with the Node that runs this one.
 * @param {string[]} args the file, from the repository's root, and its arguments
 * @param {Record<string, string | undefined>} [env]
 */
export const runNode = (args, env) => run(process.execPath, args, env ? { env } : {})

/**
 * Runs npm: the one that started this process, or the one on the PATH.
 * @param {string[]} args
 * @param {{ cwd?: string, held?: boolean }} [options] as of `run`
 */
export function runNpm(args, options = {}) {
  const npm = process.env.npm_execpath
  if (npm?.endsWith('.js')) return run(process.execPath, [npm, ...args], options)
  return run('npm', args, { ...options, shell: process.platform === 'win32' })
}

/**
 * Announces a step, runs it, and says how long it took.
 * @template T
 * @param {string} name
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const started = performance.now()
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`
  console.log(`\n== ${name}`)
  try {
    const result = await work()
    console.log(`== ${name}: done in ${seconds()}`)
    return result
  } catch (error) {
    console.error(`== ${name}: FAILED after ${seconds()}`)
    throw error
  }
}

/**
 * Runs a script's main function: an expected failure prints its message, an unexpected one its stack; both exit with 1.
 * @param {() => Promise<void>} main
 */
export function runMain(main) {
  main().catch((error) => {
    console.error(error instanceof StepError ? error.message : error)
    process.exitCode = 1
  })
}
