// Serves kernels over HTTP for tests.

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface KernelServer {
  /** Ends with a slash. Beside the kernels in it there is /broken/, whose files are no modules. */
  readonly url: string
  /** The paths that were asked for. */
  readonly asked: string[]
  close(): void
}

/** Serves the package's kernels from /kernels/, as a page would that names them by wasmUrl; whoever starts it closes it. */
export async function serveKernels(): Promise<KernelServer> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const file = /^\/kernels\/([\w-]+\.wasm)$/.exec(request.url ?? '')?.[1]
    if (request.url?.startsWith('/broken/') === true) response.end('<!doctype html>')
    else if (file === undefined) response.writeHead(404).end()
    else void readFile(new URL(import.meta.resolve(`espalier/${file}`))).then((bytes) => response.end(bytes))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked, close }
}
