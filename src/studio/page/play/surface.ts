// Draws surfaces of bytes, and points over them.

import { at, missing } from '../../../core/at.ts'
import type { Points } from '../../playProtocol.ts'
import type { Colors } from '../colors.ts'

function contextOf(canvas: HTMLCanvasElement | OffscreenCanvas): CanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('this browser draws no canvas')
  return context as CanvasRenderingContext2D
}

/** Makes a canvas as sharp as the screen. @returns its context, in CSS pixels, and its size */
export function fit(canvas: HTMLCanvasElement): {
  readonly context: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
} {
  const { clientWidth: width, clientHeight: height } = canvas
  const ratio = devicePixelRatio
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
  }
  const context = contextOf(canvas)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  return { context, width, height }
}

/** Squares of bytes on canvases of one pixel a byte, which the browser enlarges. */
export class SurfaceImage {
  readonly #image: ImageData
  readonly #pixels: Uint32Array

  constructor(width: number, height = width) {
    this.#image = new ImageData(width, height)
    this.#pixels = new Uint32Array(this.#image.data.buffer)
  }

  /** @param bytes from `from` on as many as there are pixels */
  paint(canvas: HTMLCanvasElement | OffscreenCanvas, bytes: Uint8Array, { scale }: Colors, from = 0): void {
    for (let i = 0; i < this.#pixels.length; i++) {
      const byte = bytes[from + i] ?? missing(bytes, from + i)
      this.#pixels[i] = scale[byte] ?? missing(scale, byte)
    }
    contextOf(canvas).putImageData(this.#image, 0, 0)
  }
}

/** Where a place from -1 to 1 is on a square. */
const across = (x: number, width: number): number => ((x + 1) / 2) * width

/** Points that train are full, those that judge are rings. */
export function paintPoints(canvas: HTMLCanvasElement, { places, classes, trainRows }: Points, { below, above, page, text }: Colors): void {
  const { context, width, height } = fit(canvas)
  const radius = Math.max(2.5, width / 110)
  for (const [i, own] of classes.entries()) {
    context.beginPath()
    context.arc(across(at(places, 2 * i), width), across(-at(places, 2 * i + 1), height), radius, 0, 2 * Math.PI)
    const color = own === 1 ? above : below
    const trains = i < trainRows
    context.fillStyle = trains ? color : page
    context.fill()
    context.lineWidth = trains ? 1 : radius / 1.8
    context.strokeStyle = trains ? text : color
    context.stroke()
  }
}

/** The cross that the arrow keys move. */
export function paintCross(canvas: HTMLCanvasElement, [x, y]: readonly [number, number], { text }: Colors): void {
  const [context, width, height] = [contextOf(canvas), canvas.clientWidth, canvas.clientHeight]
  const [left, top, arm] = [across(x, width), across(-y, height), 9]
  context.strokeStyle = text
  context.lineWidth = 1.5
  context.beginPath()
  context.moveTo(left - arm, top)
  context.lineTo(left + arm, top)
  context.moveTo(left, top - arm)
  context.lineTo(left, top + arm)
  context.stroke()
}
