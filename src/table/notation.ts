/** Numbers as people write them: decimal commas, grouped thousands, currencies, percents, other minus signs. */

/** How the numbers of a column are written; '' where thousands are not grouped. */
export interface Notation {
  readonly decimal: '.' | ','
  readonly thousands: string
}

/** Of a column's cells, numbers or dates must be so many for the others to be faults. */
export const MOSTLY = 0.9
/** So many different numbers are measured, rather than names of classes. */
export const MEASURED = 10

export const PLAIN: Notation = { decimal: '.', thousands: '' }
export const DECIMAL_COMMA: Notation = { decimal: ',', thousands: '' }

// With one way to read every digit: `\d+\.?\d*` takes the square of their number to find that text is none.
const plain = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const CURRENCY = /\p{Sc}/u
const currencyAround = /^(\p{Sc}|[A-Z]{1,3}\p{Sc}|USD|EUR|GBP|CHF|JPY|AUD|CAD)\s*|\s*(\p{Sc}|USD|EUR|GBP|CHF|JPY|AUD|CAD|kr|zł)$/gu
const minusSigns = /^[\u2212\u2010-\u2013\uFE63\uFF0D]/
/** As SAP writes what is below 0. */
const trailingMinus = /^(\d[\d.,'\u00A0 ]*)[-\u2212]$/
const bracketed = /^\((.*)\)$/
const BLANKS = /[\u0020\u00A0\u2007\u2009\u202F]/

/** What a number had about it that is no part of it. */
export interface Dress {
  readonly currency: boolean
  readonly percent: boolean
  readonly minus: boolean
}

export const isPlain = (text: string): boolean => plain.test(text)

/** Longer texts are no numbers: what looks at them may take its time. */
export const LONGEST = 60

/** A number without its currency, its percent sign and its brackets of an accountant, and with the usual minus sign. */
export function undress(text: string): { readonly bare: string; readonly dress: Dress } {
  const minus = minusSigns.test(text) || trailingMinus.test(text) || /^[^\d]{0,4}[\u2212\u2013]\d/.test(text)
  const currency = CURRENCY.test(text) || /^[A-Z]{3}\s?[-\d]|\d\s?([A-Z]{3}|kr|zł)$/.test(text)
  const percent = /%$/.test(text)
  let bare = text.replace(trailingMinus, '-$1').replace(/^([^\d]{0,4})[\u2212\u2010-\u2013\uFE63\uFF0D]/, '$1-')
  if (currency) bare = bare.replace(/^-\s*/, '').replace(currencyAround, '')
  if (currency && /^[^\d]*[-\u2212\u2013]/.test(text) && !bare.startsWith('-')) bare = `-${bare}`
  if (percent) bare = bare.slice(0, -1).trimEnd()
  const inside = bracketed.exec(bare)?.[1]
  if (inside !== undefined && /\d/.test(inside)) bare = `-${inside.replace(currencyAround, '')}`
  return { bare, dress: { currency, percent, minus } }
}

/** 1e400 is more than float64 holds, and no number that anything is learned of. */
function finite(text: string): number {
  const value = Number(text)
  return Number.isFinite(value) ? value : Number.NaN
}

const escapeForClass = (text: string): string => text.replace(/[\\\]^-]/g, '\\$&')

/** What reads the numbers of a notation from texts: NaN for a text that is none. */
export function numberReader({ decimal, thousands }: Notation): (text: string) => number {
  const group = BLANKS.test(thousands) ? BLANKS.source : thousands === '' ? undefined : `[${escapeForClass(thousands)}]`
  // Groups of three, or India's of two before the last of three.
  const grouped = group === undefined ? undefined : new RegExp(`^[+-]?\\d{1,3}(${group}\\d{2,3})*${group}\\d{3}([${decimal}]\\d*)?$`)
  const separators = group === undefined ? undefined : new RegExp(group, 'g')
  return (text) => {
    if (decimal === '.' && isPlain(text)) return finite(thousands === '.' && grouped?.test(text) ? text.replaceAll('.', '') : text)
    if (text.length > LONGEST) return Number.NaN
    const { bare } = undress(text)
    const whole = grouped?.test(bare) && separators ? bare.replace(separators, '') : bare
    const pointed = decimal === ',' ? (whole.includes('.') ? '' : whole.replace(',', '.')) : whole
    return plain.test(pointed) ? finite(pointed) : Number.NaN
  }
}

/** What texts of a column say of its notation. */
interface Evidence {
  decimalComma: number
  decimalPoint: number
  groups: Map<string, number>
  /** Texts such as 1,234, which may be either. */
  unclearComma: number
  unclearPoint: number
  other: number
}

function look(text: string, evidence: Evidence): void {
  // Most are plain, and what follows takes its time.
  if (isPlain(text)) {
    if (/^[+-]?[1-9]\d{0,2}\.\d{3}$/.test(text)) evidence.unclearPoint++
    else if (text.includes('.') && !/^[+-]?\d{1,3}(\.\d{3}){2,}$/.test(text)) evidence.decimalPoint++
    return
  }
  const { bare } = undress(text)
  const count = (group: string) => evidence.groups.set(group, (evidence.groups.get(group) ?? 0) + 1)
  if (text.length > LONGEST) evidence.other++
  else if (/^[+-]?\d{1,3}(,\d{2,3})*,\d{3}\.\d*$/.test(bare) || /^[+-]?\d{1,3}(,\d{2,3}){2,}$/.test(bare)) count(',')
  else if (/^[+-]?\d{1,3}(\.\d{3})+,\d*$/.test(bare)) {
    count('.')
    evidence.decimalComma++
  } else if (/^[+-]?\d{1,3}(\.\d{3}){2,}$/.test(bare)) count('.')
  else if (/^[+-]?\d{1,3}(['\u2019]\d{3})+([.,]\d*)?$/.test(bare)) {
    count(bare.includes('\u2019') ? '\u2019' : "'")
    if (bare.includes(',')) evidence.decimalComma++
  } else if (/^[+-]?\d{1,3}([ \u00A0\u2007\u2009\u202F]\d{3})+([.,]\d*)?$/.test(bare)) {
    count(' ')
    if (bare.includes(',')) evidence.decimalComma++
  } else if (/^[+-]?[1-9]\d{0,2},\d{3}$/.test(bare)) evidence.unclearComma++
  else if (/^[+-]?[1-9]\d{0,2}\.\d{3}$/.test(bare)) evidence.unclearPoint++
  else if (/^[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?$/i.test(bare)) evidence.decimalComma++
  else if (plain.test(bare)) evidence.decimalPoint += bare.includes('.') ? 1 : 0
  else evidence.other++
}

export interface GuessedNotation extends Notation {
  /** Whether every text fitted both readings. */
  readonly unclear: boolean
}

/** How the numbers among texts are written. @param habit what other columns of the file have, for texts that fit both readings */
export function guessNotation(texts: Iterable<string>, habit: Notation | undefined): GuessedNotation {
  const evidence: Evidence = { decimalComma: 0, decimalPoint: 0, groups: new Map(), unclearComma: 0, unclearPoint: 0, other: 0 }
  for (const text of texts) look(text, evidence)
  const [group = ''] = [...evidence.groups].sort((a, b) => b[1] - a[1])[0] ?? []
  const { decimalComma, decimalPoint, unclearComma, unclearPoint } = evidence
  if (group === ',') return { decimal: '.', thousands: ',', unclear: false }
  if (group === '.') return { decimal: ',', thousands: '.', unclear: false }
  if (decimalComma > decimalPoint) return { decimal: ',', thousands: group || (unclearPoint > 0 ? '.' : ''), unclear: false }
  if (decimalPoint > 0) return { decimal: '.', thousands: group || (unclearComma > 0 ? ',' : ''), unclear: false }
  if (unclearComma > 0 && unclearPoint === 0)
    return habit?.decimal === ','
      ? { decimal: ',', thousands: '', unclear: false }
      : { decimal: '.', thousands: ',', unclear: habit === undefined }
  if (unclearPoint > 0 && habit?.decimal === ',') return { decimal: ',', thousands: '.', unclear: false }
  return { decimal: '.', thousands: group, unclear: false }
}
