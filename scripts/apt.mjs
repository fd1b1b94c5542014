// Installs Debian packages where that needs no password.

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { run } from './run.mjs'

/** The words that start a command as root without a question asked, or undefined when there is no such way. */
function asRoot() {
  if (process.getuid?.() === 0) return []
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' })
    return ['sudo', '-n']
  } catch {
    return undefined
  }
}

/**
 * Installs packages of Debian's or Ubuntu's.
 * @param {string[]} packages
 * @throws {Error} where there is no apt-get that may be run, or it fails
 */
export async function aptInstall(...packages) {
  const prefix = existsSync('/usr/bin/apt-get') ? asRoot() : undefined
  if (prefix === undefined) throw new Error('no apt-get that may be run without a password')
  /** @param {string[]} words */
  const aptGet = (...words) => {
    const [program = '', ...args] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...words]
    return run(program, args)
  }
  await aptGet('update')
  await aptGet('install', '-y', '--no-install-recommends', ...packages)
}
