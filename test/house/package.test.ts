import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
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
  expect(externals.filter((path) => !(path in manifest.dependencies))).toEqual([])
})

it('has what draws charts in its report entry alone, and nothing of Node there', async () => {
  const drawing = Object.keys(manifest.dependencies).filter((name) => /plot|domino/.test(name))
  expect(drawing).toHaveLength(2)
  expect((await externalsOf('index.js')).filter((path) => drawing.includes(path))).toEqual([])
  expect((await externalsOf('report.js')).filter((path) => drawing.includes(path) || path.startsWith('node:'))).toEqual([
    '@observablehq/plot',
  ])
})

it('has a worker that needs no other package, so that a page can start it from a URL', async () => {
  expect(await externalsOf('worker.js')).toEqual([])
})

it('leaves a bundler free to drop what a page does not use', async () => {
  const { metafile } = await build({
    stdin: { contents: "import { fit, openBackend } from './index.js'; console.log(fit, openBackend)", resolveDir: dist('') },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    outdir: '/',
    logOverride: { 'ignored-bare-import': 'silent' },
  })
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  )
  const locales = used.map(([path]) => path).filter((path) => path.includes('zod/v4/locales/'))
  expect(locales.map((path) => path.replace(/.*\//, ''))).toEqual(['en.js'])
})

it('starts nothing and looks at no device when it is imported', () => {
  // The validation library reads navigator.userAgent, to learn whether it may compile its checks; nothing else may be read.
  const program = `
    const refuse = (name) => { throw new Error('importing the package read ' + name) }
    const navigator = new Proxy({}, { get: (_, name) => (name === 'userAgent' ? '' : refuse('navigator.' + String(name))) })
    Object.defineProperty(globalThis, 'navigator', { value: navigator })
    for (const name of ['fetch', 'Worker']) Object.defineProperty(globalThis, name, { get: () => refuse(name) })
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
