/** Where the bytes of a table come from. Every source can be gone through again: what was guessed from the first rows may prove wrong. */

import { InvalidDataError } from '../core/errors.ts'
import { isObject, shown } from '../core/shown.ts'
import { bodyOf, concat } from '../data/bytes.ts'
import { DataUnavailableError } from '../data/errors.ts'
import { allowedBytes } from '../data/unpack.ts'
import type { ReadTableOptions } from './options.ts'

/** What readTable reads: a text, or bytes from anywhere. */
export type TableSource = string | Uint8Array | ArrayBuffer | Blob | Response | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/** Bytes that can be gone through any number of times. */
export interface Bytes {
  /** What messages call it. */
  readonly name: string
  /** Goes through them from the first. */
  open(): AsyncIterable<Uint8Array>
}

/** Arrays are handed on in pieces of so many bytes. */
const PIECE = 2 ** 20
/** Packed ones are unpacked in pieces of so many, so that what becomes of each can be looked at. */
const PACKED_PIECE = 2 ** 16

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE)
}

async function* fromStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    // A stream that has ended or failed has nothing to let go of.
    await reader.cancel().catch(() => undefined)
  }
}

/** Of a stream that flows once: what has come is kept. */
export function kept(flow: AsyncIterable<Uint8Array>): () => AsyncIterable<Uint8Array> {
  const chunks: Uint8Array[] = []
  const iterator = flow[Symbol.asyncIterator]()
  let ended = false
  return async function* () {
    for (let i = 0; ; i++) {
      if (i >= chunks.length && !ended) {
        const next = await iterator.next()
        if (next.done) ended = true
        else chunks.push(next.value)
      }
      const chunk = chunks[i]
      if (chunk === undefined) return
      yield chunk
    }
  }
}

const isIterable = (source: unknown): source is AsyncIterable<Uint8Array> => isObject(source) && Symbol.asyncIterator in source

/** @throws InvalidDataError for what holds no bytes; DataUnavailableError for an answer of a server that is none */
export function bytesOf(source: TableSource, options: ReadTableOptions): { readonly bytes: Bytes; readonly total: number | undefined } {
  const { name } = options
  if (typeof source === 'string') return bytesOf(new TextEncoder().encode(source), { ...options, name: name ?? 'the text' })
  if (source instanceof ArrayBuffer) return bytesOf(new Uint8Array(source), options)
  if (source instanceof Uint8Array)
    return {
      total: source.length,
      bytes: {
        name: name ?? 'the bytes',
        async *open() {
          yield* pieces(source)
        },
      },
    }
  if (source instanceof Blob)
    return {
      total: source.size,
      bytes: { name: name ?? (source instanceof File ? source.name : 'the blob'), open: () => fromStream(source.stream()) },
    }
  if (source instanceof Response) {
    const where = name ?? (source.url || 'the answer')
    const body = source.ok ? bodyOf(source) : null
    if (!body)
      throw new DataUnavailableError(
        `${where}: the server answered ${`${source.status} ${source.statusText}`.trim()}${source.ok ? ', without a body' : ''}`,
      )
    const length = source.headers.has('content-encoding') ? null : source.headers.get('content-length')
    return { total: length === null ? undefined : Number(length), bytes: { name: where, open: kept(fromStream(body)) } }
  }
  if (source instanceof ReadableStream) return { total: undefined, bytes: { name: name ?? 'the stream', open: kept(fromStream(source)) } }
  if (isIterable(source)) return { total: undefined, bytes: { name: name ?? 'the stream', open: kept(source) } }
  throw new InvalidDataError(
    `the source of the table is ${shown(source)}; it must be a text, a Uint8Array, a File or Blob, a Response or a ReadableStream`,
  )
}

/** Tells how far the first going-through is. */
export function counted({ name, open }: Bytes, total: number | undefined, { onProgress }: ReadTableOptions): Bytes {
  if (!onProgress) return { name, open }
  let told = 0
  return {
    name,
    async *open() {
      let bytes = 0
      for await (const chunk of open()) {
        yield chunk
        bytes += chunk.length
        if (bytes <= told) continue
        told = bytes
        onProgress({ bytes, total })
      }
    },
  }
}

/** The first bytes, at least so many where there are, and whether they are all. */
export async function peek({ open }: Bytes, length: number): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
  const chunks: Uint8Array[] = []
  let have = 0
  let whole = true
  for await (const chunk of open()) {
    chunks.push(chunk)
    have += chunk.length
    if (have > length) {
      whole = false
      break
    }
  }
  return { bytes: concat(chunks, have), whole }
}

export async function readAll(bytes: Bytes): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes: all } = await peek(bytes, Number.POSITIVE_INFINITY)
  return new Uint8Array(all)
}

/** What gzip packed. Bounded as all that is unpacked. */
export function gunzipped({ name, open }: Bytes, options: ReadTableOptions): Bytes {
  return {
    name,
    async *open() {
      const { readable, writable } = new DecompressionStream('gzip')
      const packed = open()[Symbol.asyncIterator]()
      let read = 0
      const feed = async () => {
        const writer = writable.getWriter()
        for (let next = await packed.next(); !next.done; next = await packed.next())
          for (let at = 0; at < next.value.length; at += PACKED_PIECE) {
            const piece = next.value.slice(at, at + PACKED_PIECE)
            read += piece.length
            await writer.write(piece)
          }
        await writer.close()
      }
      // What fails here fails the reading too, which tells of it.
      let failed: unknown
      feed().catch((error: unknown) => {
        failed = error
        return writable.abort(error).catch(() => undefined)
      })
      let length = 0
      try {
        // Not cancelled where the rest is not wanted: Node's stream then throws where nobody can catch it. It is left to itself, and fed no more.
        const reader = (readable as ReadableStream<Uint8Array>).getReader()
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          length += next.value.length
          if (length > allowedBytes(read, options))
            throw new InvalidDataError(
              `${name}: its first ${read} bytes unpack to ${length} already, as data hardly ever do; if it is right, unpack it beforehand, or say by maxUnpackedBytes how large it is`,
            )
          yield next.value
        }
      } catch (cause) {
        if (cause instanceof InvalidDataError) throw cause
        if (failed instanceof InvalidDataError || failed instanceof DataUnavailableError) throw failed
        throw new InvalidDataError(`${name}: the gzip data is truncated or damaged; copy or download the file again`, { cause })
      } finally {
        await packed.return?.()
      }
    },
  }
}

/** Text of another encoding as UTF-8; also without the mark that some programs put first. */
export function inUtf8({ name, open }: Bytes, encoding: string): Bytes {
  return {
    name,
    async *open() {
      const decoder = new TextDecoder(encoding)
      const encoder = new TextEncoder()
      for await (const chunk of open()) yield* encoded(decoder.decode(chunk, { stream: true }), encoder)
      yield* encoded(decoder.decode(), encoder)
    },
  }
}

function* encoded(text: string, encoder: TextEncoder): Generator<Uint8Array> {
  if (text !== '') yield encoder.encode(text)
}

/** Without their first bytes. */
export function after({ name, open }: Bytes, count: number): Bytes {
  return {
    name,
    async *open() {
      let left = count
      for await (const chunk of open()) {
        const from = Math.min(left, chunk.length)
        left -= from
        if (from < chunk.length) yield from === 0 ? chunk : chunk.subarray(from)
      }
    },
  }
}
