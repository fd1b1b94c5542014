import { type Pixels, pixelsOf } from './images.ts'

/** Pictures for those who have none at hand: shapes of any colour, size, turn and place. */

/** How many corners each has, and how far every other one is from the middle. */
export const SHAPES = { circle: [48, 1], triangle: [3, 1], star: [10, 0.4] } as const

const between = (low: number, high: number): number => low + (high - low) * Math.random()

export function drawShape([corners, inner]: readonly [number, number]): Pixels {
  const canvas = new OffscreenCanvas(96, 96)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('this browser draws on no canvas')
  context.fillStyle = `hsl(${between(0, 360)} 40% ${between(10, 30)}%)`
  context.fillRect(0, 0, 96, 96)
  const [x, y, radius, turn] = [between(40, 56), between(40, 56), between(24, 38), between(0, 7)]
  context.fillStyle = `hsl(${between(0, 360)} 80% ${between(60, 80)}%)`
  context.beginPath()
  for (let i = 0; i < corners; i++) {
    const angle = turn + (2 * Math.PI * i) / corners
    const far = i % 2 === 0 ? radius : radius * inner
    context.lineTo(x + far * Math.cos(angle), y + far * Math.sin(angle))
  }
  context.fill()
  return pixelsOf(canvas, 96, 96)
}
