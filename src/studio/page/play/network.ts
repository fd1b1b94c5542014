// Draws a network: its units as what they say over the plane, its weights as lines between them.

import { at } from '../../../core/at.ts'
import { GRID, type Look } from '../../playProtocol.ts'
import type { Colors } from '../colors.ts'
import { fit, SurfaceImage } from './surface.ts'

/** Widths of lines at most, in pixels, and weights below which none is drawn. */
const THICK = 6
const FAINT = 0.02

interface Column {
  readonly x: number
  /** Of every unit. */
  readonly ys: readonly number[]
}

/** Draws one network again and again. */
export class NetworkPainter {
  #sprites: { readonly canvas: OffscreenCanvas; readonly image: SurfaceImage; readonly units: number } | undefined

  paint(canvas: HTMLCanvasElement, look: Look, colors: Colors): void {
    const { context, width, height } = fit(canvas)
    const size = sizeOf(look.widths, width, height)
    const columns = look.widths.map((count, layer): Column => {
      const x = size / 2 + 2 + ((width - size - 4) * layer) / (look.widths.length - 1)
      return { x, ys: Array.from({ length: count }, (_, i) => (height * (i + 0.5)) / count) }
    })
    paintWeights(context, columns, look, size, colors)
    this.#paintUnits(context, columns, look, size, colors)
  }

  #paintUnits(context: CanvasRenderingContext2D, columns: readonly Column[], look: Look, size: number, colors: Colors): void {
    const sprites = this.#spritesOf(look)
    sprites?.image.paint(sprites.canvas, look.units, colors)
    context.strokeStyle = colors.quiet
    context.lineWidth = 1
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.font = `${Math.round(size / 2.4)}px sans-serif`
    let unit = 0
    for (const [layer, { x, ys }] of columns.entries()) {
      for (const [i, y] of ys.entries()) {
        const [left, top] = [x - size / 2, y - size / 2]
        if (layer === 0 || layer === columns.length - 1 || sprites === undefined) {
          context.fillStyle = colors.page
          context.fillRect(left, top, size, size)
          context.fillStyle = colors.text
          context.fillText(layer === 0 ? (i === 0 ? 'x' : 'y') : 'p', x, y + 1)
        } else {
          context.drawImage(sprites.canvas, 0, unit * GRID.unit, GRID.unit, GRID.unit, left, top, size, size)
          unit++
        }
        context.strokeRect(left, top, size, size)
      }
    }
  }

  /** All units one below the other, as their bytes are. */
  #spritesOf({ units }: Look) {
    const count = units.length / GRID.unit ** 2
    if (count === 0) return undefined
    if (this.#sprites?.units !== count) {
      const height = count * GRID.unit
      this.#sprites = { canvas: new OffscreenCanvas(GRID.unit, height), image: new SurfaceImage(GRID.unit, height), units: count }
    }
    return this.#sprites
  }
}

/** Of a unit's square, so that all fit. */
const sizeOf = (widths: readonly number[], width: number, height: number): number =>
  Math.max(8, Math.min(34, (height / Math.max(...widths)) * 0.78, (width / widths.length) * 0.5))

function paintWeights(context: CanvasRenderingContext2D, columns: readonly Column[], look: Look, size: number, colors: Colors): void {
  let offset = 0
  for (const [layer, to] of columns.entries()) {
    const from = columns[layer - 1]
    if (from === undefined) continue
    for (const [i, fromY] of from.ys.entries()) {
      for (const [u, toY] of to.ys.entries()) {
        const weight = at(look.parameters, offset + i * to.ys.length + u)
        if (!(Math.abs(weight) > FAINT)) continue
        context.strokeStyle = weight > 0 ? colors.above : colors.below
        context.lineWidth = Math.min(THICK, 0.4 + 1.6 * Math.abs(weight))
        context.globalAlpha = Math.min(1, 0.25 + Math.abs(weight) / 2)
        const [start, end] = [from.x + size / 2, to.x - size / 2]
        const bend = (end - start) / 2
        context.beginPath()
        context.moveTo(start, fromY)
        context.bezierCurveTo(start + bend, fromY, end - bend, toY, end, toY)
        context.stroke()
      }
    }
    offset += (from.ys.length + 1) * to.ys.length
  }
  context.globalAlpha = 1
}
