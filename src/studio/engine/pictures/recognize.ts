// Whether dropped files are pictures, by their names and first bytes.

import type { NamedBytes } from '../reading.ts'

/** What browsers decode. */
export const PICTURES = /\.(png|jpe?g|webp|gif|bmp|avif)$/i

/** By its name as well as by what files of ZIP begin with (PKWARE's APPNOTE, 4.3.7): spreadsheets are such archives too. */
export const isArchive = ({ name, bytes: [p, k, three, four] }: NamedBytes): boolean =>
  /\.zip$/i.test(name) && p === 0x50 && k === 0x4b && three === 3 && four === 4

export const arePictures = (files: readonly NamedBytes[]): boolean => files.some(({ name }) => PICTURES.test(name))
