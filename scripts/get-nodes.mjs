// Gets the releases of Node that tests run in, as npm has them for this machine.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasNode, nodesFolder, RELEASES } from './find-nodes.mjs'
import { runNpm } from './run.mjs'

/** @throws {Error} where npm has none for this machine, or cannot be reached */
export async function getNodes() {
  if (RELEASES.every(hasNode)) return
  const platform = process.platform === 'win32' ? 'win' : process.platform
  mkdirSync(nodesFolder, { recursive: true })
  writeFileSync(join(nodesFolder, 'package.json'), '{ "private": true }\n')
  const packages = RELEASES.map((release) => `node${release}@npm:node-${platform}-${process.arch}@${release}`)
  await runNpm([
    'install',
    ...packages,
    '--prefix',
    nodesFolder,
    '--no-save',
    '--no-bin-links',
    '--no-audit',
    '--no-fund',
    '--loglevel',
    'error',
  ])
}
