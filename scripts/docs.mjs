// `npm run docs`: the documentation site, as static files in build/site; `npm run docs -- --serve` serves it while it is written.
// Its tools have a folder and a package.json of their own. DOCS_BASE=/somewhere/ is the path under which a server will have it, DOCS_OUT a folder
// other than build/site.
import { runMain, runNode, step } from './run.mjs'
import { installSiteTools } from './tools.mjs'

runMain(async () => {
  await step('tools', installSiteTools)
  await Promise.all([
    step('types', () => runNode(['site/node_modules/typescript/bin/tsc', '-p', 'site/.vitepress'])),
    step('API', () => runNode(['site/node_modules/typedoc/bin/typedoc', '--options', 'site/typedoc.json'])),
  ])
  const vitepress = 'site/node_modules/vitepress/bin/vitepress.js'
  if (process.argv.includes('--serve')) await runNode([vitepress, 'dev', 'site'])
  else await step('pages', () => runNode([vitepress, 'build', 'site']))
})
