// Serves a page for browser tests.

import { createServer } from 'node:http'
import { basename, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** What a page server is asked for. */
export interface ServerOptions {
  /** The page at `/`; by default an empty one. */
  readonly html?: string
  /** Cross-origin isolation (COOP and COEP), which gives a page SharedArrayBuffer. */
  readonly isolated?: boolean
  /** Allows pages of other origins to import the files. */
  readonly shared?: boolean
  /** The Content-Security-Policy header. */
  readonly csp?: string
  /** Further files, by their path from `/`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
}

/** A server on 127.0.0.1; whoever starts it closes it. */
export interface PageServer {
  readonly url: string
  close(): Promise<void>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

const dist = (name: string) => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url))

/**
 * Bundles the built package for a page, as an application's bundler would: dependencies included, `worker.js` beside `index.js`.
 * @returns the files, by name
 */
async function bundleForBrowser(): Promise<Record<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: [dist('index.js'), dist('worker.js')],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: '/',
    write: false,
    logLevel: 'warning',
    // The package has no side effects, so a chunk imported for its own sake may go; esbuild mentions it outside node_modules only.
    logOverride: { 'ignored-bare-import': 'silent' },
  })
  return Object.fromEntries(outputFiles.map((file) => [basename(file.path), file.contents]))
}

/** Serves a page at `/` and the browser bundle of the built package at `/espalier/index.js`. */
export async function servePage(options: ServerOptions = {}): Promise<PageServer> {
  const bundle = await bundleForBrowser()
  const files = new Map<string, string | Uint8Array>([
    ['/', options.html ?? '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>espalier</title>'],
    ...Object.entries(bundle).map(([name, contents]) => [`/espalier/${name}`, contents] as const),
    ...Object.entries(options.files ?? {}),
  ])
  const headers = {
    'cache-control': 'no-store',
    ...(options.isolated && { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }),
    ...(options.shared && { 'access-control-allow-origin': '*' }),
    ...(options.csp !== undefined && { 'content-security-policy': options.csp }),
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const contents = files.get(pathname)
    if (contents === undefined) response.writeHead(404).end()
    else
      response
        .writeHead(200, { ...headers, 'content-type': types[extname(pathname) || '.html'] ?? 'application/octet-stream' })
        .end(contents)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}
