// `npm run package:check`: packs the package as npm would publish it and checks the tarball's entries and types.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LICENCES } from './licences.mjs'
import { root, runMain, runNode, runNpm, StepError } from './run.mjs'
import { declarationsOf, describe, filesIn, uselessOf } from './tarball.mjs'

/** What an installed package must hold besides the files its `exports` name, which publint and attw check. */
const needed = [
  'data/auto-mpg.csv',
  'data/concrete.csv',
  'data/pima.arff',
  'data/votes.csv',
  'dist/cli.js',
  `dist/${LICENCES}`,
  'dist/studio/index.html',
  'dist/browser/worker.js',
  'docs/embedding.md',
  'docs/studies.md',
  'examples/pima.yaml',
  'LICENSE',
  'README.md',
]

runMain(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-pack-'))
  try {
    // The build has run already, so npm need not run it again.
    await runNpm(['pack', '--ignore-scripts', '--loglevel', 'error', '--pack-destination', folder])
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const tarball = join(folder, `${manifest.name}-${manifest.version}.tgz`)
    const files = filesIn(tarball)
    console.log(describe(tarball, files))
    const missing = needed.filter((name) => !files.some((file) => file.name === name))
    if (missing.length > 0) throw new StepError(`the package lacks ${missing.join(', ')}`)
    const useless = uselessOf(files, declarationsOf(root))
    if (useless.length > 0) throw new StepError(`the package has what nobody needs:\n${useless.join('\n')}`)
    await runNode(['node_modules/publint/src/cli.js', 'run', tarball, '--strict'])
    // Kernels are bytes: no types can resolve them. publint has checked that the files are there.
    const bytes = Object.keys(manifest.exports).filter((entry) => entry.endsWith('.wasm'))
    const options = ['--profile', 'esm-only', '--exclude-entrypoints', ...bytes]
    await runNode(['node_modules/@arethetypeswrong/cli/dist/index.js', tarball, ...options])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
