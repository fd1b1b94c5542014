// What page and engine say to one another about pictures that were dropped as a folder or a ZIP archive.

/** How pictures become numbers; undefined: found out. */
export interface PictureOptions {
  /** Pixels of a side. */
  readonly size?: number | undefined
  readonly color?: boolean | undefined
}

export const SIZES = [8, 16, 24, 28, 32, 48, 64] as const

/** Rows, columns, and 1 for grey or 3 for colours. */
export type PictureShape = readonly [height: number, width: number, channels: number]

/** What was found of the pictures, beside what is found of a table. */
export interface FoundPictures {
  readonly shape: PictureShape
  /** What all pictures look like on average, as bytes. */
  readonly mean: Uint8Array
  /** What the answer loses without each of nine regions, row by row; none until that is known. */
  readonly regions: readonly Region[]
  /** Pictures that it had not seen, and what it said of them: those that it is surest of and wrong, and others. */
  readonly examples: readonly SaidPicture[]
  /** How many pictures of each class were taken for each: rows are what is true. */
  readonly confusion: readonly (readonly number[])[]
}

export interface Region {
  readonly name: string
  readonly value: number
  readonly low: number
  readonly high: number
}

/** A picture with what is said of it. */
export interface SaidPicture {
  /** As the network sees it. */
  readonly pixels: Uint8Array
  /** Undefined of a picture that somebody brings. */
  readonly actual: string | undefined
  readonly probabilities: Readonly<Record<string, number>>
  /** Classes that are possible, so that the truth is among them in 95 of 100 such pictures. */
  readonly set: readonly string[]
  /** Whether it is less like any picture of training than they are like one another. */
  readonly outside: boolean
}
