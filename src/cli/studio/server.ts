import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import sirv from 'sirv'
import { findFashionMnist } from '../../data/node/find.ts'
import { UsageError } from '../exit.ts'

/** A running server; whoever starts it closes it. */
export interface StudioServer {
  readonly url: string
  close(): Promise<void>
}

export interface StudioAddress {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
}

/** Where Fashion-MNIST is served from, where this machine has it, and the page learns of it. */
const FASHION = '/data/fashion-mnist/'
const SAMPLES = '/data/samples.json'

/** The page may run its own scripts and WebAssembly, ask its own server, and nothing else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': POLICY,
  // Isolation gives workers shared memory.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

const JSON_HEADERS = { ...HEADERS, 'content-type': 'application/json' } as const

function setHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
}

/** Serves the built studio, and Fashion-MNIST beside it where this machine has it. @throws UsageError where the port is taken */
export async function serveStudio({ host, port }: StudioAddress): Promise<StudioServer> {
  const files = sirv(fileURLToPath(new URL('./studio', import.meta.url)), { setHeaders, etag: true })
  const folder = await findFashionMnist()
  const fashion = folder === undefined ? undefined : sirv(folder, { setHeaders, etag: true })
  const server = createServer((request, response) => {
    const nothing = (): void => void response.writeHead(404, HEADERS).end()
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405, { ...HEADERS, allow: 'GET, HEAD' }).end()
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (fashion === undefined || !pathname.startsWith('/data/')) return files(request, response, nothing)
    if (pathname === SAMPLES) return void response.writeHead(200, JSON_HEADERS).end('["pima","fashion-mnist"]')
    if (!pathname.startsWith(FASHION)) return files(request, response, nothing)
    request.url = pathname.slice(FASHION.length - 1)
    fashion(request, response, nothing)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refusal(error, { host, port })))
    server.listen(port, host, resolve)
  })
  // A server that listens on a port has an address of this form; the other one is of a pipe.
  const address = server.address() as AddressInfo
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

function refusal(error: NodeJS.ErrnoException, { host, port }: StudioAddress): Error {
  if (error.code === 'EADDRINUSE') return new UsageError(`port ${port} is in use; name another by --port, or any free one by --port 0`)
  if (error.code === 'EACCES') return new UsageError(`port ${port} may not be used; name one above 1023 by --port`)
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new UsageError(`--host is ${host}, which is no address of this machine; it is 127.0.0.1 unless said`)
  return error
}
