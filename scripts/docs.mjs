// `npm run docs`: the site, as static files in build/site: the studio as its front page, and the documentation; `npm run docs -- --serve` serves it while it is written.
// Its tools have a folder and a package.json of their own. DOCS_BASE=/somewhere/ is the path under which a server will have it, DOCS_OUT a folder
// other than build/site.
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runMain, runNode, step } from './run.mjs'
import { installSiteTools } from './tools.mjs'

/**
 * The studio, built if it is not yet, is the site's front page: all its addresses are relative, so it is put beside the pages. It is told where they are, to
 * link to them.
 */
async function addStudio() {
  const studio = join(root, 'dist/studio')
  if (!existsSync(join(studio, 'index.html'))) await runNode(['scripts/build.mjs'])
  const out = process.env.DOCS_OUT ?? join(root, 'build/site')
  cpSync(studio, out, { recursive: true })
  const page = readFileSync(join(studio, 'index.html'), 'utf8')
  writeFileSync(join(out, 'index.html'), page.replace('<link rel="icon"', '<link rel="help" href="documentation.html">\n<link rel="icon"'))
}

runMain(async () => {
  await step('tools', installSiteTools)
  await Promise.all([
    step('types', () => runNode(['site/node_modules/typescript/bin/tsc', '-p', 'site/.vitepress'])),
    step('API', () => runNode(['site/node_modules/typedoc/bin/typedoc', '--options', 'site/typedoc.json'])),
  ])
  const vitepress = 'site/node_modules/vitepress/bin/vitepress.js'
  if (process.argv.includes('--serve')) await runNode([vitepress, 'dev', 'site'])
  else {
    await step('pages', () => runNode([vitepress, 'build', 'site']))
    await step('studio', addStudio)
  }
})
