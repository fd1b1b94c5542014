// `npm run build`: kernels, bundles, the spec's JSON Schema, types. Everything a user gets ends up in dist/.
import { chmodSync, copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { stale } from '../shaders/generate.mjs'
import { buildStudio } from './build-studio.mjs'
import { buildWasm } from './build-wasm.mjs'
import { kernels } from './kernels.mjs'
import { writeLicences } from './licences.mjs'
import { root, runMain, runNode, step } from './run.mjs'
import { declarationsOf } from './tarball.mjs'

const dist = join(root, 'dist')

/**
 * Rooms of the main entry that a page may do without. As entries of the bundling they get chunks of their own, which the page's bundler can drop
 * with what they import; the entries' own files are of no use, and removed.
 */
const rooms = {
  'room-fit': 'src/train/fit.ts',
  'room-open': 'src/backend/open.ts',
  'room-learn': 'src/learn/learn.ts',
  'room-answer': 'src/learn/answer.ts',
  'room-study': 'src/study/study.ts',
  'room-csv': 'src/data/csv.ts',
  'room-table': 'src/table/read.ts',
  'room-describe': 'src/table/describe.ts',
  'room-prepare': 'src/prepare/index.ts',
  'room-load': 'src/data/load.ts',
  'room-indexeddb': 'src/study/journal/indexeddb/journal.ts',
}

/**
 * In the package's own files are what Node would take long to import for little: `zod/mini` brings along 65 files of languages, a quarter of the time of an import,
 * and of simple-statistics's 170 KB a tenth is used.
 * @type {import('esbuild').Plugin}
 */
const inlined = {
  name: 'inlined',
  setup({ onResolve }) {
    onResolve({ filter: /^(zod\/|simple-statistics$)/ }, ({ path }) => ({
      path: fileURLToPath(import.meta.resolve(path)),
      sideEffects: false,
    }))
  },
}

/**
 * The worker's script by itself, twice: in one piece as text, which the entry inline-worker holds, and as a file. Of files that it would share with the entries a
 * host loads ten before it starts, 8 ms of processor time in Node and one more way to the server and back in a page. What only several threads on one network need
 * stays apart.
 * @param {Pick<import('esbuild').BuildOptions, 'outfile' | 'outdir' | 'minify' | 'splitting'>} how
 */
async function bundleWorker(how) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/backend/wasm/worker.ts'],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    metafile: true,
    logLevel: 'warning',
    ...how,
  })
  return /** @type {import('esbuild').Metafile} */ (metafile)
}

/** Bundles the entries side by side: the code finds its worker as `new URL('./worker.js', import.meta.url)`. */
async function bundle() {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      index: 'src/index.ts',
      node: 'src/node.ts',
      report: 'src/report/index.ts',
      formats: 'src/formats.ts',
      replicate: 'src/replicate/index.ts',
      predict: 'src/learn/predictor/index.ts',
      'inline-worker': 'src/backend/wasm/inlineWorker.ts',
      cli: 'src/cli/main.ts',
      ...rooms,
    },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    packages: 'external',
    external: ['node:*'],
    plugins: [kernels, inlined],
    metafile: true,
    logLevel: 'warning',
  })
  chmodSync(join(dist, 'cli.js'), 0o755)
  return metafile
}

/**
 * Removes scripts of an earlier build, and the rooms' own.
 * @param {Pick<import('esbuild').Metafile, 'outputs'>[]} metafiles
 */
function removeScripts(metafiles) {
  const written = new Set(metafiles.flatMap(({ outputs }) => Object.keys(outputs)).filter((name) => !name.startsWith('dist/room-')))
  removeStale((name) => /\.js(\.map)?$/.test(name) && !/^(studio|browser)\//.test(name) && !written.has(`dist/${name}`))
}

/** The package for pages without a bundler: what it depends on inside, minified, in files that a page loads when it needs them. */
async function bundleBrowser() {
  rmSync(join(dist, 'browser'), { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: 'src/index.ts', worker: 'src/backend/wasm/worker.ts' },
    outdir: 'dist/browser',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    plugins: [kernels],
    metafile: true,
    logLevel: 'warning',
  })
  return metafile
}

/** Ships the kernels as files too, for `openBackend({ wasmUrl })`; the bundles hold them as bytes. */
function copyKernels() {
  const builds = ['relaxed', 'simd', 'full-relaxed', 'full-simd']
  const names = [...builds, ...builds.map((name) => `threaded-${name}`), 'wide', 'initial']
  for (const name of names) copyFileSync(join(root, 'build', `${name}.wasm`), join(dist, `${name}.wasm`))
}

/** Writes the declarations, which checks the types of src as well. It reads nothing that is built. */
const declare = () => runNode(['node_modules/typescript/bin/tsc', '--pretty', 'false'])

/** Of the declarations keeps those that the package's entries are made of. */
function removeDeclarations() {
  const needed = declarationsOf(root)
  removeStale((name) => name.endsWith('.d.ts') && !needed.has(`dist/${name}`))
}

/** Writes the JSON Schema of a training spec, for editors to complete and check spec files by. */
async function writeSchema() {
  const { specJsonSchema } = await import(pathToFileURL(join(dist, 'index.js')).href)
  writeFileSync(join(dist, 'spec.schema.json'), `${JSON.stringify(specJsonSchema(), null, 2)}\n`)
}

/** The shaders that are written by shaders/generate.mjs are committed, to be read: this says when they are not as it would write them. */
async function checkShaders() {
  const names = await stale()
  if (names.length > 0) throw new Error(`not as shaders/generate.mjs writes them: ${names.join(', ')}; run npm run shaders`)
}

/**
 * Removes files of an earlier build from dist, so that a module that was renamed or deleted is never shipped.
 * @param {(name: string) => boolean} isStale given a path from dist, with forward slashes
 */
function removeStale(isStale) {
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (isStale(name.replaceAll('\\', '/'))) rmSync(join(dist, name))
  }
}

runMain(async () => {
  const types = step('types', declare)
  types.catch(() => {})
  await step('kernels', async () => {
    await checkShaders()
    await buildWasm()
  })
  const metafiles = await step('bundles', async () => [
    await bundleWorker({ outfile: 'build/inline-worker.txt', minify: true }),
    ...(await Promise.all([bundle(), bundleWorker({ outdir: 'dist', splitting: true }), bundleBrowser()])),
  ])
  removeScripts(metafiles)
  copyKernels()
  metafiles.push(await step('studio', buildStudio))
  writeLicences(root, metafiles)
  await step('schema', writeSchema)
  await types
  removeDeclarations()
})
