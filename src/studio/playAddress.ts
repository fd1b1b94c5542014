/** The link that holds play mode's settings, and points of one's own. */

import { type Lesson, lessonOf } from './playLessons.ts'
import { PLAY } from './playPlace.ts'
import { PLAY_DEFAULTS, type PlaySettings, parsePlaySettings } from './playSettings.ts'

/** Places along an edge that a link tells apart. */
const STEPS = 64
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const digitOf = (x: number): string => DIGITS.charAt(Math.min(STEPS - 1, Math.floor(((x + 1) / 2) * STEPS)))
const placeOf = (digit: string): number => ((DIGITS.indexOf(digit) + 0.5) / STEPS) * 2 - 1

/** Points by their three digits: x, y, class. What is no digit becomes a place outside, which the schema refuses. */
const pointsOf = (text: string): unknown[] =>
  Array.from({ length: Math.ceil(text.length / 3) }, (_, i) => {
    const [x = '', y = '', own = ''] = text.slice(3 * i, 3 * i + 3)
    const place = (digit: string): number => (digit !== '' && DIGITS.includes(digit) ? placeOf(digit) : Number.NaN)
    return [place(x), place(y), Number(own)]
  })

/** The settings as a link, of those that are not the lesson's or the defaults. */
export function toPlayAddress(settings: PlaySettings, lesson?: Lesson): string {
  const said = new URLSearchParams(lesson === undefined ? {} : { lesson: lesson.id })
  const usual = lesson?.settings ?? PLAY_DEFAULTS
  for (const [name, value] of Object.entries(settings)) {
    if (name === 'own') continue
    if (value !== usual[name as keyof PlaySettings]) said.set(name, String(value))
  }
  if (settings.own.length > 0) said.set('own', settings.own.map(([x, y, own]) => `${digitOf(x)}${digitOf(y)}${own}`).join(''))
  const text = said.toString()
  return text === '' ? PLAY : `${PLAY}?${text}`
}

/** @throws InvalidSpecError naming what a link has that is not allowed; RangeError for a lesson that there is not */
export function fromPlayAddress(hash: string): { readonly settings: PlaySettings; readonly lesson: Lesson | undefined } {
  const { lesson: id, own, ...given } = Object.fromEntries(new URLSearchParams(hash.slice(PLAY.length + 1)))
  const lesson = id === undefined ? undefined : lessonOf(id)
  const fields = Object.entries(given).map(([name, text]) => {
    const isNumber = typeof PLAY_DEFAULTS[name as keyof PlaySettings] === 'number'
    return [name, isNumber && text.trim() !== '' ? Number(text) : text]
  })
  const settings = parsePlaySettings({
    ...(lesson?.settings ?? PLAY_DEFAULTS),
    ...Object.fromEntries(fields),
    ...(own !== undefined && { own: pointsOf(own) }),
  })
  return { settings, lesson }
}
