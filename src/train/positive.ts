// Which class precision, recall, F1 and AUC are about.

import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { outputSizeOf } from '../core/layout.ts'
import { classesOf, rarerClass } from '../core/metrics.ts'
import type { Examples, Topology } from '../core/population.ts'
import { shown } from '../core/shown.ts'
import { suggest } from '../core/suggest.ts'

/** The class that precision, recall, F1 and AUC are about, by its name in the data or its number, from 0. */
export type ClassReference = string | number

/** The class names of a dataset; undefined for plain examples. @throws InvalidDataError */
export function classNamesOf(train: unknown): readonly string[] | undefined {
  const { classNames } = train as { readonly classNames?: unknown }
  if (classNames === undefined || (Array.isArray(classNames) && classNames.length === 0)) return undefined
  if (Array.isArray(classNames) && classNames.every((name) => typeof name === 'string')) return classNames
  throw new InvalidDataError(`train.classNames is ${shown(classNames)}; it must be an array of names`)
}

/**
 * The number of the class: the given one, or of two the one with fewer training rows; undefined for the mean over more than two.
 * @throws InvalidSpecError for a class that does not exist
 */
export function positiveClassOf(
  said: ClassReference | undefined,
  train: Examples,
  topology: Topology,
  names: readonly string[] | undefined,
): number | undefined {
  if (said === undefined) return rarerClass(train, topology)
  const classes = classesOf(topology)
  const where = `positiveClass is ${typeof said === 'string' ? `"${said}"` : shown(said)}`
  if (classes === 0) throw new InvalidSpecError(`${where}; ${topology.loss.name} with ${outputSizeOf(topology)} outputs has no classes`)
  const index = typeof said === 'string' ? (names?.indexOf(said) ?? -1) : said
  if (Number.isInteger(index) && index >= 0 && index < classes) return index
  const known = names?.slice(0, 20).map((name) => `"${name}"`) ?? []
  const allowed = names === undefined ? 'a number' : `one of ${known.join(', ')}${names.length > 20 ? ', …' : ''}, or a number`
  throw new InvalidSpecError(
    `${where}; it must be ${allowed} from 0 to ${classes - 1}${typeof said === 'string' ? suggest(said, names ?? []) : ''}`,
  )
}

/** What people call the class. */
export const positiveName = (index: number | undefined, names: readonly string[] | undefined): string | undefined =>
  index === undefined ? undefined : (names?.[index] ?? String(index))
