/** From whatever holds a picture to the bytes that the network reads. */

export const SIDE = 32
export const CHANNELS = 3

/** Rows x columns x channels, a byte each: red, green, blue. */
export type Pixels = Uint8Array

const canvas = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE })
const context = canvas.getContext('2d', { willReadFrequently: true })

/** The middle square of a picture, made small. */
export function pixelsOf(source: CanvasImageSource, width: number, height: number): Pixels {
  if (context === null) throw new Error('this browser draws on no canvas')
  const side = Math.min(width, height)
  context.imageSmoothingQuality = 'high'
  context.drawImage(source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, SIDE, SIDE)
  const { data } = context.getImageData(0, 0, SIDE, SIDE)
  return Uint8Array.from({ length: SIDE * SIDE * CHANNELS }, (_, i) => data[4 * Math.floor(i / CHANNELS) + (i % CHANNELS)] ?? 0)
}

/** @throws TypeError for a file that is no picture */
export async function pixelsOfFile(file: File): Promise<Pixels> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new TypeError(`${file.name}: this is no picture that the browser can read`)
  })
  const pixels = pixelsOf(bitmap, bitmap.width, bitmap.height)
  bitmap.close()
  return pixels
}

/** The picture, mirrored, and moved a little in four directions: what a thing is does not hang on where it is. */
export const variantsOf = (pixels: Pixels): Pixels[] => [
  pixels,
  moved(pixels, (row, column) => [row, SIDE - 1 - column]),
  ...[-3, 3].flatMap((by) => [moved(pixels, (row, column) => [row + by, column]), moved(pixels, (row, column) => [row, column + by])]),
]

const clamp = (at: number): number => Math.min(Math.max(at, 0), SIDE - 1)

function moved(pixels: Pixels, from: (row: number, column: number) => readonly [number, number]): Pixels {
  return pixels.map((_, i) => {
    const cell = Math.floor(i / CHANNELS)
    const [row, column] = from(Math.floor(cell / SIDE), cell % SIDE)
    return pixels[(clamp(row) * SIDE + clamp(column)) * CHANNELS + (i % CHANNELS)] ?? 0
  })
}

/** A small picture to look at. */
export function thumbnail(pixels: Pixels): HTMLCanvasElement {
  const shown = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE })
  const image = new ImageData(SIDE, SIDE)
  for (let i = 0; i < SIDE * SIDE; i++) {
    image.data.set(pixels.subarray(i * CHANNELS, (i + 1) * CHANNELS), 4 * i)
    image.data[4 * i + 3] = 255
  }
  shown.getContext('2d')?.putImageData(image, 0, 0)
  return shown
}
