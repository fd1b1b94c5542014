// Links that hold what they show: a study with its trials, an answer with its models, as far as they fit.

import * as z from 'zod/mini'
import { InvalidDataError, InvalidSpecError } from '../../../core/errors.ts'
import { parseJson } from '../../../core/json.ts'
import { parseExact } from '../../../core/validate.ts'
import { unpack } from '../../../data/unpack.ts'
import { SHARED } from '../../permalink.ts'

/** Characters of what follows # in a link: browsers take four times as many (Firefox 1 MB, Chromium 2 MB); some of what people paste links into, fewer. */
export const MOST_CHARACTERS = 250_000
/** Bytes that a link may unpack to. */
const MOST_BYTES = 2 ** 24

const base64 = z.string().check(z.regex(/^[A-Za-z0-9+/]*=*$/, { error: 'must be base64' }))

const sharedSchema = z.strictObject({
  version: z.literal(1),
  kind: z.enum(['study', 'answer']),
  title: z.string(),
  note: z.string(),
  created: z.number(),
  /** The configuration, as the address of a page has it; null of a replay and of a journal that somebody brought. */
  address: z.nullable(z.string()),
  /** Of a study, its journal: an entry a line. */
  journal: z.nullable(z.string()),
  /** Of an answer, its file. */
  answer: z.nullable(base64),
  /** The table's file, where there is place for it. */
  file: z.nullable(z.strictObject({ name: z.string(), bytes: base64 })),
})

export type Shared = z.infer<typeof sharedSchema>

/** What follows # in the link; undefined where it is too long. */
export async function toLink(shared: Shared): Promise<string | undefined> {
  const packed = await deflated(new TextEncoder().encode(JSON.stringify(shared)))
  const link = `#${SHARED}${toBase64(packed).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`
  return link.length <= MOST_CHARACTERS ? link : undefined
}

/** @throws InvalidSpecError where the link was cut off, or is none */
export async function fromLink(fragment: string): Promise<Shared> {
  const text = fragment.replace(/^#/, '').slice(SHARED.length)
  let value: unknown
  try {
    const packed = fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = await unpack(packed, 'deflate-raw', 'the link', { maxUnpackedBytes: MOST_BYTES })
    value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    if (cause instanceof InvalidDataError && cause.message.includes('maxUnpackedBytes')) throw cause
    throw new InvalidSpecError('this link was cut off or changed on its way, so what it holds cannot be read; copy the whole of it again', {
      cause,
    })
  }
  return parseExact(sharedSchema, value, '', 'what the link holds')
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

export function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = []
  for (let from = 0; from < bytes.length; from += 8192) pieces.push(String.fromCharCode(...bytes.subarray(from, from + 8192)))
  return btoa(pieces.join(''))
}

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
