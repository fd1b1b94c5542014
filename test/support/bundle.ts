// Bundles programs and pages for tests.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** A folder of its own; whoever makes it removes it. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'espalier-test-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Bundles a TypeScript program with all it imports, the built package too, for a Node process of its own. Answers the path of the file in `folder`. */
export async function bundleProgram(source: URL, folder: string): Promise<string> {
  const outfile = join(folder, 'program.mjs')
  await build({
    entryPoints: [fileURLToPath(source)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    alias: { espalier: './dist/index.js' },
    // The entries import their chunks twice over where one has no exports to name.
    logOverride: { 'ignored-bare-import': 'silent' },
    logLevel: 'warning',
  })
  return outfile
}

/** The path of the package in a page served by server.ts. */
const PACKAGE = '/espalier/index.js'
/** The entry that draws charts, which no other page needs: bundled into the page's own module. */
const REPORT = './dist/report.js'

/**
 * Bundles a module for a page, all but the package, which the page loads from its own place.
 * @param path of the module, from the repository's root, where every process that calls this runs
 */
export async function bundlePage(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    external: [PACKAGE],
    alias: { espalier: PACKAGE, 'espalier/report': REPORT },
    // The entries import their chunks twice over where one has no exports to name.
    logOverride: { 'ignored-bare-import': 'silent' },
    logLevel: 'warning',
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error(`esbuild made nothing of ${path}`)
  return file.text
}
