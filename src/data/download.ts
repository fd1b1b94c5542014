// Downloads files with progress and an abort signal.

import { bodyOf, concat } from './bytes.ts'
import { DataUnavailableError } from './errors.ts'

/** How far a download is. */
export interface DownloadProgress {
  /** The file under way. */
  readonly file: string
  /** Bytes of it so far. */
  readonly loaded: number
  /** Bytes of it in all, where the server says. */
  readonly total: number | undefined
}

/** Who hears of a download, and what ends it. */
export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
}

/** A server that sends nothing for this long is taken for unreachable. */
const STALL_MS = 10_000

/** The address of a file in the folder at `folder`, with or without a slash at its end; relative addresses count from the page. */
export function fileAt(folder: string | URL, file: string): URL {
  const address = new URL(folder, globalThis.location?.href)
  if (!address.pathname.endsWith('/')) address.pathname += '/'
  return new URL(file, address)
}

/**
 * The bytes at an address. Throws DataUnavailableError, naming the address and the cause, when the server cannot be reached, refuses,
 * or goes silent for 10 s; rethrows the signal's reason when aborted.
 */
export async function download(url: URL, { signal, onProgress }: DownloadOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const file = url.pathname.split('/').at(-1) ?? url.href
  const stall = new AbortController()
  const silent = () => stall.abort(new Error(`no answer for ${STALL_MS / 1000} s`))
  let timer = setTimeout(silent, STALL_MS)
  try {
    const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, stall.signal]) : stall.signal })
    const body = response.ok ? bodyOf(response) : null
    if (!body) throw new Error(`the server answered ${response.status} ${response.statusText}`.trim())
    const length = response.headers.get('content-length')
    const total = length === null || response.headers.has('content-encoding') ? undefined : Number(length)
    const chunks: Uint8Array[] = []
    let loaded = 0
    const reader = body.getReader()
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      clearTimeout(timer)
      timer = setTimeout(silent, STALL_MS)
      chunks.push(next.value)
      loaded += next.value.length
      onProgress?.({ file, loaded, total })
    }
    return concat(chunks, loaded)
  } catch (cause) {
    signal?.throwIfAborted()
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
    throw new DataUnavailableError(`${url.href}: ${reason instanceof Error ? reason.message : String(reason)}`, { cause })
  } finally {
    clearTimeout(timer)
  }
}
