import { readFile } from 'node:fs/promises'
import { bundlePage } from '../support/bundle.ts'
import { type PageServer, servePage } from '../support/server.ts'

/** Serves the page that runs the contract suite by hand; whoever starts it closes it. */
export async function serveTestPage(): Promise<PageServer> {
  const [html, script] = await Promise.all([readFile('test/page/index.html', 'utf8'), bundlePage('test/page/page.ts')])
  return servePage({ html, files: { '/page.js': script } })
}
