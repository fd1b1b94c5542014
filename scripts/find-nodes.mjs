// The releases of Node that tests run in beside the one that runs the tests.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

/** Those that the package supports: see `engines` in package.json. */
export const RELEASES = ['20', '22', '24']

/** Where npm puts its builds of Node. */
export const nodesFolder = join(root, '.cache/nodes')

/** @param {string} release */
export const nodeProgram = (release) =>
  join(nodesFolder, 'node_modules', `node${release}`, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node')

/** @param {string} release */
export const hasNode = (release) => existsSync(nodeProgram(release))
