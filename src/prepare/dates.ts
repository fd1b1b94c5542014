/** What is made of a date: numbers that grow with it, and places on the circles of the year, the week and the day. All in UTC. */

import type { Features } from './numbers/features.ts'
import { deviation, mean } from './numbers/statistics.ts'
import type { LearnedDatePart } from './preparation.ts'

export const DATE_PARTS = ['elapsed', 'year', 'month', 'weekday', 'hour'] as const

const DAY = 86_400_000

type Circle = 'month' | 'weekday' | 'hour'

/** How far round the circle a date is, from 0 to 1. */
const CIRCLES: Readonly<Record<Circle, (date: Date) => number>> = {
  month: (date) => date.getUTCMonth() / 12,
  weekday: (date) => date.getUTCDay() / 7,
  hour: (date) => (date.getUTCHours() + date.getUTCMinutes() / 60 + date.getUTCSeconds() / 3600) / 24,
}

const LINES = {
  /** Days since 1970. */
  elapsed: (date: Date): number => date.getTime() / DAY,
  year: (date: Date): number => date.getUTCFullYear(),
}

const isCircle = (part: string): part is Circle => part in CIRCLES

/** The parts that differ among the training dates; the first of them where none does, so that the column has a feature. */
export function learnDates(values: Float64Array, parts: readonly (typeof DATE_PARTS)[number][]): LearnedDatePart[] {
  const dates = Array.from(values, (value) => new Date(value))
  const learned = parts.map((part) => {
    const numbers = Float64Array.from(dates, isCircle(part) ? CIRCLES[part] : LINES[part])
    const varies = numbers.some((number) => number !== numbers[0])
    if (isCircle(part)) return { varies, learned: { part } }
    const middle = mean(numbers)
    return { varies, learned: { part, mean: middle, scale: deviation(numbers, middle) || 1 } }
  })
  const varying = learned.filter(({ varies }) => varies)
  return (varying.length === 0 ? learned.slice(0, 1) : varying).map((one) => one.learned)
}

/** How many features a date becomes. */
export const dateWidth = (parts: readonly LearnedDatePart[]): number => parts.reduce((sum, { part }) => sum + (isCircle(part) ? 2 : 1), 0)

/** Writes the features of a date from a place on. @param value milliseconds since 1970 */
export function writeDate(value: number, parts: readonly LearnedDatePart[], to: Features, at: number): void {
  const date = new Date(value)
  let place = at
  for (const one of parts) {
    if ('mean' in one) to[place++] = (LINES[one.part](date) - one.mean) / one.scale
    else {
      const angle = 2 * Math.PI * CIRCLES[one.part](date)
      to[place++] = Math.sin(angle)
      to[place++] = Math.cos(angle)
    }
  }
}

export const dateNames = (name: string, parts: readonly LearnedDatePart[]): string[] =>
  parts.flatMap(({ part }) => (isCircle(part) ? [`${name} ${part} sin`, `${name} ${part} cos`] : [`${name} ${part}`]))
