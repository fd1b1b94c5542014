// Bundles and imports TypeScript modules of this repository.

import { join, parse } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { root } from './run.mjs'

/**
 * Bundles a TypeScript module of this repository, for Node 20 takes none, and imports it. What it runs has the root as its working folder.
 * @param {string} entry from the repository's root, e.g. bench/main.ts
 * @returns {Promise<Record<string, any>>} its exports
 */
export async function importBundled(entry) {
  process.chdir(root)
  const { dir, name } = parse(entry)
  // As deep as the folders of its sources: what they find by import.meta.url is where it was.
  const outdir = `build/${dir.replaceAll('/', '-')}`
  await build({
    entryPoints: [entry],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  })
  return import(pathToFileURL(join(root, outdir, `${name}.mjs`)).href)
}
