// `npm run bench`, `npm run bench:gpu` and `npm run bench:targets`: builds the package and the benchmarks, and measures. `-- --help` lists the options.
import { importBundled } from '../scripts/bundled.mjs'
import { runMain, runNode } from '../scripts/run.mjs'

runMain(async () => {
  const [entry = 'bench/main.ts', ...args] = process.argv.slice(2)
  if (!args.includes('--no-build')) await runNode(['scripts/build.mjs'])
  const { main } = await importBundled(entry)
  await main(args.filter((arg) => arg !== '--no-build'))
})
