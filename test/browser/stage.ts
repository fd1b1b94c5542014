import type { Browser, JSHandle, Page } from 'puppeteer-core'
import { bundlePage } from '../support/bundle.ts'
import { launchChromium } from '../support/chromium.ts'
import { type PageServer, servePage } from '../support/server.ts'
import { DAWN_SWITCH } from '../support/webgpu.ts'
import { watch } from './watch.ts'

type PageModule = typeof import('./page.ts')

/** A page that may use WebGPU, with the tests' functions loaded. */
export interface Stage {
  readonly browser: Browser
  readonly page: Page
  readonly module: JSHandle<PageModule>
  /** The adapter's name, or why there is none. */
  readonly adapter: Awaited<ReturnType<PageModule['adapterName']>>
  readonly problems: readonly string[]
  close(): Promise<void>
}

/** Whoever opens a stage closes it. */
export async function openStage(): Promise<Stage> {
  const server: PageServer = await servePage({ files: { '/page.js': await bundlePage('test/browser/page.ts') } })
  // Chrome for Linux offers WebGPU behind this switch only; without a GPU it then runs on SwiftShader.
  const browser = await launchChromium(['--enable-unsafe-webgpu', `--${DAWN_SWITCH}`])
  const page = await browser.newPage()
  const problems = watch(page, server.url)
  await page.goto(server.url)
  const module = (await page.evaluateHandle("import('/page.js')")) as JSHandle<PageModule>
  const adapter = await page.evaluate((own) => own.adapterName(), module)
  const close = async () => {
    await browser.close()
    await server.close()
  }
  return { browser, page, module, adapter, problems, close }
}
