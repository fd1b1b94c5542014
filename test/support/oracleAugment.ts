/** Images moved by chance, in float64: what each output place sees, from Keras's definitions and the words of core/random.ts. */

import type { RandomCropShape } from '../../src/core/layers/augment.ts'
import { Purpose, philox4x32 } from '../../src/core/random.ts'
import { at } from './close.ts'
import type { LayerOracle, Pass } from './oraclePass.ts'

type AugmentType = 'randomFlip' | 'randomTranslation' | 'randomRotation' | 'randomZoom' | 'randomCrop'

/** Where output place (y, x) of row b looks, in rows and columns. */
type Place = (y: number, x: number) => readonly [number, number]

function placeOf({ layer, layout, own, index, seed, moment }: Pass<AugmentType>, b: number): Place {
  const [rows = 1, columns = 1] = layout.input
  const crop = layer as RandomCropShape
  const spare = [rows - crop.height, columns - crop.width] as const
  if (moment === undefined)
    return own.type === 'randomCrop' ? (y, x) => [y + Math.floor(spare[0] / 2), x + Math.floor(spare[1] / 2)] : (y, x) => [y, x]
  const words = philox4x32([b, moment.step, moment.epoch, 0], [seed, Purpose.augment | (index << 8)])
  const [first, second] = [(words[0] >>> 8) * 2 ** -24, (words[1] >>> 8) * 2 ** -24]
  switch (own.type) {
    case 'randomCrop': {
      const [top, left] = [Math.floor(words[0] * 2 ** -32 * (spare[0] + 1)), Math.floor(words[1] * 2 ** -32 * (spare[1] + 1))]
      return (y, x) => [y + top, x + left]
    }
    case 'randomFlip': {
      const down = own.mode !== 'horizontal' && words[0] >= 2 ** 31
      const across = own.mode !== 'vertical' && words[1] >= 2 ** 31
      return (y, x) => [down ? rows - 1 - y : y, across ? columns - 1 - x : x]
    }
    case 'randomTranslation':
      return (y, x) => [y - (2 * first - 1) * own.heightFactor * rows, x - (2 * second - 1) * own.widthFactor * columns]
    case 'randomZoom': {
      const down = 1 + (2 * first - 1) * own.heightFactor
      const across = own.widthFactor === undefined ? down : 1 + (2 * second - 1) * own.widthFactor
      const [middle, centre] = [(rows - 1) / 2, (columns - 1) / 2]
      return (y, x) => [middle + (y - middle) * down, centre + (x - centre) * across]
    }
    case 'randomRotation': {
      const angle = 2 * Math.PI * (2 * first - 1) * own.factor
      const [middle, centre] = [(rows - 1) / 2, (columns - 1) / 2]
      return (y, x) => [
        middle + Math.cos(angle) * (y - middle) + Math.sin(angle) * (x - centre),
        centre - Math.sin(angle) * (y - middle) + Math.cos(angle) * (x - centre),
      ]
    }
  }
}

/** A place beside an axis of n cells, unfolded cell by cell; undefined where there is none. */
function inside(i: number, n: number, fill: string): number | undefined {
  let place = i
  while (place < 0 || place >= n) {
    if (fill === 'constant') return undefined
    if (fill === 'nearest') place = place < 0 ? 0 : n - 1
    else if (fill === 'wrap') place += place < 0 ? n : -n
    else place = place < 0 ? -1 - place : 2 * n - 1 - place
  }
  return place
}

/** Calls back with every output, the input that has a part in it (undefined: what lies outside) and that part. */
function eachPart(pass: Pass<AugmentType>, b: number, call: (output: number, input: number | undefined, part: number) => void): void {
  const [rows = 1, columns = 1, channels = 1] = pass.layout.input
  const [outRows = 1, outColumns = 1] = pass.layout.output
  const place = placeOf(pass, b)
  const fill = 'fillMode' in pass.own ? pass.own.fillMode : 'constant'
  for (let y = 0; y < outRows; y++)
    for (let x = 0; x < outColumns; x++) {
      const [down, across] = place(y, x)
      for (const i of [0, 1])
        for (const j of [0, 1]) {
          const [row, column] = [Math.floor(down) + i, Math.floor(across) + j]
          const part = Math.abs(1 - i - (down - Math.floor(down))) * Math.abs(1 - j - (across - Math.floor(across)))
          const [from, beside] = [inside(row, rows, fill), inside(column, columns, fill)]
          for (let c = 0; c < channels; c++) {
            const input = from === undefined || beside === undefined ? undefined : (from * columns + beside) * channels + c
            if (part > 0) call((y * outColumns + x) * channels + c, input, part)
          }
        }
    }
}

const augment: LayerOracle<AugmentType> = {
  forward(pass) {
    const value = 'fillValue' in pass.own ? pass.own.fillValue : 0
    const size = pass.layout.output.reduce((product, n) => product * n, 1)
    pass.outputs = pass.inputs.map((row, b) => {
      const outputs = Array<number>(size).fill(0)
      eachPart(pass, b, (output, input, part) => {
        outputs[output] = at(outputs, output) + part * (input === undefined ? value : at(row, input))
      })
      return outputs
    })
  },
  backward(pass, delta) {
    return pass.inputs.map((row, b) => {
      const below = row.map(() => 0)
      eachPart(pass, b, (output, input, part) => {
        if (input !== undefined) below[input] = at(below, input) + part * at(delta[b] ?? [], output)
      })
      return below
    })
  },
}

const as = <K extends AugmentType>() => augment as unknown as LayerOracle<K>

export const AUGMENT_ORACLES = {
  randomFlip: as<'randomFlip'>(),
  randomTranslation: as<'randomTranslation'>(),
  randomRotation: as<'randomRotation'>(),
  randomZoom: as<'randomZoom'>(),
  randomCrop: as<'randomCrop'>(),
} as const
