// Pictures among dropped files: in folders, a class each, or in a ZIP archive of such folders.

import { InvalidDataError } from '../../../core/errors.ts'
import { allowedBytes } from '../../../data/unpack.ts'
import type { NamedBytes } from '../reading.ts'
import { isZip, PICTURES } from './recognize.ts'

/** Files that systems put into folders by themselves. */
const HIDDEN = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i

/** A file with its folders, as `flowers/rose/1.jpg`. */
interface PictureFile {
  readonly path: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Pictures of one data set, the classes in the order of their names. */
export interface Folders {
  readonly name: string
  readonly classes: readonly string[]
  readonly files: readonly (PictureFile & { readonly label: number })[]
  /** What a person should know. */
  readonly said: readonly string[]
}

/** Sorts pictures into classes by the folder that each lies in. @throws InvalidDataError where there are none, or no classes */
export async function foldersOf(dropped: readonly NamedBytes[]): Promise<Folders> {
  const [first] = dropped
  const zip = first !== undefined && dropped.length === 1 && isZip(first) ? first : undefined
  const files = zip === undefined ? dropped.map(({ name, bytes }) => ({ path: name, bytes })) : await unzipped(zip)
  const seen = files.filter(({ path }) => !HIDDEN.test(path))
  const pictures = seen.filter(({ path }) => PICTURES.test(path))
  const name = zip?.name ?? first?.name.split('/')[0] ?? 'pictures'
  if (pictures.length === 0)
    throw new InvalidDataError(
      `${name} holds no pictures (PNG, JPEG, WebP, GIF, BMP or AVIF): a ZIP archive has folders of pictures, one for each class; tables are dropped unpacked`,
    )
  const classOf = (path: string): string => path.split('/').at(-2) ?? ''
  const classes = [...new Set(pictures.map(({ path }) => classOf(path)))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  if (pictures.length === 1)
    throw new InvalidDataError(`${name} is one picture: drop a folder that holds a folder of pictures for each class, named as the class`)
  if (classes.length < 2)
    throw new InvalidDataError(
      `all ${pictures.length} pictures of ${name} lie in one folder${classes[0] ? `, “${classes[0]}”` : ''}: put those of each class into a folder of their own, named as the class, and drop the folder that holds these`,
    )
  if (classes.includes(''))
    throw new InvalidDataError(
      `some pictures of ${name} lie beside the folders of the others, such as ${outside(pictures)}: every picture needs a folder, named as its class`,
    )
  if (classes.length > 256)
    throw new InvalidDataError(`${name} has ${classes.length} folders of pictures; at most 256 classes can be learned`)
  const parts = new Set(pictures.map(({ path }) => path.split('/').at(-3) ?? ''))
  const others = seen.length - pictures.length
  return {
    name,
    classes,
    files: pictures.map((file) => ({ ...file, label: classes.indexOf(classOf(file.path)) })),
    said: [
      ...(parts.size > 1 ? [`The folders ${[...parts].join(', ')} are taken as one: which pictures judge is dealt out anew.`] : []),
      ...(others > 0 ? [`${others} other ${others === 1 ? 'file is' : 'files are'} left out.`] : []),
    ],
  }
}

const outside = (pictures: readonly PictureFile[]): string => pictures.find(({ path }) => !path.includes('/'))?.path ?? ''

async function unzipped({ name, bytes }: NamedBytes): Promise<PictureFile[]> {
  const { unzipSync } = await import('fflate')
  const most = allowedBytes(bytes.length, {})
  let length = 0
  try {
    const files = unzipSync(bytes, {
      filter: ({ name: path, originalSize }) => {
        // Folders are entries too.
        if (path.endsWith('/') || HIDDEN.test(path)) return false
        length += originalSize
        if (length > most) throw new InvalidDataError(`${name} unpacks to more than ${most} bytes: unpack it, and drop the folder`)
        return true
      },
    })
    return Object.entries(files).map(([path, own]) => ({ path, bytes: Uint8Array.from(own) }))
  } catch (cause) {
    if (cause instanceof InvalidDataError) throw cause
    throw new InvalidDataError(`${name} is no ZIP archive that can be read: it is damaged, encrypted, or packed in an unusual way`, {
      cause,
    })
  }
}
