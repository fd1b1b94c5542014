// The points of play mode: known shapes with noise, or a person's own, dealt to those that train and those that judge.

import { at } from '../../../core/at.ts'
import { permutation, philox4x32 } from '../../../core/random.ts'
import type { Points } from '../../playProtocol.ts'
import type { PlaySettings } from '../../playSettings.ts'

/** Where a point is, and its class. */
type Place = readonly [x: number, y: number, own: number]

/** Of a key that no training has: `play` in ASCII. */
const KEY = 0x706c6179

/** Random numbers of one point, as many as its shape asks for. */
class Draws {
  readonly #seed: number
  readonly #row: number
  #count = 0

  constructor(seed: number, row: number) {
    this.#seed = seed
    this.#row = row
  }

  /** Even in [low, high). */
  uniform(low: number, high: number): number {
    const [word] = philox4x32([this.#count++, this.#row, 0, 0], [this.#seed, KEY])
    return low + ((high - low) * word) / 2 ** 32
  }

  /** By Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform(0, 1))) * Math.cos(this.uniform(0, 2 * Math.PI))
  }
}

/** Of a point of a class, without noise. */
const SHAPES: Readonly<Record<Exclude<PlaySettings['points'], 'own'>, (draws: Draws, own: number) => readonly [number, number]>> = {
  circles: (draws, own) => around(0, 0, own === 1 ? draws.uniform(0, 0.4) : draws.uniform(0.6, 0.85), draws.uniform(0, 2 * Math.PI)),
  moons: (draws, own) => {
    const angle = draws.uniform(0, Math.PI)
    return own === 1 ? around(-0.25, -0.15, 0.55, angle) : around(0.25, 0.15, 0.55, angle + Math.PI)
  },
  spiral: (draws, own) => {
    const along = draws.uniform(0.08, 1)
    return around(0, 0, 0.85 * along, 1.75 * along * 2 * Math.PI * 0.75 + own * Math.PI)
  },
  xor: (draws, own) => {
    const [x, y] = [draws.uniform(0.08, 0.85), draws.uniform(0.08, 0.85)]
    const side = draws.uniform(0, 1) < 0.5 ? -1 : 1
    return [side * x, own === 1 ? side * y : -side * y]
  },
  gaussians: (draws, own) => {
    const centre = own === 1 ? 0.4 : -0.4
    return [centre + 0.18 * draws.normal(), centre + 0.18 * draws.normal()]
  },
}

const around = (x: number, y: number, radius: number, angle: number): readonly [number, number] => [
  x + radius * Math.cos(angle),
  y + radius * Math.sin(angle),
]

const inside = (x: number): number => Math.max(-1, Math.min(1, x))

function shaped({ points, rows, noise, seed }: PlaySettings & { readonly points: keyof typeof SHAPES }): Place[] {
  return Array.from({ length: rows }, (_, row) => {
    const draws = new Draws(seed, row)
    const own = row % 2
    const [x, y] = SHAPES[points](draws, own)
    return [inside(x + noise * draws.normal()), inside(y + noise * draws.normal()), own]
  })
}

/** Rows in an order of chance, those to train on first: at least one of each part. */
export function pointsOf(settings: PlaySettings): Points {
  const { points, own, held, seed } = settings
  const places: readonly Place[] = points === 'own' ? own : shaped({ ...settings, points })
  const order = [...permutation(seed, 0, places.length)]
  const inOrder = order.map((row) => at(places, row))
  return {
    places: Float32Array.from({ length: 2 * inOrder.length }, (_, i) => at(at(inOrder, i >> 1), i % 2)),
    classes: Uint8Array.from(inOrder, ([, , is]) => is),
    trainRows: Math.max(1, Math.min(places.length - 1, Math.round((1 - held) * places.length))),
  }
}

/** Why these points cannot be learned from; undefined where they can. */
export function refusalOf({ classes }: Points): string | undefined {
  if (classes.length >= 4 && classes.includes(0) && classes.includes(1)) return undefined
  return 'Set at least four points, some of each colour, and the networks begin.'
}
