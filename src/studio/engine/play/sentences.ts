// What a population says together, in sentences.

import { mean } from 'simple-statistics'
import { at } from '../../../core/at.ts'
import { wilson } from '../../../report/network/calibration.ts'
import { compareRepeats } from '../../../study/statistics/compare.ts'
import { spearman } from '../../../study/statistics/correlation.ts'
import type { PlayNetwork } from '../../playSettings.ts'

/** What is known of the networks, in their order. */
export interface Standing {
  readonly epoch: number
  readonly goal: number
  readonly titles: readonly string[]
  readonly networks: readonly PlayNetwork[]
  /** Of the held points, now. */
  readonly accuracy: readonly number[]
  /** The first epoch at the goal, of those that reached it. */
  readonly reached: readonly (number | undefined)[]
  /** Of the held points, now and after EARLY epochs. */
  readonly loss: readonly number[]
  readonly early: readonly number[] | undefined
}

/** The epoch whose order of the networks is compared with the present one, and how much later that begins to say something. */
export const EARLY = 10
const LATE = 5 * EARLY

const percent = (share: number): string => `${Math.round(100 * share)}\u00a0%`
const LEVEL = 0.95

/** What the population says by now, the most important first. */
export function sentencesOf(standing: Standing): string[] {
  const { titles, networks, epoch } = standing
  if (epoch === 0) return [`${networks.length} networks, not trained yet.`]
  return [...(titles.length === 1 ? seedsSay(standing) : valuesSay(standing)), ...earlySays(standing)]
}

function seedsSay({ goal, accuracy, reached, networks }: Standing): string[] {
  const count = networks.length
  const known = finite(accuracy)
  if (known.length === 0) return ['Every network has diverged: take a smaller learning rate.']
  const epochs = reached.filter((epoch) => epoch !== undefined).sort((a, b) => a - b)
  if (count === 1)
    return [
      `One network: it is right on ${percent(accuracy[0] ?? Number.NaN)} of the points it never saw. Another seed may say something else.`,
    ]
  const { low, high } = wilson(epochs.length, count)
  const when = epochs.length < 2 ? '' : `, the first after ${epochs[0]} epochs, the last after ${epochs.at(-1)}`
  return [
    `${epochs.length} of ${count} seeds reach ${percent(goal)} on points they never saw${when}.`,
    `So of many seeds ${percent(low)} to ${percent(high)} would (${percent(LEVEL)} sure).`,
    ...(known.length < count ? [`${count - known.length} of them diverged.`] : []),
    `Now the best is right on ${percent(Math.max(...known))}, the worst on ${percent(Math.min(...known))}; they differ in nothing but the seed.`,
  ]
}

function valuesSay(standing: Standing): string[] {
  const { titles, networks, accuracy, reached, goal } = standing
  const of = <T>(values: readonly T[], variant: number): T[] => values.filter((_, i) => networks[i]?.variant === variant)
  const shares = titles.map((title, variant) => {
    const all = of(reached, variant)
    return `${title}: ${all.filter((epoch) => epoch !== undefined).length} of ${all.length}`
  })
  return [
    `Seeds that reach ${percent(goal)} on points they never saw: ${shares.join(', ')}.`,
    comparison(
      titles,
      titles.map((_, variant) => of(accuracy, variant)),
    ),
  ]
}

/** The best value against the others, each seed against itself. */
function comparison(titles: readonly string[], lists: readonly (readonly number[])[]): string {
  const lost = titles.filter((_, i) => !(lists[i] ?? []).every(Number.isFinite))
  const diverged = lost.length === 0 ? '' : ` ${lost.join(', ')}: a network diverged.`
  if ((lists[0] ?? []).length < 2) return `One seed of each value proves nothing; take more networks.${diverged}`
  if (lost.length === titles.length) return 'Of every value a network has diverged: take a smaller learning rate.'
  const { best, rows } = compareRepeats(lists, { direction: 'maximize', test: 't' })
  const [worse, noise] = [true, false].map((wanted) =>
    rows.filter(({ adjustedP }) => adjustedP < 1 - LEVEL === wanted).map(({ number }) => titles[number]),
  )
  const parts = [
    `Best now is ${titles[best.number]}, right on ${percent(mean([...(lists[best.number] ?? [])]))}.`,
    worse?.length ? `Worse for real: ${worse.join(', ')}.` : '',
    noise?.length ? `Inside the noise: ${noise.join(', ')}.` : '',
  ]
  return `${parts.filter((part) => part !== '').join(' ')}${diverged}`
}

/** Whether the order of the beginning is the present one. */
function earlySays({ epoch, loss, early, networks }: Standing): string[] {
  if (early === undefined || epoch < LATE || networks.length < 4) return []
  const pairs = loss.flatMap((now, i) => {
    const then = early[i] ?? Number.NaN
    return Number.isFinite(now) && Number.isFinite(then) ? [[then, now] as const] : []
  })
  const rank = spearman(pairs)
  if (!Number.isFinite(rank)) return []
  const half = Math.floor(networks.length / 2)
  const best = (values: readonly number[]): number[] => [...values.keys()].sort((a, b) => at(values, a) - at(values, b)).slice(0, half)
  const [now, then] = [best(pairs.map(([, late]) => late)), best(pairs.map(([before]) => before))]
  const kept = then.filter((i) => now.includes(i)).length
  return [
    `Of the better half after ${EARLY} epochs, ${kept} of ${half} are in the better half now (rank correlation of the losses ${rank.toFixed(2)}).`,
  ]
}

const finite = (values: readonly number[]): number[] => values.filter(Number.isFinite)
