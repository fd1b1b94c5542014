import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { bundlePage, downloads, loadedFor } from '../support/downloads.ts'

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

it('has zod in its own files, with no language but one', () => {
  const text = readdirSync(dist(''))
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(dist(name), 'utf8'))
    .join('\n')
  const inside = new Set([...text.matchAll(/^\/\/ node_modules\/zod\/v4\/(\S+)$/gm)].map(([, path]) => path))
  expect([...inside]).toContain('mini/schemas.js')
  expect([...inside].filter((path) => path?.startsWith('locales/'))).toEqual(['locales/en.js'])
  expect(text).not.toMatch(/from ['"]zod/)
})

it('has what reports need in its report entry alone, and nothing of Node there', async () => {
  const externals = await externalsOf('report.js')
  expect(externals).toEqual(expect.arrayContaining(['@observablehq/plot', 'pbf']))
  expect(externals.filter((path) => path.startsWith('node:') || path === '@mixmark-io/domino')).toEqual([])
  expect((await externalsOf('index.js')).filter((path) => path === '@observablehq/plot' || path === 'pbf')).toEqual([])
})

it('has what formats need in its formats entry alone, h5wasm handed over by the caller, and nothing of Node there', async () => {
  const externals = await externalsOf('formats.js')
  expect(externals).toEqual(expect.arrayContaining(['fflate', 'pbf']))
  expect(externals.filter((path) => path.startsWith('node:') || path === 'h5wasm')).toEqual([])
  expect((await externalsOf('index.js')).filter((path) => path === 'fflate')).toEqual([])
})

it('has the published studies in an entry of their own, and nothing of Node or of charts there', async () => {
  const externals = await externalsOf('replicate.js')
  expect(externals.filter((path) => path.startsWith('node:') || path === '@observablehq/plot' || path === 'idb')).toEqual([])
  const { replayPima, winnerTakesAllReport } = await import('espalier/replicate')
  expect([replayPima, winnerTakesAllReport].map((one) => typeof one)).toEqual(['function', 'function'])
  expect(Object.keys(await import('espalier')).filter((name) => /^replay|Report$/.test(name))).toEqual([])
})

it('predicts by an answer with under 15 KB, gzipped, of its own and nothing else', async () => {
  expect(await externalsOf('predict.js')).toEqual([])
  const { outputFiles } = await build({
    entryPoints: [dist('predict.js')],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  })
  const [file] = outputFiles
  const kilobytes = gzipSync(file?.contents ?? new Uint8Array(), { level: 9 }).length / 1000
  console.log(`A page that predicts by an answer downloads ${kilobytes.toFixed(1)} KB beside it`)
  expect(kilobytes).toBeGreaterThan(3)
  expect(kilobytes).toBeLessThan(15)
})

it('has a worker that needs no other package, so that a page can start it from a URL', async () => {
  expect(await externalsOf('worker.js')).toEqual([])
})

it('has a worker inside a module, and a module for pages without a bundler, that need no other package', async () => {
  expect(await externalsOf('inline-worker.js')).toEqual([])
  expect(await externalsOf('browser/index.js')).toEqual([])
  expect(await externalsOf('browser/worker.js')).toEqual([])
})

it('leaves a bundler free to drop what a page does not use', async () => {
  const { used } = await bundlePage()
  expect(used.filter((path) => /node_modules\/(papaparse|jsep|idb|p-limit)\//.test(path))).toEqual([])
})

describe('a page that trains', () => {
  it('loads one backend without the other', async () => {
    const page = await bundlePage()
    const [wasm, webgpu] = [loadedFor(page, 'wasm'), loadedFor(page, 'webgpu')]
    for (const name of ['openWebgpu', 'openInitialStates'])
      expect([...wasm]).not.toContain(page.find(name, (_, exported) => exported.includes(name)))
    expect([...webgpu]).not.toContain(page.find('openWasm', (_, exported) => exported.includes('openWasm')))
    expect([...webgpu].filter((name) => /^(relaxed|simd)-/.test(name))).toEqual([])
    // Kernels of convolutions are loaded by the networks that have some, and so on; the engine of WASM is its workers'.
    expect([...wasm, ...webgpu].filter((name) => /^(full|threaded|(small|between|whole|more)Kernels|callingThread)-/.test(name))).toEqual(
      [],
    )
    for (const name of ['smallKernels', 'betweenKernels', 'wholeKernels', 'moreKernels', 'callingThread'])
      expect(page.find(name, (file) => file.startsWith(`${name}-`))).toBeDefined()
    expect(page.find('the full build', (name) => name.startsWith('full-relaxed-'))).toBeDefined()
    expect([...page.withImports(['stdin.js'])].filter((name) => /^(backend|relaxed|simd|initial)/.test(name))).toEqual([])
  })

  // Of 0.1.0 it was 55 and 54. What the tables of core come to is worked out on the page, so the script of the workers has 6 KB; the kernels of dense networks 22, and the
  // page's own code, which knows every layer, activation, loss and optimizer by name, fields and shapes, 47. Convolutions, recurrent layers and whatever else is beyond
  // dense networks have a build of their own. The aim stays 60 for each.
  it('costs at most 76 KB on WASM, gzipped, with the kernels and the script of its workers', async () => {
    const { wasm: kilobytes, worker } = await downloads()
    console.log(`A page that trains on WASM downloads ${kilobytes.toFixed(1)} KB, of them ${worker.toFixed(1)} for its workers`)
    expect(worker).toBeGreaterThan(3)
    expect(worker).toBeLessThan(7)
    expect(kilobytes).toBeLessThan(76)
  })

  // With the shaders of networks that go layer by layer; a small network loads others, which are fewer. Those of layers between dense ones, of all other layers and of optimizers of
  // whole tensors are loaded by the networks that have some.
  it('costs at most 78.5 KB on WebGPU, gzipped, with the shaders and the module of initial weights', async () => {
    const { webgpu: kilobytes } = await downloads()
    console.log(`A page that trains on WebGPU downloads ${kilobytes.toFixed(1)} KB`)
    expect(kilobytes).toBeLessThan(78.5)
  })
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
      "import { openBackend } from 'espalier'\nimport { toOnnx } from 'espalier/formats'\nimport { renderHtml } from 'espalier/report'\nexport const backend = await openBackend()\n" +
        "export const page = renderHtml({ title: '', subtitle: '', facts: [], sections: [] }, { document })\nexport const onnx: typeof toOnnx = toOnnx\n",
    )
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler']
    const args = [join(repository, 'node_modules/typescript/bin/tsc'), ...options, '--lib', 'es2023,dom,dom.iterable', 'page.ts']
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    expect(stdout).toBe('')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
