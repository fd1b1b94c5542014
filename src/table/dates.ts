/** Dates and times as people write them, to milliseconds since 1970-01-01 UTC. A time without a zone is taken as UTC. */

export type DateOrder = 'ymd' | 'dmy' | 'mdy'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** German's, French's and Spanish's that begin otherwise. */
const NO_MONTH = 0
const OTHER_MONTHS: Readonly<Record<string, number>> = {
  mär: 3,
  mai: 5,
  okt: 10,
  dez: 12,
  fév: 2,
  avr: 4,
  aoû: 8,
  déc: 12,
  ene: 1,
  abr: 4,
  ago: 8,
  dic: 12,
}

const TIME = String.raw`(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?`
const yearFirst = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})${TIME}$`)
const yearLast = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})${TIME}$`)
const dayNamed = new RegExp(
  String.raw`^(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})(?:\.|st|nd|rd|th|er)?[- ]?\s*(?:de |of )?([A-Za-zäéûà]{3,10})\.?,?[- ]?\s*(?:de )?(\d{4}|\d{2})${TIME}$`,
)
const monthNamed = new RegExp(String.raw`^(?:[A-Za-z]{3,9},?\s+)?([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})${TIME}$`)
const monthOnly = /^(\d{4})[-/](\d{1,2})$/
const monthFirst = /^(\d{1,2})\/(\d{4})$/
const monthWord = /^([A-Za-z]{3,9})[- ](\d{4})$/
const timeOnly = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?$/
const compact = /^(\d{4})(\d{2})(\d{2})$/
/** ISO 8601 without signs between: 20200131T101500Z. */
const basic = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/

/** Longer texts are no dates. */
const LONGEST = 50

function monthOf(word: string): number {
  const short = word.toLowerCase().slice(0, 3)
  return MONTHS.indexOf(short) + 1 || (OTHER_MONTHS[short] ?? NO_MONTH)
}

/** NaN where there is no such day. */
function dayOf(year: number, month: number, day: number): number {
  const time = Date.UTC(year, month - 1, day)
  const date = new Date(time)
  // Of years below 100 Date.UTC makes 19xx.
  return year >= 100 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? time : Number.NaN
}

/** As POSIX has it: 69 to 99 are of the last century. */
const fullYear = (digits: string): number => (digits.length > 2 ? Number(digits) : Number(digits) + (Number(digits) < 69 ? 2000 : 1900))

