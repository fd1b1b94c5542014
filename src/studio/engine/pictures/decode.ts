// Decodes pictures by the browser's own decoders, and brings them to one size.

import { at } from '../../../core/at.ts'
import type { PictureShape } from '../../pictures.ts'

/** The middle square of a picture. @throws DOMException where it cannot be decoded */
export const decode = (bytes: Uint8Array<ArrayBuffer> | Blob): Promise<ImageBitmap> =>
  createImageBitmap(bytes instanceof Blob ? bytes : new Blob([bytes]))

/** Draws pictures onto a canvas of one size, and reads the bytes. */
export class Scaler {
  readonly #shape: PictureShape
  readonly #drawing: OffscreenCanvasRenderingContext2D

  constructor(shape: PictureShape) {
    this.#shape = shape
    const [height, width] = shape
    const drawing = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
    if (drawing === null) throw new Error('this browser draws no canvas')
    drawing.imageSmoothingQuality = 'high'
    this.#drawing = drawing
  }

  /** The middle of the picture, as large as fits; what is transparent is white. (height x width x channels) */
  pixels(picture: ImageBitmap): Uint8Array<ArrayBuffer> {
    const [height, width, channels] = this.#shape
    const side = Math.min(picture.width, picture.height)
    const drawing = this.#drawing
    drawing.fillStyle = '#fff'
    drawing.fillRect(0, 0, width, height)
    drawing.drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, width, height)
    const { data } = drawing.getImageData(0, 0, width, height)
    const pixels = new Uint8Array(height * width * channels)
    for (let i = 0; i < height * width; i++) {
      const [red, green, blue] = [at(data, 4 * i), at(data, 4 * i + 1), at(data, 4 * i + 2)]
      if (channels === 3) pixels.set([red, green, blue], 3 * i)
      // Rec. 709's weights, as of brightness.
      else pixels[i] = Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    }
    return pixels
  }
}

/** Above this mean distance between red, green and blue, of 255, a picture has colours: JPEG's greys differ by one or two. */
const COLORFUL = 4

/** Whether its pixels, (pixels x 3), have colours. */
export function isColorful(pixels: Uint8Array): boolean {
  let apart = 0
  for (let i = 0; i < pixels.length; i += 3) {
    const [red, green, blue] = [at(pixels, i), at(pixels, i + 1), at(pixels, i + 2)]
    apart += Math.max(red, green, blue) - Math.min(red, green, blue)
  }
  return (3 * apart) / pixels.length > COLORFUL
}
