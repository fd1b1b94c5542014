// `npm run test:page`: builds, and serves the contract suite as a page for any browser on this machine, until it is interrupted.
import { importBundled } from './bundled.mjs'
import { runMain, runNode } from './run.mjs'

runMain(async () => {
  await runNode(['scripts/build.mjs'])
  const { serveTestPage } = await importBundled('test/page/serve.ts')
  const { url } = await serveTestPage()
  console.log(`\n${url}\nOpen it in a browser on this machine; Ctrl-C ends it. ?backend=wasm, ?filter=golden and ?run choose and start.`)
})
