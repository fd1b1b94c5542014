import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

const dist = (name: string) => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url))

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
  })
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  return [...new Set(imports.filter(({ external }) => external).map(({ path }) => path))]
}

it('imports only declared dependencies, and nothing of Node, from its main entry', async () => {
  const externals = await externalsOf('index.js')
  expect(externals).not.toHaveLength(0)
  expect(externals.filter((path) => !(path in manifest.dependencies))).toEqual([])
})

it('has a worker that needs no other package, so that a page can start it from a URL', async () => {
  expect(await externalsOf('worker.js')).toEqual([])
})

it('starts nothing and looks at no device when it is imported', () => {
  const program = `
    for (const name of ['navigator', 'fetch', 'Worker']) {
      Object.defineProperty(globalThis, name, { get() { throw new Error('importing the package read ' + name) } })
    }
    await import(${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)})
    console.log(process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap').join())`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8', timeout: 20_000 })
  expect(output.trim()).toBe('')
})
