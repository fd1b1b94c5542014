// Pictures among dropped files: in folders, a class each.

import { InvalidDataError } from '../../../core/errors.ts'
import type { NamedBytes } from '../reading.ts'
import { leftOut } from './opened.ts'
import { PICTURES } from './recognize.ts'

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

/** Names of folders that are parts of a data set rather than classes. */
const PART = /^(train|training|test|testing|val|valid|validation|dev|eval)$/i

/**
 * Sorts pictures into classes by the first folder that not all of them lie in, as Keras and torchvision do, or the one below it where these are parts (train, test).
 * @throws InvalidDataError where there are none, or no classes
 */
export function foldersOf(dropped: readonly NamedBytes[]): Folders {
  const files = dropped.map(({ name: path, bytes }) => ({ path, bytes }))
  const pictures = files.filter(({ path }) => PICTURES.test(path))
  const name = dropped[0]?.name.split('/')[0] ?? 'pictures'
  // Folders that all of them lie in are no class.
  const first = pictures[0]?.path.split('/').slice(0, -1) ?? []
  const apart = first.findIndex((_, i) => !pictures.every(({ path }) => path.startsWith(`${first.slice(0, i + 1).join('/')}/`)))
  const above = apart < 0 ? first.length : apart
  const foldersOfFile = (path: string): readonly string[] => path.split('/').slice(above, -1)
  const tops = new Set(pictures.map(({ path }) => foldersOfFile(path)[0]).filter((top) => top !== undefined))
  const inParts = tops.size > 0 && [...tops].every((top) => PART.test(top))
  const classOf = (path: string): string => foldersOfFile(path)[inParts ? 1 : 0] ?? ''
  if (pictures.length === 1)
    throw new InvalidDataError(`${name} is one picture: drop a folder that holds a folder of pictures for each class, named as the class`)
  const [inFolders, beside] = [pictures.filter(({ path }) => classOf(path) !== ''), pictures.filter(({ path }) => classOf(path) === '')]
  const classes = [...new Set(inFolders.map(({ path }) => classOf(path)))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const where = classes[0] ?? first[above - 1]
  if (classes.length < 2)
    throw new InvalidDataError(
      `the pictures of ${name} lie in one folder${where === undefined ? '' : `, “${where}”`}: put those of each class into a folder of their own, named as the class, and drop the folder that holds these`,
    )
  if (classes.length > 256)
    throw new InvalidDataError(`${name} has ${classes.length} folders of pictures; at most 256 classes can be learned`)
  return {
    name,
    classes,
    files: inFolders.map((file) => ({ ...file, label: classes.indexOf(classOf(file.path)) })),
    said: [
      ...(inParts && tops.size > 1
        ? [`The folders ${[...tops].join(', ')} are taken as one: which pictures judge is dealt out anew.`]
        : []),
      ...(beside.length > 0 ? [`Beside the folders of the others, and left out: ${some(beside.map(({ path }) => path))}.`] : []),
      ...leftOut(files.length - pictures.length),
    ],
  }
}

const some = (paths: readonly string[]): string => `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ' …' : ''}`
