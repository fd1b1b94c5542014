// `npm start`: installs and builds what is missing, then replays a published study of real data. `npm start -- --help` lists its options.
import { bootstrap } from './bootstrap.mjs'
import { runMain, runNode, step } from './run.mjs'

runMain(async () => {
  await step('install', bootstrap)
  await step('build', () => runNode(['scripts/build.mjs']))
  console.log()
  await runNode(['dist/cli.js', 'replay', 'pima', ...process.argv.slice(2)])
})
