// Measures what a page downloads.

import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const dist = (name: string) => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url))

const web = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  write: false,
  metafile: true,
  outdir: '/',
  logOverride: { 'ignored-bare-import': 'silent' },
} as const

/** What a page that trains downloads, by a bundler that drops what is not used and keeps files apart that are loaded apart. */
export async function bundlePage() {
  const contents = "import { fit, openBackend } from './index.js'; console.log(fit, openBackend)"
  const { metafile, outputFiles } = await build({ ...web, stdin: { contents, resolveDir: dist('') }, splitting: true })
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]))
  const sizes = new Map(outputFiles.map(({ path, contents }) => [basename(path), gzipSync(contents, { level: 9 }).length]))
  const used = [...outputs.values()].flatMap(({ inputs }) => Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0))
  return {
    used: used.map(([path]) => path),
    /** The only file of which this holds. */
    find(what: string, holds: (name: string, exported: readonly string[]) => boolean): string {
      const [name, ...others] = [...outputs].filter(([name, output]) => holds(name, output.exports)).map(([name]) => name)
      if (name === undefined || others.length > 0) throw new Error(`${what} is in ${1 + others.length} files of the page, not in one`)
      return name
    },
    /** These files with all that they import at once. */
    withImports(names: readonly string[]): ReadonlySet<string> {
      const needed = new Set(names)
      for (const name of needed)
        for (const { path, kind } of outputs.get(name)?.imports ?? []) if (kind === 'import-statement') needed.add(basename(path))
      return needed
    },
    /** In thousands of bytes, gzipped. */
    sizeOf: (names: ReadonlySet<string>): number => [...names].reduce((sum, name) => sum + (sizes.get(name) ?? Number.NaN), 0) / 1000,
  }
}

/** The files that each backend loads beside the page's own: its code, and what computes for it. */
const parts = {
  wasm: { code: ['openWasm'], module: 'relaxed-' },
  // A network goes layer by layer or is small, never both; the kernels of the former are more.
  webgpu: { code: ['openWebgpu', 'openInitialStates', 'generalSources'], module: 'initial-' },
} as const

export function loadedFor({ find, withImports }: Awaited<ReturnType<typeof bundlePage>>, backend: keyof typeof parts): ReadonlySet<string> {
  const { code, module } = parts[backend]
  const files = code.map((name) => find(name, (_, exported) => exported.includes(name)))
  return withImports(['stdin.js', ...files, find(module, (name) => name.startsWith(module))])
}

/** What a page downloads to train on either backend, in thousands of bytes; on WASM, `worker` of them are the script of its workers. */
export async function downloads(): Promise<{ wasm: number; webgpu: number; worker: number }> {
  const page = await bundlePage()
  const { outputFiles } = await build({ ...web, entryPoints: [dist('worker.js')] })
  const worker = outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0) / 1000
  return { wasm: page.sizeOf(loadedFor(page, 'wasm')) + worker, webgpu: page.sizeOf(loadedFor(page, 'webgpu')), worker }
}
