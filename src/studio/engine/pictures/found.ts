// What was found of pictures, as the page shows it.

import { at } from '../../../core/at.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { classesOf } from '../../../learn/intervals/intervals.ts'
import type { Found } from '../../answers.ts'
import type { FoundPictures, PictureShape, SaidPicture } from '../../pictures.ts'
import type { Judgement } from './judge.ts'
import type { Parts } from './parts.ts'
import type { Option } from './race.ts'
import type { Regions } from './regions.ts'

export interface Facts {
  readonly data: Dataset
  readonly shape: PictureShape
  readonly parts: Parts
  readonly options: readonly Option[]
  readonly seconds: number
  readonly spent: number
  readonly seed: number
  readonly stopped: boolean
}

/** Pictures that are shown, half of them wrong where there are so many. */
const EXAMPLES = 12

export function foundOf(judgement: Judgement, facts: Facts, regions: Regions | undefined, isEarlier: boolean): Found {
  const { best, score, kinds } = judgement
  const { data, shape, parts, options, seconds, spent, seed, stopped } = facts
  const [height, width, channels] = shape
  const isLine = best.candidate.name === 'line'
  const matters = (regions?.regions ?? []).map(({ name, value, low, high }) => ({ name, value, interval: [low, high] as const }))
  return {
    ...{ target: 'class', task: 'multiclass', classNames: data.classNames, score, isEarlier, columns: [], tried: [] },
    matters: {
      columns: matters.sort((a, b) => b.value - a.value),
      settings: [],
      sentences: [regions?.sentence ?? '', ...(kinds === undefined ? [] : [kinds])],
    },
    learned: {
      ...{ seed, budget: { seconds }, steps: options.length, seconds: spent, stopped },
      ...{ rows: parts.rows.length, folds: parts.parts.length, candidates: options.length },
    },
    limits:
      parts.parts.length === 1
        ? [`Of ${data.rows} pictures ${parts.rows.length} judge; the networks are trained on the others.`]
        : [`Every picture is judged by a network that was trained on four fifths of the others.`],
    preparation: [
      `The middle square of every picture, ${height} by ${width} pixels, ${channels === 3 ? 'in colours' : 'in greys'}, each from 0 to 1.`,
      `What answers: ${best.candidate.title}, after ${best.epochs} ${best.epochs === 1 ? 'epoch' : 'epochs'}; the mean of ${best.networks.length} such networks.`,
    ],
    models: [{ kind: isLine ? 'linear' : 'network', count: best.networks.length, weight: 1 }],
    ...{ bytes: new Uint8Array(), rows: [], usual: {}, whole: [] },
    pictures: picturesOf(judgement, facts, regions?.regions ?? []),
  }
}

function picturesOf(judgement: Judgement, { data, shape, parts }: Facts, regions: FoundPictures['regions']): FoundPictures {
  const { classNames, features, inputSize, rows } = data
  const { probabilities, classes, actual } = judgement.judged
  const likeliest = Int32Array.from(actual, (_, row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes)
    return own.indexOf(Math.max(...own))
  })
  const confusion = classNames.map(() => new Array<number>(classes).fill(0))
  for (const [row, own] of actual.entries()) {
    const counts = at(confusion, own)
    counts[at(likeliest, row)] = at(counts, at(likeliest, row)) + 1
  }
  const sums = new Float64Array(inputSize)
  for (let row = 0; row < rows; row++) for (let i = 0; i < inputSize; i++) sums[i] = at(sums, i) + at(features, row * inputSize + i) / rows
  const said = (row: number): SaidPicture => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes)
    const from = at(parts.rows, row) * inputSize
    return {
      ...{ pixels: Uint8Array.from(features.subarray(from, from + inputSize)), actual: classNames[at(actual, row)], outside: false },
      probabilities: Object.fromEntries(classNames.map((name, i) => [name, at(own, i)])),
      set: judgement.sets === undefined ? [] : classesOf(judgement.sets, own).map((i) => at(classNames, i)),
    }
  }
  const sure = (row: number): number => at(probabilities, row * classes + at(likeliest, row))
  const all = [...actual.keys()]
  const wrong = all
    .filter((row) => likeliest[row] !== actual[row])
    .sort((a, b) => sure(b) - sure(a))
    .slice(0, EXAMPLES / 2)
  const right = all.filter((row) => likeliest[row] === actual[row])
  const step = Math.max(1, Math.floor(right.length / (EXAMPLES - wrong.length)))
  const others = right.sort((a, b) => at(actual, a) - at(actual, b)).filter((_, i) => i % step === 0)
  return {
    ...{ shape, regions, confusion },
    mean: Uint8Array.from(sums, Math.round),
    examples: [...wrong, ...others].slice(0, EXAMPLES).map(said),
  }
}
