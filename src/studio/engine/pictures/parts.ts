// Who judges whom: pictures are dealt to five parts, and each part is judged by networks that were trained on the others.

import { at } from '../../../core/at.ts'
import { InvalidDataError } from '../../../core/errors.ts'
import { classOfRows, type Dataset, takeRows } from '../../../data/dataset.ts'
import { foldRows } from '../../../data/split.ts'

const PARTS = 5
/** Of more pictures only one part is held out: every network is trained once instead of five times. */
const MANY = 4000
const LEAST = 20

/** One part that is held out. */
export interface Part {
  /** Numbers of the pictures. */
  readonly heldOut: Uint32Array
  readonly train: Dataset
  readonly test: Dataset
}

export interface Parts {
  readonly parts: readonly Part[]
  /** Pictures that are judged, by their place in what follows: the held-out ones, part by part. */
  readonly rows: Uint32Array
  /** (rows), the class of each. */
  readonly actual: Int32Array
  /** (rows), by whom it is judged: what the rows of the others choose is asked. */
  readonly judges: Int32Array
}

/** @throws InvalidDataError where there are too few */
export function partsOf(data: Dataset, seed: number): Parts {
  if (data.rows < LEAST)
    throw new InvalidDataError(`there are ${data.rows} pictures; at least ${LEAST} are needed to judge by some of them`)
  const classes = classOfRows(data)
  const counts = data.classNames.map(() => 0)
  for (const own of classes) counts[own] = at(counts, own) + 1
  const all = foldRows(data.rows, { folds: PARTS, seed, stratify: Math.min(...counts) >= PARTS }, () => ({
    labels: classes,
    classNames: data.classNames,
  }))
  const used = data.rows > MANY ? all.slice(0, 1) : all
  const parts = used.map(({ train, test }) => ({
    heldOut: Uint32Array.from(test),
    train: takeRows(data, train),
    test: takeRows(data, test),
  }))
  const rows = Uint32Array.from(parts.flatMap(({ heldOut }) => [...heldOut]))
  const judges =
    parts.length === 1 ? [...rows.keys()].map((i) => i % PARTS) : parts.flatMap(({ heldOut }, part) => [...heldOut].map(() => part))
  return { parts, rows, actual: Int32Array.from(rows, (row) => at(classes, row)), judges: Int32Array.from(judges) }
}
