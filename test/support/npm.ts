// Runs npm for tests.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Runs npm in a folder, quietly. @throws with npm's own words when it fails */
export async function npm(folder: string, args: readonly string[]): Promise<void> {
  const own = process.env.npm_execpath
  const [program, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []]
  const quiet = ['--prefix', folder, '--no-audit', '--no-fund', '--loglevel', 'error']
  await run(program, [...first, ...args, ...quiet], { cwd: folder, shell: program === 'npm' && process.platform === 'win32' })
}
