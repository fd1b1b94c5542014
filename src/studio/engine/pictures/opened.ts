// What is worth reading of dropped folders and ZIP archives: pictures, IDX files, or the one table among other files.

import { InvalidDataError } from '../../../core/errors.ts'
import { allowedBytes } from '../../../data/unpack.ts'
import { isIdx, type NamedBytes } from '../reading.ts'
import { arePictures, isArchive } from './recognize.ts'

/** Files that systems put into folders by themselves. */
const isHidden = (path: string): boolean => /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i.test(path)

const TABLE = /\.(csv|tsv|tab|data|arff|json|jsonl|ndjson|parquet|xlsx)(\.gz)?$/i

export interface Opened {
  readonly files: readonly NamedBytes[]
  /** What a person should know. */
  readonly said: readonly string[]
}

/** The files of archives stand in their place, each with its path. @throws InvalidDataError where an archive cannot be read or holds nothing */
export async function opened(dropped: readonly NamedBytes[]): Promise<Opened> {
  const all = (await Promise.all(dropped.map(async (file) => (isArchive(file) ? unzipped(file) : [file])))).flat()
  const files = all.filter(({ name }) => !isHidden(name))
  if (files.length === 0) throw new InvalidDataError(`${dropped.map(({ name }) => name).join(', ')}: there are no files in it`)
  if (arePictures(files)) return { files, said: [] }
  const idx = files.filter(isIdx)
  const tables = files.filter(({ name }) => TABLE.test(name))
  const read = idx.length > 0 ? idx : tables.length === 1 ? tables : files
  return { files: read, said: leftOut(files.length - read.length) }
}

export const leftOut = (others: number): readonly string[] =>
  others === 0 ? [] : [`${others} other ${others === 1 ? 'file is' : 'files are'} left out.`]

/** The files of an archive, with its name for the folder above them. @throws InvalidDataError where it cannot be read, or is too large */
async function unzipped({ name, bytes }: NamedBytes): Promise<NamedBytes[]> {
  const { unzipSync } = await import('fflate')
  const most = allowedBytes(bytes.length, {})
  let length = 0
  try {
    const files = unzipSync(bytes, {
      filter: ({ name: path, originalSize }) => {
        // Folders are entries too.
        if (path.endsWith('/') || isHidden(path)) return false
        length += originalSize
        if (length > most) throw new InvalidDataError(`${name} unpacks to more than ${most} bytes: unpack it, and drop the folder`)
        return true
      },
    })
    return Object.entries(files).map(([path, own]) => ({ name: `${name}/${path}`, bytes: Uint8Array.from(own) }))
  } catch (cause) {
    if (cause instanceof InvalidDataError) throw cause
    throw new InvalidDataError(`${name} is no ZIP archive that can be read: it is damaged, encrypted, or packed in an unusual way`, {
      cause,
    })
  }
}
