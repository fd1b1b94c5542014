// `npm run bench`: builds the package and the benchmarks, and measures. `npm run bench -- --help` lists the options.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { root, runMain, runNode } from '../scripts/run.mjs'

runMain(async () => {
  const args = process.argv.slice(2)
  if (!args.includes('--no-build')) await runNode(['scripts/build.mjs'])
  process.chdir(root)
  await build({
    entryPoints: ['bench/main.ts'],
    outdir: 'build/bench',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  })
  const { main } = await import(pathToFileURL(join(root, 'build/bench/main.mjs')).href)
  await main(args)
})
