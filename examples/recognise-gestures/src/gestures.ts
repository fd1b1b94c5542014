/** A gesture: where the pointer was, one place after the other. */

export type Point = readonly [x: number, y: number]

export interface Gesture {
  readonly name: string
  readonly points: readonly Point[]
}

/** Every gesture has as many steps for the network, and two numbers a step: how far it went to the right, and down. */
export const STEPS = 32
export const NUMBERS = 2

/** Fewer places are a click. */
const FEWEST = 5

/** @throws TypeError for what is no gesture */
export function checkPoints(points: readonly Point[]): void {
  if (points.length < FEWEST || lengthOf(points) === 0)
    throw new TypeError(`That has ${points.length} places; a gesture has ${FEWEST} different ones at least: draw it in one go, and larger.`)
}

const distance = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(bx - ax, by - ay)
const lengthOf = (points: readonly Point[]): number =>
  points.slice(1).reduce((sum, point, i) => sum + distance(points[i] ?? point, point), 0)

/** The steps of a gesture: of equal length along its way, so that neither speed nor size matters. (STEPS, NUMBERS), row-major */
export function stepsOf(points: readonly Point[]): Float32Array {
  const whole = lengthOf(points)
  const places = Array.from({ length: STEPS + 1 }, (_, i) => placeAt(points, (whole * i) / STEPS))
  const steps = places.slice(1).flatMap(([x, y], i) => {
    const [fromX, fromY] = places[i] ?? [x, y]
    return [x - fromX, y - fromY].map((way) => (way * STEPS) / whole)
  })
  return Float32Array.from(steps)
}

function placeAt(points: readonly Point[], way: number): Point {
  let left = way
  for (const [i, to] of points.entries()) {
    const from = points[i - 1]
    if (from === undefined) continue
    const part = distance(from, to)
    if (part > 0 && left <= part) return [from[0] + ((to[0] - from[0]) * left) / part, from[1] + ((to[1] - from[1]) * left) / part]
    left -= part
  }
  return points.at(-1) ?? [0, 0]
}

/** Gestures of a file, a line each. @throws TypeError naming the line */
export function readGestures(text: string): Gesture[] {
  const lines = text.split(/\r?\n/).map((line, i) => ({ cells: line.split(','), number: i + 1 }))
  const gestures = lines.flatMap(({ cells: [name = '', ...cells], number }) => {
    if (name.trim() === '' && cells.length === 0) return []
    const numbers = cells.map(Number)
    if (numbers.length % 2 === 1 || cells.some((cell) => cell.trim() === '') || !numbers.every(Number.isFinite))
      throw new TypeError(`Line ${number} is no gesture: after its name there must be numbers in pairs, x and y.`)
    const points = Array.from({ length: numbers.length / 2 }, (_, i): Point => [numbers[2 * i] ?? 0, numbers[2 * i + 1] ?? 0])
    if (points.length < FEWEST || lengthOf(points) === 0)
      throw new TypeError(`Line ${number} has ${points.length} places; a gesture has ${FEWEST} different ones at least.`)
    return [{ name: name.trim(), points }]
  })
  if (gestures.length === 0) throw new TypeError('The file holds no gestures.')
  return gestures
}

const wobble = (by: number): number => by * (Math.random() - 0.5)

/** Gestures that nobody drew: each turned, stretched and shaken a little. */
const FORMS: Readonly<Record<string, (part: number) => Point>> = {
  circle: (part) => [100 * Math.cos(2 * Math.PI * part), 100 * Math.sin(2 * Math.PI * part)],
  zigzag: (part) => [200 * part, 60 * Math.abs(((6 * part) % 2) - 1)],
  tick: (part) => (part < 0.35 ? [150 * part, 200 * part] : [150 * part, 70 - 180 * (part - 0.35)]),
}

export function drawSample(each: number): Gesture[] {
  return Object.entries(FORMS).flatMap(([name, form]) =>
    Array.from({ length: each }, () => {
      const [turn, size] = [wobble(0.6), 1 + wobble(0.5)]
      const points = Array.from({ length: 40 }, (_, i): Point => {
        const [x, y] = form(i / 39)
        const [px, py] = [size * x * (1 + wobble(0.05)), size * y]
        return [px * Math.cos(turn) - py * Math.sin(turn) + wobble(8), px * Math.sin(turn) + py * Math.cos(turn) + wobble(8)]
      })
      return { name, points }
    }),
  )
}
