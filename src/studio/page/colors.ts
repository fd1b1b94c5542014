// The colours of what is drawn on canvases, as the page's style sheet has them now.

import { at } from '../../core/at.ts'

/** Colours of one theme. */
export interface Colors {
  readonly text: string
  readonly quiet: string
  readonly line: string
  readonly page: string
  readonly accent: string
  /** Of class 0 and 1, of negative and positive weights. */
  readonly below: string
  readonly above: string
  readonly series: readonly string[]
  /** By a byte from 0, class 0, over 128, nobody's, to 255, class 1: (256), as ImageData's numbers. */
  readonly scale: Uint32Array
}

/** Of a colour that a canvas understands, 0 to 255. */
function rgbOf(color: string): readonly [number, number, number] {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  if (canvas === null) throw new Error('this browser draws no canvas')
  canvas.fillStyle = color
  canvas.fillRect(0, 0, 1, 1)
  const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data
  return [red, green, blue]
}

/** How much of a class's colour its surest place has, so that points stand out on it. */
const STRONGEST = 0.62

/** From one colour over the page's to the other; a byte order that puts red first, as all of today's processors have it. */
function scaleOf(below: string, page: string, above: string): Uint32Array {
  const [low, middle, high] = [rgbOf(below), rgbOf(page), rgbOf(above)]
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    const part = STRONGEST * Math.min(1, Math.abs(byte - 127.5) / 127.5)
    const end = byte < 127.5 ? low : high
    const channel = (i: number): number => Math.round(at(middle, i) + part * (at(end, i) - at(middle, i)))
    return ((255 << 24) | (channel(2) << 16) | (channel(1) << 8) | channel(0)) >>> 0
  })
}

const SERIES = 12

function readColors(): Colors {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  const [page, below, above] = [of('page'), of('below'), of('above')]
  return {
    ...{ text: of('text'), quiet: of('quiet'), line: of('line'), page, accent: of('link'), below, above },
    series: Array.from({ length: SERIES }, (_, i) => of(`c${i}`)),
    scale: scaleOf(below, page, above),
  }
}

/** Calls now, and again whenever the theme changes. @returns what ends that */
export function followColors(take: (colors: Colors) => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const read = (): void => take(readColors())
  read()
  dark.addEventListener('change', read)
  return () => dark.removeEventListener('change', read)
}
