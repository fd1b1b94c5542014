// Whether dropped files are pictures, by their names and first bytes.

import type { NamedBytes } from '../reading.ts'

/** What browsers decode. */
export const PICTURES = /\.(png|jpe?g|webp|gif|bmp|avif)$/i

/** What files of ZIP begin with (PKWARE's APPNOTE, 4.3.7). */
export const isZip = ({ bytes }: NamedBytes): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4

/** Pictures, or an archive that is named as one: spreadsheets are such archives too. */
export const arePictures = (dropped: readonly NamedBytes[]): boolean =>
  dropped.some(({ name }) => PICTURES.test(name)) || dropped.some((file) => /\.zip$/i.test(file.name) && isZip(file))
