// Which part of a picture matters: how much certainty is lost when it is that of another picture.

import { at } from '../../../core/at.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { withTemperature } from '../../../learn/calibration.ts'
import { columnImportance } from '../../../learn/matters/columns.ts'
import type { PictureShape, Region } from '../../pictures.ts'
import type { Judgement } from './judge.ts'
import type { Parts } from './parts.ts'
import { saidBy } from './race.ts'

const NAMES = ['top left', 'top', 'top right', 'left', 'middle', 'right', 'bottom left', 'bottom', 'bottom right'] as const
const SIDES = 3
/** How many pictures are asked, at most, and how often each region is exchanged. */
export interface Look {
  readonly most: number
  readonly shuffles: number
}

/** Log loss that nobody would notice: of a chance of 99 %, 1 %. */
const LITTLE = 0.01

export interface Regions {
  readonly regions: readonly Region[]
  readonly sentence: string
}

/** Of the judged pictures, each by the network that had not seen it. */
export async function regionsOf(
  data: Dataset,
  shape: PictureShape,
  parts: Parts,
  { best: option, temperature }: Pick<Judgement, 'best' | 'temperature'>,
  { most, shuffles }: Look,
): Promise<Regions> {
  const asked = Uint32Array.from(parts.rows.keys()).filter((_, i) => i % Math.ceil(parts.rows.length / most) === 0)
  const classes = option.said.length / parts.rows.length
  const partOf = Int32Array.from(parts.parts.flatMap(({ heldOut }, part) => [...heldOut].map(() => part)))
  const width = data.inputSize
  const pixelsOf = (row: number): Float32Array | Uint8Array => {
    const number = at(parts.rows, row)
    return data.features.subarray(number * width, (number + 1) * width)
  }
  const say = async (region: number | undefined, from: Uint32Array): Promise<Float64Array> => {
    const said = new Float64Array(asked.length * classes)
    for (const [part, network] of option.networks.entries()) {
      const own = Uint32Array.from(asked.keys()).filter((i) => partOf[at(asked, i)] === part)
      if (own.length === 0) continue
      const features = new Uint8Array(own.length * width)
      for (const [k, i] of own.entries()) {
        features.set(pixelsOf(at(asked, i)), k * width)
        if (region !== undefined) paste(features.subarray(k * width, (k + 1) * width), pixelsOf(at(asked, at(from, i))), region, shape)
      }
      const probabilities = await saidBy(network, { features, scale: data.scale ?? 1, rows: own.length })
      for (const [k, i] of own.entries()) said.set(probabilities.subarray(k * classes, (k + 1) * classes), i * classes)
    }
    return withTemperature(said, classes, temperature)
  }
  const actual = Int32Array.from(asked, (row) => at(parts.actual, row))
  const judged = { task: 'classes' as const, actual, classes, probabilities: await say(undefined, new Uint32Array()) }
  const groups = NAMES.map((name) => ({ name, columns: [name] }))
  const places: readonly string[] = NAMES
  const found = await columnImportance(judged, groups, ([name = ''], from) => say(places.indexOf(name), from), { shuffles })
  const regions = NAMES.flatMap((name) =>
    found.filter((one) => one.name === name).map(({ value, low, high }) => ({ name, value, low, high })),
  )
  const [first] = found
  const sure = found.filter(({ matters }) => matters)
  if (first === undefined || sure.length === 0) return { regions, sentence: 'Which part of a picture matters cannot be told apart.' }
  if (first.value < LITTLE)
    return { regions, sentence: 'No region is needed by itself: without any one of the nine the networks are hardly less sure.' }
  if (first.tied.length === 0) return { regions, sentence: `The ${first.name} matters most of a picture’s nine regions.` }
  const tied = first.tied.length > NAMES.length / 2 ? `${first.tied.length} others` : first.tied.join(', ')
  return { regions, sentence: `Of a picture’s nine regions ${first.name} and ${tied} cannot be told apart.` }
}

/** A region of one picture onto another. */
function paste(to: Uint8Array, from: Float32Array | Uint8Array, region: number, [height, width, channels]: PictureShape): void {
  const [down, across] = [Math.floor(region / SIDES), region % SIDES]
  const ends = (place: number, size: number): [number, number] => [
    Math.round((place * size) / SIDES),
    Math.round(((place + 1) * size) / SIDES),
  ]
  const [top, bottom] = ends(down, height)
  const [left, right] = ends(across, width)
  for (let y = top; y < bottom; y++) {
    const start = (y * width + left) * channels
    to.set(from.subarray(start, (y * width + right) * channels), start)
  }
}
