// Makes IDX files of a folder of pictures, so that all that knows images knows them.

import { InvalidDataError } from '../../../core/errors.ts'
import type { PictureOptions } from '../../pictures.ts'
import type { NamedBytes } from '../reading.ts'
import { decode, isColorful, Scaler } from './decode.ts'
import { foldersOf } from './files.ts'

/** What a side has at most unless somebody says otherwise: small pictures are learned from in seconds. */
const SIDE = 32
const LEAST_SIDE = 8
/** Pictures that are looked at to find size and colour. */
const LOOKED_AT = 40

export interface ReadPictures {
  readonly name: string
  readonly classes: string[]
  readonly images: NamedBytes
  readonly labels: NamedBytes
  readonly said: readonly string[]
}

/** @throws InvalidDataError where there are no pictures in folders, or none can be decoded */
export async function readPictures(dropped: readonly NamedBytes[], options: PictureOptions): Promise<ReadPictures> {
  const { name, classes, files, said } = foldersOf(dropped)
  const { size, color } = await found(files, options)
  const channels = color ? 3 : 1
  const scaler = new Scaler([size, size, channels])
  const each = size * size * channels
  const images = new Uint8Array(16 + (color ? 4 : 0) + files.length * each)
  const labels = new Uint8Array(8 + files.length)
  const head = images.length - files.length * each
  const broken: string[] = []
  let rows = 0
  for (const { path, bytes, label } of files) {
    const picture = await decode(bytes).catch(() => undefined)
    if (picture === undefined) broken.push(path)
    else {
      images.set(scaler.pixels(picture), head + rows * each)
      labels[8 + rows++] = label
      picture.close()
    }
  }
  if (rows === 0)
    throw new InvalidDataError(`none of the ${files.length} pictures of ${name} can be decoded: are they what their names say?`)
  writeHead(images, [rows, size, size, ...(color ? [3] : [])])
  writeHead(labels, [rows])
  const some = broken.slice(0, 3).join(', ')
  return {
    ...{ name, classes: [...classes] },
    images: { name: `${name}-images.idx`, bytes: images.slice(0, head + rows * each) },
    labels: { name: `${name}-labels.idx`, bytes: labels.slice(0, 8 + rows) },
    said: [
      ...(broken.length === 0
        ? []
        : [`${broken.length} of ${files.length} files cannot be decoded and are left out: ${some}${broken.length > 3 ? ' …' : ''}.`]),
      ...said,
    ],
  }
}

/** Bytes, row by row (http://yann.lecun.com/exdb/mnist/). */
function writeHead(file: Uint8Array, shape: readonly number[]): void {
  const view = new DataView(file.buffer, file.byteOffset)
  view.setUint32(0, 0x0800 + shape.length)
  for (const [i, size] of shape.entries()) view.setUint32(4 + 4 * i, size)
}

/** Size and colour, of pictures from all over the folder where nobody said. */
async function found(
  files: readonly { readonly bytes: Uint8Array<ArrayBuffer> }[],
  { size, color }: PictureOptions,
): Promise<{ size: number; color: boolean }> {
  if (size !== undefined && color !== undefined) return { size, color }
  const looker = new Scaler([SIDE, SIDE, 3])
  const sides: number[] = []
  let colorful = 0
  const step = Math.max(1, Math.floor(files.length / LOOKED_AT))
  for (const { bytes } of files.filter((_, i) => i % step === 0)) {
    const picture = await decode(bytes).catch(() => undefined)
    if (picture === undefined) continue
    sides.push(Math.min(picture.width, picture.height))
    colorful += Number(isColorful(looker.pixels(picture)))
    picture.close()
  }
  sides.sort((a, b) => a - b)
  const middle = sides[Math.floor(sides.length / 2)] ?? SIDE
  return { size: size ?? Math.max(LEAST_SIDE, Math.min(SIDE, middle)), color: color ?? colorful > sides.length / 10 }
}
