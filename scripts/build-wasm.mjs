// Compiles the AssemblyScript kernels, each once per target of asconfig.json, and leaves out what is already up to date.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, join, posix } from 'node:path'
import { gzipAsync } from '@gfx/zopfli'
import pLimit from 'p-limit'
import { root, runNode } from './run.mjs'

const compiler = 'node_modules/assemblyscript'
const targets = ['simd', 'relaxed']

/**
 * @param {string} folder
 * @returns {string[]} the AssemblyScript files under it, from the root, sorted
 */
function sourcesIn(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort()
}

/**
 * @param {string} path of an AssemblyScript file, from the root
 * @param {Set<string>} [found]
 * @returns {Set<string>} it and the files it imports, and those that these import
 */
function importedBy(path, found = new Set()) {
  if (found.has(path)) return found
  found.add(path)
  for (const [, name] of readFileSync(join(root, path), 'utf8').matchAll(/from '(\.[^']+)'/g))
    importedBy(posix.join(posix.dirname(path), `${name}.ts`), found)
  return found
}

/** @param {string[]} paths */
function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    hash.update(path)
    hash.update(readFileSync(join(root, path)))
  }
  return hash.digest('hex')
}

/**
 * `inputs` is the hash of everything the output depends on; `packed`: bundles hold it, so it is written gzipped as well, by zopfli, to a twentieth less than zlib's.
 * @param {{ entry: string, target: string, output: string, inputs: string, packed: boolean }} module
 */
async function compile({ entry, target, output, inputs, packed }) {
  const path = join(root, output)
  const stamp = `${path}.inputs`
  const files = packed ? [path, `${path}.gz`] : [path]
  if (files.every(existsSync) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return
  console.log(`asc ${entry} -> ${output}`)
  await runNode([`${compiler}/bin/asc.js`, entry, '--target', target, '--outFile', output])
  if (packed) writeFileSync(`${path}.gz`, await gzipAsync(readFileSync(path), { numiterations: 5 }))
  writeFileSync(stamp, inputs)
}

/** Modules beside the package's own: measured by benchmarks, or called by tests. */
const extras = { bench: 'bench/assembly', test: 'test/kernels/assembly' }

/**
 * Writes build/initial.wasm and build/wide.wasm; build/<target>.wasm and build/full-<target>.wasm, which has every kind of layer (assembly/full.ts), and of either
 * build/threaded-<name>.wasm whose memory is shared; and build/<bench|test>-<name>.<target>.wasm for each extra module.
 */
export async function buildWasm() {
  mkdirSync(join(root, 'build'), { recursive: true })
  if (existsSync(join(root, 'assembly/generate.mjs'))) await runNode(['assembly/generate.mjs'])
  const modules = Object.entries(extras).flatMap(([prefix, folder]) =>
    sourcesIn(folder).map((entry) => ({ entry, name: `${prefix}-${basename(entry, '.ts')}` })),
  )
  const build = ['asconfig.json', `${compiler}/package.json`]
  const inputs = (/** @type {string} */ entry) => hashOf([...build, ...[...importedBy(entry)].sort()])
  const outputs = targets.flatMap((target) => [
    ...[target, `full-${target}`].flatMap((name) => [
      { entry: 'assembly/index.ts', target: name, output: `build/${name}.wasm`, packed: true },
      { entry: 'assembly/threads.ts', target: `threaded-${name}`, output: `build/threaded-${name}.wasm`, packed: true },
    ]),
    ...modules.map(({ entry, name }) => ({ entry, target, output: `build/${name}.${target}.wasm`, packed: false })),
  ])
  outputs.push({ entry: 'assembly/wideTiles.ts', target: 'wide', output: 'build/wide.wasm', packed: true })
  outputs.push({ entry: 'assembly/initial.ts', target: 'initial', output: 'build/initial.wasm', packed: true })
  const limit = pLimit(availableParallelism())
  await Promise.all(outputs.map((one) => limit(() => compile({ ...one, inputs: inputs(one.entry) }))))
}
