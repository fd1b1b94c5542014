/** What a column of numbers holds: quantities, times since 1970, or the numbers of its rows. */

import { missing } from '../core/at.ts'
import { excerpt } from '../core/excerpt.ts'
import { type Context, kindLine, type Place, thousands } from './context.ts'
import { isTimeName, MILLISECONDS, parseCompact, SECONDS } from './dates.ts'
import { likeOf } from './like.ts'
import { sentinelOf } from './sentinels.ts'
import type { Column } from './table.ts'

const EXACT =
  /^(index|idx|key|row|rows|rowid|row_?(no|number|nr|num|names?|id)|rownames?|no|nr|num|#|unnamed: ?\d+|level_0|__index_level_\d+__|serial( ?no\.?| number)?|lfd\.? ?nr\.?)$/i
const SUFFIX = /(^|[_\s.-])(id|ids|uuid|guid)$/i
/** `customerId`, `PassengerID`. */
const CAMEL = /[a-z]I[dD]$/

/** Names that say a column numbers or names its rows, or something else. */
export const isIdName = (name: string): boolean => [EXACT, SUFFIX, CAMEL].some((pattern) => pattern.test(name.trim()))

/** Counting up may be what is measured. */
const COUNTS =
  /^(x|t|n|age|time|year|month|week|day|hour|minute|second|date|step|epoch|period|quarter|dose|degree|temperature|distance|size|level)s?$/i

/** Fewer rows than this count up by chance. */
const FEW = 10
/** Numbers of something, rather than of rows, where there are so few. */
const CATEGORIES = 50

/** Whole numbers above fall together as float64: such are names, as of messages, and kept as texts. */
export const isBeyond = (text: string): boolean => /^[+-]?\d{16,}$/.test(text) && !Number.isSafeInteger(Number(text))

export interface NumberFacts {
  readonly missing: number
  readonly whole: boolean
  /** Whether each is the one before plus 1. */
  readonly counting: boolean
  /** Of whole numbers alone. */
  readonly min: number
  readonly max: number
  /** Whether all are whole, and some beyond what float64 holds exactly. */
  readonly beyond: boolean
}

const BATCH = 2 ** 17

/** What of whole numbers is known so far. */
interface Whole {
  whole: boolean
  counting: boolean
  min: number
  max: number
}

/** @param missing how many are NaN */
export async function factsOf(values: Float64Array, missing: number, { pace }: Context): Promise<NumberFacts> {
  const facts: Whole = { whole: true, counting: missing === 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }
  // Measured numbers are told by one of the first.
  for (let start = 0; start < values.length && facts.whole; start += BATCH) {
    lookAt(values, start, Math.min(values.length, start + BATCH), facts)
    if (pace.due) await pace.rest()
  }
  const { whole, counting, min, max } = facts
  return {
    missing,
    whole,
    counting: whole && counting,
    min,
    max,
    beyond: whole && (max > Number.MAX_SAFE_INTEGER || min < Number.MIN_SAFE_INTEGER),
  }
}

function lookAt(values: Float64Array, from: number, to: number, facts: Whole): void {
  let { counting, min, max } = facts
  for (let row = from; row < to; row++) {
    const value = values[row] ?? Number.NaN
    if (Number.isNaN(value)) continue
    if (!Number.isInteger(value)) {
      facts.whole = false
      return
    }
    if (counting && row > 0 && value !== (values[row - 1] ?? missing(values, row - 1)) + 1) counting = false
    if (value < min) min = value
    if (value > max) max = value
  }
  Object.assign(facts, { counting, min, max })
}

function countMissing(values: Float64Array): number {
  let missing = 0
  for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row] ?? Number.NaN)) missing++
  return missing
}

/** How many different numbers there are, up to `most`. */
async function distinct(values: Float64Array, most: number, { pace }: Context): Promise<number> {
  const seen = new Set<number>()
  for (let row = 0; row < values.length && seen.size <= most; row++) {
    if (row % BATCH === 0) await pace.rest()
    const value = values[row] ?? Number.NaN
    if (!Number.isNaN(value)) seen.add(value)
  }
  return seen.size
}

/** 20200131 under a name that says it is a date. */
const isCompactDate = (name: string, values: Float64Array, { min, max, whole }: NumberFacts): boolean =>
  whole &&
  min > 19000000 &&
  max < 21000000 &&
  isTimeName(name) &&
  values.every((value) => Number.isNaN(value) || !Number.isNaN(parseCompact(String(value))))

const within = ({ min, max, whole }: NumberFacts, [low, high]: readonly [number, number]): boolean => whole && min >= low && max <= high

