// The server of `espalier studio`.

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { fashionMnistPaths, findFashionMnist } from '../../data/node/find.ts'
import { UsageError } from '../exit.ts'
import { type Asset, assetOf, readAssets, takesGzip } from './assets.ts'
import { hostCheck, isRange, pathOf } from './request.ts'

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
  // A page of another version must not be shown, and asking costs nothing here.
  'cache-control': 'no-cache',
} as const

/** A page that is made when it is asked for: it holds all that it needs. */
export interface MadePage {
  readonly html: string
  /** After how many seconds a browser asks for it again. */
  readonly again?: number | undefined
}
/** @returns undefined for a path that it has no page for */
export type MakePage = (path: string) => Promise<MadePage | undefined>

/** Its scripts and styles are in it, and it asks nobody for anything. */
const MADE_POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** What is served: the built page, in memory, the four files of Fashion-MNIST, from where they lie, and pages made when they are asked for. */
interface Served {
  readonly assets: ReadonlyMap<string, Asset>
  readonly files: ReadonlyMap<string, string>
  readonly make: MakePage
}

/**
 * Serves the built studio, and Fashion-MNIST beside it where this machine has it.
 * @param make pages beside those of the studio
 * @throws UsageError where the port is taken
 */
export async function serveStudio({ host, port }: StudioAddress, make: MakePage = async () => undefined): Promise<StudioServer> {
  const served = { ...(await findServed()), make }
  const isOurs = hostCheck(host)
  const server = createServer((request, response) => {
    // A file that is gone since, a reader that left: it ends this answer alone.
    answer(request, response, served, isOurs).catch(() => {
      if (response.headersSent) response.destroy()
      else refuse(response, 404, 'This file cannot be read.')
    })
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

async function findServed(): Promise<Omit<Served, 'make'>> {
  const assets = await readAssets(fileURLToPath(new URL('./studio', import.meta.url)))
  const folder = await findFashionMnist()
  if (folder === undefined) return { assets, files: new Map() }
  const paths = [...(await fashionMnistPaths(folder))]
  return {
    assets: new Map([...assets, [SAMPLES, assetOf(SAMPLES, Buffer.from('["pima","auto-mpg","concrete","votes","fashion-mnist"]'))]]),
    files: new Map(paths.map(([name, path]) => [`${FASHION}${name}.gz`, path])),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  served: Served,
  isOurs: ReturnType<typeof hostCheck>,
): Promise<void> {
  const { method, headers } = request
  const named = isOurs(request)
  if (named === undefined) return refuse(response, 400, 'The Host of this request is none.')
  if (!named) return refuse(response, 403, 'This server answers to the names of its own machine: localhost, 127.0.0.1, [::1].')
  const path = pathOf(request.url)
  if (path === undefined) return refuse(response, 400, 'The address of this request is none.')
  if (headers.range !== undefined && !isRange(headers.range)) return refuse(response, 400, 'The Range of this request is none.')
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'Files can be read here.', { allow: 'GET, HEAD' })
  const asset = served.assets.get(path)
  if (asset !== undefined) return sendAsset(request, response, asset)
  const file = served.files.get(path)
  if (file !== undefined) return sendFile(request, response, file)
  const made = await served.make(path)
  if (made !== undefined) return sendMade(response, made, method)
  refuse(response, 404, 'There is no such file.')
}

function sendMade(response: ServerResponse, { html, again }: MadePage, method: string): void {
  response.writeHead(200, {
    ...{ ...HEADERS, 'content-security-policy': MADE_POLICY, 'content-type': 'text/html;charset=utf-8' },
    ...(again !== undefined && { refresh: String(again) }),
  })
  response.end(method === 'HEAD' ? undefined : html)
}

function refuse(response: ServerResponse, status: number, reason: string, more = {}): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain', ...more }).end(`${reason}\n`)
}

function sendAsset({ method, headers }: IncomingMessage, response: ServerResponse, { type, etag, bytes, gzipped }: Asset): void {
  const shared = { ...HEADERS, etag, vary: 'accept-encoding' }
  if (headers['if-none-match'] === etag) return void response.writeHead(304, shared).end()
  const packed = takesGzip(headers['accept-encoding'])
  const body = packed ? gzipped : bytes
  response.writeHead(200, { ...shared, 'content-type': type, 'content-length': body.length, ...(packed && { 'content-encoding': 'gzip' }) })
  response.end(method === 'HEAD' ? undefined : body)
}

async function sendFile({ method, headers }: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const { size, mtimeMs } = await stat(path)
  const shared = { ...HEADERS, etag: `"${size}-${mtimeMs}"` }
  if (headers['if-none-match'] === shared.etag) return void response.writeHead(304, shared).end()
  response.writeHead(200, { ...shared, 'content-type': 'application/octet-stream', 'content-length': size })
  if (method === 'HEAD') response.end()
  else await pipeline(createReadStream(path, { end: size - 1 }), response)
}

function refusal(error: NodeJS.ErrnoException, { host, port }: StudioAddress): Error {
  if (error.code === 'EADDRINUSE') return new UsageError(`port ${port} is in use; name another by --port, or any free one by --port 0`)
  if (error.code === 'EACCES') return new UsageError(`port ${port} may not be used; name one above 1023 by --port`)
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new UsageError(`--host is ${host}, which is no address of this machine; it is 127.0.0.1 by default`)
  return error
}
