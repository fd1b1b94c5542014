// The learning curves of all networks.

import { at } from '../../../core/at.ts'
import type { PlayFrame, Scores } from '../../playProtocol.ts'
import type { Colors } from '../colors.ts'
import { fit } from './surface.ts'

export const CURVES = [
  { value: 'testAccuracy', title: 'Accuracy, held points' },
  { value: 'accuracy', title: 'Accuracy, training points' },
  { value: 'testLoss', title: 'Loss, held points' },
  { value: 'loss', title: 'Loss, training points' },
] as const
export type CurveName = (typeof CURVES)[number]['value']

/** Points that are kept of a curve; when they are full, every other one goes. */
const KEPT = 360

/** The curves of a population as it trains. */
export class Curves {
  #epochs: number[] = []
  #scores: Scores[] = []
  /** Epochs from one kept point to the next at least. */
  #stride = 1

  clear(): void {
    this.#epochs = []
    this.#scores = []
    this.#stride = 1
  }

  add({ epoch, scores }: PlayFrame): void {
    const last = this.#epochs.at(-1) ?? 0
    if (epoch === 0 || epoch < last + this.#stride) return
    this.#epochs.push(epoch)
    this.#scores.push(scores)
    if (this.#epochs.length <= KEPT) return
    this.#epochs = this.#epochs.filter((_, i) => i % 2 === 1)
    this.#scores = this.#scores.filter((_, i) => i % 2 === 1)
    this.#stride *= 2
  }

  paint(canvas: HTMLCanvasElement, shown: CurveName, how: CurveLook, colors: Colors): void {
    const { context, width, height } = fit(canvas)
    const frame = { left: 40, right: width - 8, top: 8, bottom: height - 22 }
    const isLoss = shown === 'loss' || shown === 'testLoss'
    const all = this.#scores.flatMap((scores) => [...scores[shown]].filter(Number.isFinite))
    const high = isLoss ? Math.max(0.1, Math.min(2, Math.max(...all.slice(-16 * KEPT), 0.1))) : 1
    const low = isLoss ? (how.log ? Math.max(1e-4, Math.min(...all, high / 10)) : 0) : 0.4
    const place = how.log && isLoss ? (v: number) => Math.log(v / low) / Math.log(high / low) : (v: number) => (v - low) / (high - low)
    const y = (value: number): number => frame.bottom - Math.max(0, Math.min(1, place(Math.max(value, low)))) * (frame.bottom - frame.top)
    const last = Math.max(1, this.#epochs.at(-1) ?? 1)
    const x = (epoch: number): number => frame.left + (epoch / last) * (frame.right - frame.left)
    paintAxes(context, frame, { low, high, last, log: how.log && isLoss, y }, colors)
    if (!isLoss) dashes(context, frame.left, frame.right, y(how.goal), colors)
    const networks = how.colors.length
    context.lineJoin = 'round'
    for (let network = 0; network < networks; network++)
      if (network !== how.selected) this.#line(context, shown, network, x, y, how, colors)
    this.#line(context, shown, how.selected, x, y, how, colors)
  }

  #line(
    context: CanvasRenderingContext2D,
    shown: CurveName,
    network: number,
    x: (epoch: number) => number,
    y: (value: number) => number,
    { selected, colors: own }: CurveLook,
    { series, text }: Colors,
  ): void {
    context.beginPath()
    let isDrawing = false
    for (const [i, scores] of this.#scores.entries()) {
      const value = scores[shown][network] ?? Number.NaN
      if (!Number.isFinite(value)) continue
      if (isDrawing) context.lineTo(x(at(this.#epochs, i)), y(value))
      else context.moveTo(x(at(this.#epochs, i)), y(value))
      isDrawing = true
    }
    context.strokeStyle = network === selected ? text : at(series, at(own, network))
    context.globalAlpha = network === selected ? 1 : 0.6
    context.lineWidth = network === selected ? 2.5 : 1.2
    context.stroke()
    context.globalAlpha = 1
  }
}

export interface CurveLook {
  readonly selected: number
  readonly goal: number
  readonly log: boolean
  /** Of every network the number of its colour. */
  readonly colors: readonly number[]
}

interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

interface Scale {
  readonly low: number
  readonly high: number
  readonly last: number
  readonly log: boolean
  readonly y: (value: number) => number
}

function paintAxes(context: CanvasRenderingContext2D, frame: Frame, { low, high, last, log, y }: Scale, { quiet, line }: Colors): void {
  context.fillStyle = quiet
  context.strokeStyle = line
  context.lineWidth = 1
  context.font = '12px sans-serif'
  context.textAlign = 'end'
  context.textBaseline = 'middle'
  for (const part of [0, 0.5, 1]) {
    const value = log ? low * (high / low) ** part : low + part * (high - low)
    context.fillText(String(Number(value.toPrecision(2))), frame.left - 6, y(value))
    context.beginPath()
    context.moveTo(frame.left, y(value))
    context.lineTo(frame.right, y(value))
    context.stroke()
  }
  context.textBaseline = 'top'
  context.textAlign = 'start'
  context.fillText('0', frame.left, frame.bottom + 5)
  context.textAlign = 'end'
  context.fillText(`epoch ${last}`, frame.right, frame.bottom + 5)
}

function dashes(context: CanvasRenderingContext2D, from: number, to: number, y: number, { quiet }: Colors): void {
  context.setLineDash([5, 4])
  context.strokeStyle = quiet
  context.beginPath()
  context.moveTo(from, y)
  context.lineTo(to, y)
  context.stroke()
  context.setLineDash([])
}
