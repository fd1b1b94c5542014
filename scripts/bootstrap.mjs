// Makes a bare clone ready to build. It runs before anything is installed, so it imports nothing but Node's own modules.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNpm, StepError } from './run.mjs'

/** Why the installed packages do not serve, or undefined when they do. */
function reasonToInstall() {
  const installed = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(installed)) return 'no packages are installed'
  if (statSync(join(root, 'package-lock.json')).mtimeMs > statSync(installed).mtimeMs) return 'package-lock.json has changed'
  return undefined
}

/**
 * Installs the packages of package-lock.json when they are missing or out of date.
 * @throws {StepError} when this Node is too old for the build tools, or npm fails
 */
export async function bootstrap() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const serves = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24
  if (!serves) {
    throw new StepError(`Node ${process.versions.node} cannot run the build tools: use Node 20.19 or later, 22.12 or later, or 24 and up`)
  }
  const reason = reasonToInstall()
  if (reason === undefined) return
  console.log(`installing: ${reason}`)
  await runNpm(['ci', '--no-audit', '--no-fund'])
}
