// Compiles the AssemblyScript kernels, each once per target of asconfig.json, and leaves out what is already up to date.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
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
 * @param {string} entry
 * @param {string} target
 * @param {string} output
 * @param {string} inputs the hash of everything the output depends on
 */
async function compile(entry, target, output, inputs) {
  const stamp = join(root, `${output}.inputs`)
  if (existsSync(join(root, output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return
  console.log(`asc ${entry} -> ${output}`)
  await runNode([`${compiler}/bin/asc.js`, entry, '--target', target, '--outFile', output])
  writeFileSync(stamp, inputs)
}

/** Modules beside the package's own: measured by benchmarks, or called by tests. */
const extras = { bench: 'bench/assembly', test: 'test/kernels/assembly' }

/**
 * Writes build/initial.wasm, build/<target>.wasm, build/threaded-<target>.wasm whose memory is shared, and
 * build/<bench|test>-<name>.<target>.wasm for each extra module.
 */
export async function buildWasm() {
  mkdirSync(join(root, 'build'), { recursive: true })
  if (existsSync(join(root, 'assembly/generate.mjs'))) await runNode(['assembly/generate.mjs'])
  const kernels = sourcesIn('assembly')
  const modules = Object.entries(extras).flatMap(([prefix, folder]) =>
    sourcesIn(folder).map((entry) => ({ entry, name: `${prefix}-${basename(entry, '.ts')}` })),
  )
  const shared = ['asconfig.json', `${compiler}/package.json`, ...kernels]
  const whole = targets.flatMap((target) => [
    compile('assembly/index.ts', target, `build/${target}.wasm`, hashOf(shared)),
    compile('assembly/threads.ts', `threaded-${target}`, `build/threaded-${target}.wasm`, hashOf(shared)),
    ...modules.map(({ entry, name }) => compile(entry, target, `build/${name}.${target}.wasm`, hashOf([...shared, entry]))),
  ])
  await Promise.all([compile('assembly/initial.ts', 'initial', 'build/initial.wasm', hashOf(shared)), ...whole])
}
