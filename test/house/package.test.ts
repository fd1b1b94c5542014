import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

const repository = fileURLToPath(new URL('../..', import.meta.url))
const dist = (name: string) => join(repository, 'dist', name)

/** The packages and Node modules that an entry of the built package imports, directly or through its own chunks. */
async function externalsOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [dist(entry)],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    packages: 'external',
    external: ['node:*'],
    write: false,
    metafile: true,
    outdir: '/',
    logOverride: { 'ignored-bare-import': 'silent' },
  })
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  return [...new Set(imports.filter(({ external }) => external).map(({ path }) => path))]
}

it('imports only declared dependencies, and nothing of Node, from its main entry', async () => {
  const externals = await externalsOf('index.js')
  expect(externals).not.toHaveLength(0)
  const packages = externals.map((path) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path)
  expect(packages.filter((name) => !(name in manifest.dependencies))).toEqual([])
})

it('has what reports need in its report entry alone, and nothing of Node there', async () => {
  const externals = await externalsOf('report.js')
  expect(externals).toEqual(expect.arrayContaining(['@observablehq/plot', 'pbf']))
  expect(externals.filter((path) => path.startsWith('node:') || path === '@mixmark-io/domino')).toEqual([])
  expect((await externalsOf('index.js')).filter((path) => path === '@observablehq/plot' || path === 'pbf')).toEqual([])
})

it('has a worker that needs no other package, so that a page can start it from a URL', async () => {
  expect(await externalsOf('worker.js')).toEqual([])
})

/** What a page that trains downloads, by a bundler that drops what is not used: each file with its gzipped size and what it imports. */
async function bundlePage() {
  const { metafile, outputFiles } = await build({
    stdin: { contents: "import { fit, openBackend } from './index.js'; console.log(fit, openBackend)", resolveDir: dist('') },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    outdir: '/',
    logOverride: { 'ignored-bare-import': 'silent' },
  })
  const sizes = new Map(outputFiles.map(({ path, contents }) => [basename(path), gzipSync(contents, { level: 9 }).length]))
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]))
  const importsOf = (name: string, kind: string) =>
    (outputs.get(name)?.imports ?? []).filter((one) => one.kind === kind).map(({ path }) => basename(path))
  /** With all that these files import at once. */
  const sizeOf = (names: readonly string[]): number => {
    const needed = new Set(names)
    for (const name of needed) for (const path of importsOf(name, 'import-statement')) needed.add(path)
    return [...needed].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0)
  }
  const names = [...outputs.keys()]
  const used = [...outputs.values()].flatMap(({ inputs }) => Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0))
  const kernels = names.find((name) => name.startsWith('relaxed-')) ?? ''
  const wasm = names.find((name) => importsOf(name, 'dynamic-import').includes(kernels)) ?? ''
  return { used: used.map(([path]) => path), kilobytes: sizeOf(['stdin.js', wasm, kernels]) / 1000, kernels: sizeOf([kernels]) / 1000 }
}

it('leaves a bundler free to drop what a page does not use', async () => {
  const { used } = await bundlePage()
  const locales = used.filter((path) => path.includes('zod/v4/locales/'))
  expect(locales).toEqual([])
  expect(used.filter((path) => /node_modules\/(papaparse|jsep|idb|p-limit)\//.test(path))).toEqual([])
})

it('costs a page that trains on WASM at most 65 KB, gzipped, with its kernels', async () => {
  const { kilobytes, kernels } = await bundlePage()
  expect(kernels).toBeGreaterThan(15)
  expect(kilobytes).toBeGreaterThan(kernels + 20)
  expect(kilobytes).toBeLessThan(65)
})

it('starts nothing and looks at no device when it is imported', () => {
  const program = `
    const refuse = (name) => { throw new Error('importing the package read ' + name) }
    for (const name of ['navigator', 'fetch', 'Worker']) Object.defineProperty(globalThis, name, { get: () => refuse(name) })
    await import(${JSON.stringify(pathToFileURL(dist('index.js')).href)})`
  // A timer, a socket or a worker left behind would keep the process from ending by itself.
  execFileSync(process.execPath, ['--input-type=module', '--eval', program], { timeout: 20_000 })
})

it('has types that stand alone in a browser project, with Node unknown and every declaration checked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-consumer-'))
  try {
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(repository, join(folder, 'node_modules/espalier'), 'dir')
    writeFileSync(
      join(folder, 'page.ts'),
      "import { openBackend } from 'espalier'\nimport { renderHtml } from 'espalier/report'\nexport const backend = await openBackend()\n" +
        "export const page = renderHtml({ title: '', subtitle: '', facts: [], sections: [] }, { document })\n",
    )
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler']
    const args = [join(repository, 'node_modules/typescript/bin/tsc'), ...options, '--lib', 'es2023,dom,dom.iterable', 'page.ts']
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    expect(stdout).toBe('')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
