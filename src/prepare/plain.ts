/**
 * Preparations and version 0.1.0's way to say the same: columns that are taken as they stand or one-hot, and then transforms of all features. What both can
 * say is written both ways, so that other programs' formats hold the scaling as well, and files of 0.1.0 are read as preparations.
 */

import { missing } from '../core/at.ts'
import type { ColumnEncoding } from '../data/dataset.ts'
import type { TransformNumbers } from '../data/transform.ts'
import type { CategoryPreparation, ColumnPreparation, NumberPreparation, Preparation, TargetPreparation } from './preparation.ts'

/** As a model's data are in a file of 0.1.0. */
export interface PlainPreparation {
  readonly columns: readonly ColumnEncoding[]
  readonly transforms: readonly TransformNumbers[]
}

type PlainColumn = NumberPreparation | CategoryPreparation

/** Of one feature: what stands for a missing value, and (x - shift) / scale. */
interface Feature {
  readonly fill: number | null
  readonly scaling: 'none' | 'standard' | 'minMax'
  readonly shift: number
  readonly scale: number
}

function featuresOf(column: PlainColumn): Feature[] | undefined {
  if (column.indicator) return undefined
  if (column.kind === 'number') {
    const { encoding, fill } = column
    if (encoding.kind === 'none') return [{ fill, scaling: 'none', shift: 0, scale: 1 }]
    if (encoding.kind === 'standard') return [{ fill, scaling: 'standard', shift: encoding.mean, scale: encoding.scale }]
    return encoding.kind === 'minMax' ? [{ fill, scaling: 'minMax', shift: encoding.min, scale: encoding.scale }] : undefined
  }
  if (column.encoding.kind !== 'oneHot') return undefined
  const { missing: filled } = column.encoding
  const { kind: scaling = 'none', shift, scale } = column.encoding.scaling ?? {}
  return column.categories.map((category, i) => ({
    fill: column.fill === null ? (filled?.[i] ?? null) : Number(category === column.fill),
    scaling,
    shift: shift === undefined ? 0 : (shift[i] ?? missing(shift, i)),
    scale: scale === undefined ? 1 : (scale[i] ?? missing(scale, i)),
  }))
}

/** A preparation in the words of 0.1.0; undefined where they do not reach. */
export function plainPreparation({ columns }: Preparation): PlainPreparation | undefined {
  const plain = columns.filter((column): column is PlainColumn => column.kind !== 'date')
  const features = plain.map(featuresOf)
  if (plain.length < columns.length || features.includes(undefined)) return undefined
  const all = features.flatMap((own) => own ?? [])
  const scalings = new Set(all.map(({ scaling }) => scaling).filter((scaling) => scaling !== 'none'))
  if (scalings.size > 1) return undefined
  const fills = all.map(({ fill }) => fill).filter((fill) => fill !== null)
  if (fills.length > 0 && fills.length < all.length) return undefined
  const [scaling] = scalings
  const [shift, scale] = [all.map((feature) => feature.shift), all.map((feature) => feature.scale)]
  return {
    columns: plain.map((column) =>
      column.kind === 'number'
        ? { name: column.name, kind: 'numeric' }
        : { name: column.name, kind: 'categorical', categories: column.categories },
    ),
    transforms: [
      ...(fills.length === 0 ? [] : [{ kind: 'impute' as const, value: fills }]),
      ...(scaling === 'standard' ? [{ kind: 'standardize' as const, mean: shift, scale }] : []),
      ...(scaling === 'minMax' ? [{ kind: 'minMax' as const, min: shift, scale }] : []),
    ],
  }
}

/**
 * The preparation that a file of 0.1.0 means: numbers rounded to float32 first, as it did.
 * @returns undefined for transforms in another order than 0.1.0's commands apply them
 */
export function preparationOf({ columns, transforms }: PlainPreparation, target: TargetPreparation): Preparation | undefined {
  const kinds = transforms.map(({ kind }) => kind).join(' ')
  if (!/^(impute)? ?(standardize|minMax)?$/.test(kinds)) return undefined
  const impute = transforms.find((one) => one.kind === 'impute')
  const affine = transforms.find((one) => one.kind !== 'impute')
  const shift = affine === undefined ? undefined : affine.kind === 'standardize' ? affine.mean : affine.min
  let at = 0
  const prepared: ColumnPreparation[] = []
  for (const column of columns) {
    const width = column.kind === 'numeric' ? 1 : column.categories.length
    const stretch = (list: readonly number[] | undefined) => list?.slice(at, at + width)
    const [fills, shifts, scales] = [stretch(impute?.value), stretch(shift), stretch(affine?.scale)]
    at += width
    const own =
      column.kind === 'numeric'
        ? numberOf(column.name, affine?.kind, { fills, shifts, scales })
        : categoryOf(column, affine?.kind, { fills, shifts, scales })
    prepared.push(own)
  }
  return { version: 1, columns: prepared, target, guesses: [], left: [] }
}

interface Stretches {
  readonly fills: readonly number[] | undefined
  readonly shifts: readonly number[] | undefined
  readonly scales: readonly number[] | undefined
}

function numberOf(name: string, affine: 'standardize' | 'minMax' | undefined, { fills, shifts, scales }: Stretches): NumberPreparation {
  const [shift = 0, scale = 1] = [shifts?.[0], scales?.[0]]
  return {
    kind: 'number',
    name,
    indicator: false,
    fill: fills?.[0] ?? null,
    rounded: true,
    encoding:
      affine === undefined
        ? { kind: 'none' }
        : affine === 'standardize'
          ? { kind: 'standard', mean: shift, scale }
          : { kind: 'minMax', min: shift, scale },
  }
}

/** 0.1.0 filled a missing category in with parts of several, where its mean, median or mode of every one-hot column came to that. */
function categoryOf(
  { name, categories }: Extract<ColumnEncoding, { kind: 'categorical' }>,
  affine: 'standardize' | 'minMax' | undefined,
  { fills, shifts, scales }: Stretches,
): CategoryPreparation {
  const usual = fills?.indexOf(1) ?? -1
  const isCategory = usual >= 0 && fills?.every((value, i) => value === Number(i === usual))
  const kind = affine === undefined ? undefined : affine === 'standardize' ? ('standard' as const) : ('minMax' as const)
  return {
    kind: 'category',
    name,
    indicator: false,
    fill: isCategory ? (categories[usual] ?? null) : null,
    categories: [...categories],
    encoding: {
      kind: 'oneHot',
      ...(fills !== undefined && !isCategory && { missing: [...fills] }),
      ...(kind && { scaling: { kind, shift: [...(shifts ?? [])], scale: [...(scales ?? [])] } }),
    },
  }
}
