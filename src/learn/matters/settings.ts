/** Which settings of the networks mattered among the candidates that were tried, and how sure that is. */

import { quantileSorted } from 'simple-statistics'
import { at } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { finish, type Steps } from '../../core/steps.ts'
import { type FanovaOptions, fanova } from '../../study/importance/fanova.ts'
import { StudyRandom } from '../../study/random.ts'
import type { Trial } from '../../study/trial.ts'

export interface SettingOptions extends Pick<FanovaOptions, 'objective' | 'trees'> {
  /** Which end of the objective is the better; failed candidates count as the worst that was seen. */
  readonly direction: 'minimize' | 'maximize'
  /** Drawings of candidates with replacement; 100 by default. */
  readonly drawings?: number | undefined
  /** The share of drawings in which a setting must be first to be called so; 0.95 by default. */
  readonly sure?: number | undefined
  /** 0 by default. */
  readonly seed?: number | undefined
}

interface SettingImportance {
  readonly name: string
  /** The share of the variance that it explains alone, and the middle 95 % of it over the drawings. */
  readonly value: number
  readonly low: number
  readonly high: number
  /** In how many of 100 drawings it is the first. */
  readonly first: number
}

export interface SettingsImportance {
  /** From the most important to the least. */
  readonly settings: readonly SettingImportance[]
  /** The most important one, where that is sure. */
  readonly surely: string | undefined
  /** `learningRate matters most: first in 99 of 100 drawings`, or which ones cannot be told apart. */
  readonly text: string
}

/** Fewer candidates say nothing: with few points every drawing repeats the same chance pattern. */
const LEAST_CANDIDATES = 20

/** Keeps these random numbers apart from those of forests and samplers. */
const STREAM = 0x73657474

/**
 * fANOVA (study/importance/fanova.ts) on each parameter's declared scale, with failed candidates as bad as the worst, over drawings of the candidates with
 * replacement. The candidates must be spread evenly over the space, as the first of a study are: those that a search has chosen say where it looked.
 * A setting is surely first if it is so in nearly all drawings and explains more than any setting does of shuffled values, for one chance pattern comes
 * back in every drawing.
 * @throws InvalidDataError where no candidate has a value
 */
export const settingsImportance = (trials: readonly Trial[], options: SettingOptions): SettingsImportance =>
  finish(settingsSteps(trials, options))

/** The same in pieces. @throws InvalidDataError where no candidate has a value */
export function* settingsSteps(trials: readonly Trial[], options: SettingOptions): Steps<SettingsImportance> {
  const { objective = 0, trees = 24, drawings = 100, sure = 0.95, seed = 0 } = options
  const candidates = withFailures(trials, options)
  const values = candidates.map((trial) => trial.values?.[objective] ?? Number.NaN)
  if (candidates.length < 2 || values.every((value) => value === values[0]))
    throw new InvalidDataError(
      `${candidates.length} candidates have ${candidates.length < 2 ? 'a value' : 'the same value'}; what matters shows in two that differ, or more`,
    )
  const random = new StudyRandom(seed, 0, STREAM)
  const fractions = (drawn: readonly Trial[], own: number): Map<string, number> | undefined => {
    const first = drawn[0]?.values?.[objective]
    if (drawn.every((trial) => trial.values?.[objective] === first)) return undefined
    const { parameters } = fanova(drawn, { objective, trees, seed: own, scale: 'declared' })
    return new Map(parameters.map(({ name, fraction }) => [name, fraction]))
  }
  const whole = fractions(candidates, seed) ?? new Map<string, number>()
  const drawn: Map<string, number>[] = []
  while (drawn.length < drawings) {
    const own = fractions(
      candidates.map(() => at(candidates, random.integer(candidates.length))),
      drawn.length,
    )
    if (own !== undefined) drawn.push(own)
    yield
  }
  const firsts = drawn.map((own) => topOf(own))
  const settings = [...whole]
    .map(([name, value]) => {
      const all = Float64Array.from(drawn, (own) => own.get(name) ?? 0).sort()
      const first = (100 * firsts.filter((one) => one === name).length) / drawn.length
      return { name, value, low: quantileSorted([...all], 0.025), high: quantileSorted([...all], 0.975), first }
    })
    .sort((a, b) => b.first - a.first || b.value - a.value)
  const [best] = settings
  const byChance = (): number => {
    const shuffled = random.shuffled(values)
    const mixed = candidates.map((trial, i) => ({ ...trial, values: Array.from({ length: objective + 1 }, () => at(shuffled, i)) }))
    return Math.max(...(fractions(mixed, 0) ?? new Map([['', 0]])).values())
  }
  let surely = best !== undefined && candidates.length >= LEAST_CANDIDATES && best.first >= 100 * sure
  for (let i = 0; i < SHUFFLES && surely && best !== undefined; i++) {
    surely = byChance() < best.value
    yield
  }
  return { settings, surely: surely ? best?.name : undefined, text: textOf(settings, surely, drawn.length) }
}

/** With so many shuffles, none of which explains as much, the chance of that is 1 in 40 where nothing matters. */
const SHUFFLES = 39

const topOf = (fractions: ReadonlyMap<string, number>): string =>
  [...fractions].reduce<readonly [string, number]>((best, one) => (one[1] > best[1] ? one : best), ['', Number.NEGATIVE_INFINITY])[0]

function textOf(settings: readonly SettingImportance[], surely: boolean, drawings: number): string {
  const [best] = settings
  if (best === undefined) return 'No setting was tried with more than one value.'
  const times = `${Math.round((best.first * drawings) / 100)} of ${drawings} drawings`
  if (surely) return `${best.name} matters most: first in ${times}.`
  const others = settings.filter(({ first }) => first > 0).map(({ name }) => name)
  return others.length < 2
    ? `No setting can be shown to matter: what ${best.name} seems to do may be chance.`
    : `${others.slice(0, -1).join(', ')} and ${others.at(-1)} cannot be told apart: ${best.name} is first in ${times}.`
}

/** Complete trials, and failed ones with the worst value that a complete one has. */
function withFailures(trials: readonly Trial[], { direction, objective = 0 }: SettingOptions): Trial[] {
  const known = trials.flatMap(({ state, values }) => {
    const value = values?.[objective]
    return state === 'complete' && value !== undefined && Number.isFinite(value) ? [value] : []
  })
  if (known.length === 0) return []
  const worst = direction === 'minimize' ? Math.max(...known) : Math.min(...known)
  return trials.flatMap((trial): Trial[] => {
    if (trial.state !== 'complete' && trial.state !== 'fail') return []
    const value = trial.state === 'complete' ? trial.values?.[objective] : undefined
    const own = value !== undefined && Number.isFinite(value) ? value : worst
    return [{ ...trial, state: 'complete', values: Array.from({ length: objective + 1 }, () => own) }]
  })
}
