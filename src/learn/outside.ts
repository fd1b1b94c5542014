/** Which columns of a row are outside of what training saw. Plain data and its reading, alone, since a model is read with it anywhere. */

/** What training saw of a column. */
export type Range =
  | {
      readonly name: string
      /** Of dates milliseconds since 1970. */
      readonly kind: 'number' | 'date'
      readonly low: number
      readonly high: number
      /** Whether a value was missing anywhere. */
      readonly missing: boolean
    }
  | { readonly name: string; readonly kind: 'category'; readonly categories: readonly string[]; readonly missing: boolean }

/** A cell as a person gives it; undefined, null, NaN and an empty text are missing. */
export type Cell = number | string | boolean | Date | null | undefined

/** A column of a row that training saw nothing like. */
export interface Outside {
  readonly column: string
  /** `unseen`: a category, or a text where numbers were. */
  readonly why: 'below' | 'above' | 'unseen' | 'missing'
  /** `area is 950; training saw 12 to 640` */
  readonly text: string
}

const isMissing = (cell: Cell): boolean =>
  cell === undefined || cell === null || cell === '' || (typeof cell === 'number' && Number.isNaN(cell))

/** The columns of the row that are outside, in the order of `ranges`. A prediction there is a guess beyond what was learned, and no interval holds for it. */
export function outsideOf(ranges: readonly Range[], row: Readonly<Record<string, Cell>>): Outside[] {
  return ranges.flatMap((range) => {
    const cell = Object.hasOwn(row, range.name) ? row[range.name] : undefined
    const said = (why: Outside['why'], text: string): Outside[] => [{ column: range.name, why, text: `${range.name} ${text}` }]
    if (isMissing(cell)) return range.missing ? [] : said('missing', 'is missing; in training it never was')
    if (range.kind === 'category') {
      const word = String(cell)
      return range.categories.includes(word) ? [] : said('unseen', `is "${word}", which training never saw`)
    }
    const value = numberOf(cell, range.kind)
    if (Number.isNaN(value)) return said('unseen', `is "${String(cell)}"; training saw ${range.kind === 'date' ? 'dates' : 'numbers'}`)
    if (value >= range.low && value <= range.high) return []
    const shown = (one: number): string => (range.kind === 'date' ? new Date(one).toISOString().slice(0, 10) : String(one))
    return said(value < range.low ? 'below' : 'above', `is ${shown(value)}; training saw ${shown(range.low)} to ${shown(range.high)}`)
  })
}

function numberOf(cell: Cell, kind: 'number' | 'date'): number {
  if (cell instanceof Date) return cell.getTime()
  if (kind === 'date' && typeof cell === 'string') return Date.parse(cell)
  return Number(cell)
}
