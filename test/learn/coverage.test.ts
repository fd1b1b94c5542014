import { expect, it } from 'vitest'
import { type Held, type Tried, triedOn } from '../../bench/coverage/scores.ts'

/** The small simulation: the same worlds and stand-ins as `bench/coverage`, few and small. Its own numbers are the same in every run. */

/** Worlds of 60, 100 and 160 rows. */
const SMALL = Array.from({ length: 9 }, (_, i) => 8 * Math.floor(i / 3) + (i % 3) + 300 - (300 % 8))

const worlds = (task: 'classes' | 'numbers', noise: boolean): Tried[] => SMALL.map((number) => triedOn(number, task, noise, 2000))

const share = (held: readonly Held[], which: (one: Held) => boolean): number => held.filter(which).length / held.length
const holds = ({ low, high, truth }: Held): boolean => low <= truth && truth <= high

it('holds scores, differences and single rows on fresh rows', () => {
  const tried = [...worlds('classes', false), ...worlds('numbers', false)]
  const held = tried.flatMap((one) => one.held)
  const inside = tried.reduce((sum, one) => sum + one.inside / tried.length, 0)
  expect(inside).toBeGreaterThan(0.93)
  expect(inside).toBeLessThan(0.985)
  expect(share(held, holds)).toBeGreaterThan(0.9)
  // Intervals that hold because they are endless would pass the first.
  const scores = held.filter(({ what }) => what === 'accuracy')
  expect(scores.every(({ low, high }) => high - low < 0.3)).toBe(true)
  const guess = held.filter(({ what }) => what === 'logLoss - guess' || what === 'rootMeanSquaredError - guess')
  expect(share(guess, ({ high }) => high < 0)).toBeGreaterThan(0.6)
})

it('finds no answer to noise better than guessing', () => {
  const held = [...worlds('classes', true), ...worlds('numbers', true)].flatMap((one) => one.held)
  expect(share(held, holds)).toBeGreaterThan(0.9)
  const verdicts = held.filter(({ what }) => what === 'logLoss - guess' || what === 'rootMeanSquaredError - guess')
  expect(verdicts.length).toBe(18)
  expect(share(verdicts, ({ high }) => high < 0)).toBeLessThan(0.09)
})
