// Reads the files of the studio into memory.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'

/** A file of the page, in memory: a build that runs meanwhile changes nothing of what is served. */
export interface Asset {
  readonly type: string
  readonly etag: string
  readonly bytes: Uint8Array
  readonly gzipped: Uint8Array
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html;charset=utf-8',
  '.js': 'text/javascript;charset=utf-8',
  '.css': 'text/css;charset=utf-8',
  '.json': 'application/json',
}

export function assetOf(path: string, bytes: Uint8Array): Asset {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 16)}"`
  // The page is a megabyte: packing all of it takes some tens of milliseconds.
  return { type: TYPES[extname(path)] ?? 'application/octet-stream', etag, bytes, gzipped: gzipSync(bytes) }
}

/** All files of a folder by their paths on the server; `/` is its index.html. */
export async function readAssets(folder: string): Promise<Map<string, Asset>> {
  const assets = new Map<string, Asset>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(folder, file).split(sep).join('/')}`
    const asset = assetOf(path, await readFile(file))
    assets.set(path, asset)
    if (path === '/index.html') assets.set('/', asset)
  }
  return assets
}

/** Whether an Accept-Encoding allows gzip: by name or by `*`, unless with a weight of 0. */
export function takesGzip(accepted: string | string[] | undefined): boolean {
  const weights = new Map(
    String(accepted ?? '')
      .split(',')
      .map((part) => {
        const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
        const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
        return [name, weight === undefined ? 1 : Number(weight)]
      }),
  )
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0
}