/** @param groups hour, minute, second, fraction, AM or PM, zone; of which all may be absent */
function timeOf([hour = '0', minute = '0', second = '0', fraction = '', half = '', zone = '']: readonly (string | undefined)[]): number {
  const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (/^p/i.test(half) ? 12 : 0)
  if (hours > 24 || Number(minute) > 59 || Number(second) > 60 || (half !== '' && (Number(hour) > 12 || Number(hour) < 1)))
    return Number.NaN
  const [, sign = '+', away = '0', minutesAway = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  const offset = (Number(away) * 60 + Number(minutesAway)) * (sign === '-' ? -1 : 1)
  return ((hours * 60 + Number(minute) - offset) * 60 + Number(second)) * 1000 + (fraction === '' ? 0 : Number(`0.${fraction}`) * 1000)
}

/** The time a text is, in milliseconds; NaN where it is none. @param order what 03/04/2020 means */
export function parseDate(text: string, order: DateOrder): number {
  if (text.length > LONGEST) return Number.NaN
  let found = yearFirst.exec(text)
  if (found) {
    const [, year = '', , month = '', day = '', ...time] = found
    return dayOf(Number(year), Number(month), Number(day)) + timeOf(time)
  }
  found = yearLast.exec(text)
  if (found) {
    const [, first = '', , second = '', last = '', ...time] = found
    if (order === 'ymd')
      return last.length === 2 ? dayOf(fullYear(first.padStart(2, '0')), Number(second), Number(last)) + timeOf(time) : Number.NaN
    const [day, month] = order === 'dmy' ? [first, second] : [second, first]
    return dayOf(fullYear(last), Number(month), Number(day)) + timeOf(time)
  }
  found = dayNamed.exec(text)
  if (found) {
    const [, day = '', month = '', year = '', ...time] = found
    return dayOf(fullYear(year), monthOf(month), Number(day)) + timeOf(time)
  }
  found = monthNamed.exec(text)
  if (found) {
    const [, month = '', day = '', year = '', ...time] = found
    return dayOf(Number(year), monthOf(month), Number(day)) + timeOf(time)
  }
  found = monthOnly.exec(text)
  if (found) return dayOf(Number(found[1]), Number(found[2]), 1)
  found = monthFirst.exec(text)
  if (found) return dayOf(Number(found[2]), Number(found[1]), 1)
  found = basic.exec(text)
  if (found) {
    const [, year = '', month = '', day = '', hour, minute, second, fraction, zone] = found
    return dayOf(Number(year), Number(month), Number(day)) + timeOf([hour, minute, second, fraction, undefined, zone])
  }
  found = monthWord.exec(text)
  if (found) return dayOf(Number(found[2]), monthOf(found[1] ?? ''), 1)
  found = timeOnly.exec(text)
  return found ? timeOf(found.slice(1)) : Number.NaN
}

/** 20200131 as a date; NaN where it is none. */
export function parseCompact(text: string): number {
  const [, year = '', month = '', day = ''] = compact.exec(text) ?? []
  return year === '' ? Number.NaN : dayOf(Number(year), Number(month), Number(day))
}

/** The time a single text is, as those of a column are read whose dates have this order (the year first, or the month named, where it has none); NaN where it is none. */
export function timeOfText(text: string, order: DateOrder = 'ymd'): number {
  const time = parseDate(text, order)
  return Number.isNaN(time) ? parseCompact(text) : time
}

export interface GuessedOrder {
  readonly order: DateOrder
  readonly why: string
  /** Whether all dates are possible in another order too. */
  readonly unclear: boolean
}

/** The order of day, month and year in which all texts are dates; undefined where there is none. @param like what it is where the texts leave it open */
export function guessOrder(texts: readonly string[], said: DateOrder | undefined, like?: DateOrder): GuessedOrder | undefined {
  if (said !== undefined) return { order: said, why: `dateOrder: ${said} says so`, unclear: false }
  const fits = (order: DateOrder): number => texts.filter((text) => !Number.isNaN(parseDate(text, order))).length
  const counts = { dmy: fits('dmy'), mdy: fits('mdy') }
  const best = Math.max(counts.dmy, counts.mdy)
  if (best === 0) return undefined
  if (texts.every((text) => !yearLast.test(text)))
    return { order: 'ymd', why: 'the year comes first, or the month is named', unclear: false }
  if (counts.dmy !== counts.mdy) {
    const order = counts.dmy > counts.mdy ? 'dmy' : 'mdy'
    const other = order === 'dmy' ? 'mdy' : 'dmy'
    const proof = texts.find((text) => !Number.isNaN(parseDate(text, order)) && Number.isNaN(parseDate(text, other)))
    return { order, why: `"${proof}" is possible in this order alone`, unclear: false }
  }
  if (like !== undefined) return { order: like, why: 'the table read before has it so', unclear: false }
  // A point between is Europe's, where the day comes first.
  const pointed = texts.some((text) => /^\d{1,2}\.\d{1,2}\./.test(text))
  return pointed
    ? { order: 'dmy', why: 'with points between, the day comes first', unclear: false }
    : {
        order: 'mdy',
        why: 'every date is possible with day or month first',
        unclear: texts.some((text) => parseDate(text, 'dmy') !== parseDate(text, 'mdy')),
      }
}

/** Seconds, or milliseconds, since 1970 of the years 2001 to 2033. */
export const SECONDS = [1e9, 2e9] as const
export const MILLISECONDS = [1e12, 2e12] as const

/** Names that columns of times have. */
export const isTimeName = (name: string): boolean =>
  /(^|[_\W])(ts|time|timestamp|date|datetime|epoch|unix|when|created|updated|modified|logged|recorded)([_\W]|$)|(Time|Date|Timestamp|At)$|_at$/i.test(
    name,
  ) || /^(timestamp|datetime|date|time)/i.test(name)
