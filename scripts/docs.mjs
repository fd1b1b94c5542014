// `npm run docs`: the documentation site, as static files in build/site; `npm run docs -- --serve` serves it while it is written.
// Its tools have a folder and a package.json of their own. DOCS_BASE=/somewhere/ is the path under which a server will have it, DOCS_OUT a folder
// other than build/site.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root, runMain, runNode, runNpm, step } from './run.mjs'

const site = join(root, 'site')

/** Installs the site's tools when they are missing or out of date. */
async function install() {
  const installed = join(site, 'node_modules/.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(join(site, 'package-lock.json')).mtimeMs) return
  await runNpm(['ci', '--prefix', 'site', '--no-audit', '--no-fund'])
}

runMain(async () => {
  await step('tools', install)
  await Promise.all([
    step('types', () => runNode(['site/node_modules/typescript/bin/tsc', '-p', 'site/.vitepress'])),
    step('API', () => runNode(['site/node_modules/typedoc/bin/typedoc', '--options', 'site/typedoc.json'])),
  ])
  const vitepress = 'site/node_modules/vitepress/bin/vitepress.js'
  if (process.argv.includes('--serve')) await runNode([vitepress, 'dev', 'site'])
  else await step('pages', () => runNode([vitepress, 'build', 'site']))
})
