import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The path of the package in a page served by test/support/server.ts. */
const PACKAGE = '/espalier/index.js'

/** Bundles one of this folder's modules for a page, all but the package, which the page loads from its own place. */
export async function bundlePage(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    external: [PACKAGE],
    alias: { espalier: PACKAGE },
    logLevel: 'warning',
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error(`esbuild made nothing of ${name}`)
  return file.text
}