/** @param how what was done to the cells to have them as numbers; '' where nothing was */
export async function numberColumn(
  place: Place,
  values: Float64Array,
  textOf: (row: number) => string,
  how: string,
  context: Context,
): Promise<Column> {
  const { name } = place
  const missing = countMissing(values)
  const facts = await factsOf(values, missing, context)
  const count = values.length - missing
  const all = `${count === 1 ? 'its only value is a number' : `all ${thousands(count)} values are numbers`}${how}`
  const said = context.options.kinds?.[name]
  if (said === 'number') return { name, kind: 'number', why: `${kindLine(name, said)} says so`, missing, values }
  if (count === 0) return { name, kind: 'number', why: 'no cell holds a value', missing, values }
  const seconds = within(facts, SECONDS) && isTimeName(name)
  if (seconds || within(facts, MILLISECONDS)) {
    const unit = seconds ? 'seconds' : 'milliseconds'
    return {
      name,
      kind: 'date',
      why: `${all} in the range of ${unit} since 1970`,
      missing,
      values: seconds ? values.map((value) => value * 1000) : values,
    }
  }
  if (isCompactDate(name, values, facts))
    return {
      name,
      kind: 'date',
      why: `${all} of eight digits, as dates have`,
      missing,
      values: values.map((value) => parseCompact(String(value))),
    }
  const id = facts.whole && count > 1 ? await idReason(place, values, facts, context) : undefined
  if (id === undefined) {
    noteSentinel(name, values, context)
    return { name, kind: 'number', why: all, missing, values }
  }
  if (id.kind === 'category') return { ...codesOf(values), name, kind: 'category', why: id.why, missing }
  const texts = Array.from(values, (value, row) => (Number.isNaN(value) ? null : textOf(row)))
  return { name, kind: 'id', why: id.why, missing, texts }
}

/** Of rows to predict it was told when the answer was learned. */
function noteSentinel(name: string, values: Float64Array, { problems, options }: Context): void {
  const found = likeOf(options, name) === undefined ? sentinelOf(values) : undefined
  if (found)
    problems.push({
      column: name,
      message: `column "${excerpt(name)}": ${found.value} stands ${thousands(found.times)} times, far from all others (${found.low} to ${found.high}): it may be no quantity, and mean that nothing is known`,
      mend: `missingMarkers: ["", NA, "${found.value}"]`,
    })
}

interface IdReason {
  readonly kind: 'id' | 'category'
  readonly why: string
}

async function idReason(place: Place, values: Float64Array, facts: NumberFacts, context: Context): Promise<IdReason | undefined> {
  const { name, index, of, unnamed } = place
  const { counting, min, missing } = facts
  const count = values.length - missing
  if (unnamed && counting) return { kind: 'id', why: `it has no name and counts the rows from ${min}` }
  if (isIdName(name)) {
    if (counting) return { kind: 'id', why: `it is called ${JSON.stringify(excerpt(name))} and counts the rows from ${min}` }
    const different = await distinct(values, count, context)
    if (different === count) return { kind: 'id', why: `it is called ${JSON.stringify(excerpt(name))} and every value is different` }
    if (different <= CATEGORIES && different * 2 <= count)
      return {
        kind: 'category',
        why: `it is called ${JSON.stringify(excerpt(name))}: its ${different} different numbers name things and measure nothing`,
      }
    if (different * 20 > count && different > CATEGORIES)
      return {
        kind: 'id',
        why: `it is called ${JSON.stringify(excerpt(name))}, and ${thousands(different)} of its ${thousands(count)} values are different`,
      }
    return undefined
  }
  if (!counting || count < FEW || COUNTS.test(name.trim()) || isTimeName(name)) return undefined
  if (index === 0 && of > 2) return { kind: 'id', why: `it is the first column and counts the rows from ${min}` }
  // The last is what is predicted, unless it is said otherwise; and what a column of rows to predict is was decided when it was learned from.
  if (index === of - 1 || likeOf(context.options, name) !== undefined) return undefined
  context.problems.push({
    column: name,
    message: `column "${excerpt(name)}" counts the rows from ${min}: if it only numbers them, leave it out`,
    mend: `ignore: [${JSON.stringify(name)}]`,
  })
  return undefined
}

/** Numbers as categories, rising. */
function codesOf(values: Float64Array): { readonly categories: readonly string[]; readonly codes: Int32Array } {
  const sorted = [...new Set(values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  const index = new Map(sorted.map((value, i) => [value, i]))
  return { categories: sorted.map(String), codes: Int32Array.from(values, (value) => index.get(value) ?? -1) }
}
