// Everything of play mode that is drawn on canvases, frame by frame, past the page's own state.

import { GRID, type PlayFrame, type Points } from '../../playProtocol.ts'
import type { Colors } from '../colors.ts'
import { type CurveName, Curves } from './curves.ts'
import { NetworkPainter } from './network.ts'
import { paintCross, paintPoints, SurfaceImage } from './surface.ts'

/** Where things are drawn; undefined while the page has no such place. */
interface Canvases {
  surface: HTMLCanvasElement | null
  points: HTMLCanvasElement | null
  network: HTMLCanvasElement | null
  curves: HTMLCanvasElement | null
  readonly tiles: Map<number, HTMLCanvasElement>
}

/** How the curves are drawn. */
export interface Chosen {
  readonly curve: CurveName
  readonly log: boolean
  readonly goal: number
  /** Of every network the number of its colour. */
  readonly colors: readonly number[]
}

export class Screen {
  readonly canvases: Canvases = { surface: null, points: null, network: null, curves: null, tiles: new Map() }
  chosen: Chosen = { curve: 'testAccuracy', log: false, goal: 1, colors: [] }
  /** Where the arrow keys are; undefined while nobody uses them. */
  cross: readonly [number, number] | undefined
  readonly #curves = new Curves()
  readonly #network = new NetworkPainter()
  readonly #small = new SurfaceImage(GRID.small)
  readonly #large = new SurfaceImage(GRID.large)
  #colors: Colors | undefined
  #frame: PlayFrame | undefined
  #points: Points | undefined

  begin(points: Points): void {
    this.#points = points
    this.#frame = undefined
    this.#curves.clear()
    this.paintPoints()
  }

  show(frame: PlayFrame): void {
    this.#frame = frame
    this.#curves.add(frame)
    this.repaint()
  }

  color(colors: Colors): void {
    this.#colors = colors
    this.paintPoints()
    this.repaint()
  }

  repaint(): void {
    const [frame, colors, { surface, network, curves, tiles }] = [this.#frame, this.#colors, this.canvases]
    if (frame === undefined || colors === undefined) return
    const { look, surfaces } = frame
    if (surface !== null) this.#large.paint(surface, look.surface, colors)
    if (network !== null) this.#network.paint(network, look, colors)
    for (const [i, tile] of tiles) {
      // There are more tiles than networks while a larger population begins.
      if ((i + 1) * GRID.small ** 2 <= surfaces.length) this.#small.paint(tile, surfaces, colors, i * GRID.small ** 2)
    }
    const { curve, ...how } = this.chosen
    if (curves !== null) this.#curves.paint(curves, curve, { ...how, selected: look.network }, colors)
  }

  paintPoints(): void {
    const { points: canvas } = this.canvases
    if (canvas === null || this.#points === undefined || this.#colors === undefined) return
    paintPoints(canvas, this.#points, this.#colors)
    if (this.cross !== undefined) paintCross(canvas, this.cross, this.#colors)
  }
}
