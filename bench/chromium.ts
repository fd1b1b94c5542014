import { readFile } from 'node:fs/promises'
import { build } from 'esbuild'
import type { Browser } from 'puppeteer-core'
import { launchChromium } from '../test/support/chromium.ts'
import { servePage } from '../test/support/server.ts'
import { type Datasets, packDatasets } from './data.ts'
import type { ProcessorClock } from './lap.ts'
import type { Measurement, Options } from './measure.ts'
import { tensorFlowFolder } from './node.ts'
import type { Finish, Order } from './page.ts'

/** The package comes as any page would load it: its own bundle, through an import map. */
const html = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>espalier bench</title>
<script type="importmap">{ "imports": { "espalier": "/espalier/index.js" } }</script>
<script type="module" src="/page.js"></script>`

async function bundlePage(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: ['bench/page.ts'],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['espalier'],
    write: false,
    logLevel: 'error',
  })
  const [page] = outputFiles
  if (page === undefined) throw new Error('the page has no bundle')
  return page.contents
}

async function pageFiles(): Promise<Record<string, Uint8Array>> {
  const peer = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm']
  const wasm = [
    ...['relaxed', 'simd'].map((name) => [`/ceiling.${name}.wasm`, `build/bench-ceiling.${name}.wasm`] as const),
    ...peer.map((name) => [`/tensorflow/${name}`, `${tensorFlowFolder()}/${name}`] as const),
  ]
  const entries = await Promise.all(wasm.map(async ([path, file]) => [path, new Uint8Array(await readFile(file))] as const))
  return { '/page.js': await bundlePage(), ...Object.fromEntries(entries) }
}

/** The processor time of all renderer processes: that of the page, its workers included, for there is no other page. */
async function rendererClock(browser: Browser): Promise<ProcessorClock> {
  const session = await browser.target().createCDPSession()
  return async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0)
  }
}

/** The page calls back when it is done: puppeteer limits how long a call into a page may take. */
async function outcomeOf(browser: Browser, url: string): Promise<Measurement[]> {
  const page = await browser.newPage()
  await page.exposeFunction('processorSeconds', await rendererClock(browser))
  page.on('console', (message) => console.log(message.text()))
  const outcome = await new Promise<Parameters<Finish>[0]>((resolve, reject) => {
    const finish: Finish = resolve
    page.on('pageerror', reject)
    page.on('error', reject)
    page
      .exposeFunction('finish', finish)
      .then(() => page.goto(url))
      .catch(reject)
  })
  if ('error' in outcome) throw new Error(outcome.error)
  return outcome.measurements
}

/**
 * Measures in a page without cross-origin isolation, so without SharedArrayBuffer: what a page has unless its server is set up
 * for it.
 * @throws when there is no browser
 */
export async function measureInChromium(datasets: Datasets, options: Options): Promise<{ version: string; measurements: Measurement[] }> {
  const browser = await launchChromium()
  try {
    const { manifest, files } = packDatasets(datasets)
    const order: Order = { manifest, options }
    const server = await servePage({ html, files: { '/order.json': JSON.stringify(order), ...(await pageFiles()), ...files } })
    try {
      return { version: await browser.version(), measurements: await outcomeOf(browser, server.url) }
    } finally {
      await server.close()
    }
  } finally {
    await browser.close()
  }
}
