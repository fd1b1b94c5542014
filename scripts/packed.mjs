// The package as a user gets it, for the tests of the vitest project `packed`: packed, and installed beside the fixtures of test/embedding and their tools.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root, runNpm } from './run.mjs'
import { embedding, installEmbeddingTools, installTarball } from './tools.mjs'

/**
 * A copy of a folder with a package.json, without what was built or installed in it.
 * @param {string} from
 * @param {string} to
 */
export function copyApp(from, to) {
  cpSync(from, to, { recursive: true, filter: (path) => !['node_modules', 'dist', '.next'].includes(basename(path)) })
}

/**
 * Packs what is built, and installs it for the fixtures; what is there already is not installed again.
 * @returns {Promise<string>} the path of the tarball
 */
export async function preparePacked() {
  const folder = join(root, '.cache/packed')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await runNpm(['pack', '--ignore-scripts', '--silent', '--pack-destination', folder])
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const tarball = join(folder, `${name}-${version}.tgz`)

  await installEmbeddingTools()
  const source = join(root, 'test/embedding')
  for (const own of readdirSync(embedding))
    if (own !== 'node_modules' && !own.endsWith('.stamp')) rmSync(join(embedding, own), { recursive: true })
  for (const own of readdirSync(source)) if (!own.endsWith('.test.ts')) copyApp(join(source, own), join(embedding, own))
  await installTarball(tarball)
  // Of Vite's dev server, which remembers dependencies by the lock file: the tarball is not in it.
  rmSync(join(embedding, 'node_modules/.vite'), { recursive: true, force: true })
  return tarball
}
