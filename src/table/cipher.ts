/** Letters from bytes: UTF-8 where it is that, else Windows-1252, which is found out from the first bytes or, late, from a cell. */

import type { ReadingOptions } from './options.ts'
import { type Bytes, peek } from './source.ts'
import type { Guess, Problem } from './table.ts'

export interface Cipher {
  decode(bytes: Uint8Array): string
  /** Asked at the end: what is no UTF-8 may come late. */
  guesses(): readonly Guess[]
  problems(): readonly Problem[]
}

const isSaid = (encoding: string | undefined): encoding is string => encoding !== undefined

/** Bytes that the letters of a text are told from. */
const FIRST = 2 ** 18

/** The cipher of a text whose cells are not told apart by bytes. */
export async function cipherFor(source: Bytes, reading: ReadingOptions): Promise<Cipher> {
  const { bytes, whole } = await peek(source, FIRST)
  return cipherOf(bytes, whole, reading)
}

/** Cells that are no UTF-8 though the first bytes are, and hold more than ASCII, are damaged; where those are ASCII, all is Windows-1252. */
export function cipherOf(bytes: Uint8Array, whole: boolean, { encoding }: ReadingOptions): Cipher {
  const strict = new TextDecoder('utf-8', { fatal: true })
  const lenient = new TextDecoder('utf-8')
  const western = new TextDecoder('windows-1252')
  const latin = isSaid(encoding) ? new TextDecoder(encoding).encoding === 'windows-1252' : !isUtf8(bytes, whole)
  const manyByte = !latin && bytes.some((byte) => byte > 127)
  let strange = latin
  let damaged = ''
  return {
    decode(cell) {
      if (latin) return western.decode(cell)
      try {
        return strict.decode(cell)
      } catch {
        strange = true
        if (!manyByte && !isSaid(encoding)) return western.decode(cell)
        const text = lenient.decode(cell)
        const at = text.indexOf('\ufffd')
        damaged ||= text.slice(Math.max(0, at - 20), at + 20)
        return text
      }
    },
    guesses: () =>
      strange && damaged === '' && !isSaid(encoding)
        ? [{ of: 'encoding', value: 'windows-1252', why: 'it holds bytes that are no UTF-8' }]
        : [],
    problems: () =>
      damaged === ''
        ? []
        : [
            {
              message: `a cell is no UTF-8, as the file is otherwise, and read as "${damaged}"`,
              mend: 'encoding: windows-1252',
            },
          ],
  }
}

/** The last letter may be cut where there is more. */
function isUtf8(bytes: Uint8Array, whole: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !whole })
    return true
  } catch {
    return false
  }
}
