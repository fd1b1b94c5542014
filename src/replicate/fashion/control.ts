// Joint searches that check the staged search of the Fashion-MNIST study.

import type { Backend } from '../../backend/backend.ts'
import { fanova } from '../../study/importance/fanova.ts'
import type { Journal } from '../../study/journal/journal.ts'
import { StudyRandom } from '../../study/random.ts'
import type { Params } from '../../study/space/distributions.ts'
import { createStudy } from '../../study/study.ts'
import type { Trial } from '../../study/trial.ts'
import type { FitData } from '../../train/check.ts'
import { type Curves, curvesOf, finals } from '../curves.ts'
import { meanDifference } from '../quantity.ts'
import { runToEnd, type StudyRun, secondsOf } from '../run.ts'
import { FINAL_EPOCHS, jointStudy, listedStudy, STAGE_EPOCHS, scaled, stagedSpace } from './protocol.ts'
import type { ControlResult, Importance, JointResult, StagedResult } from './result.ts'

export interface ControlOptions extends Pick<StudyRun, 'signal' | 'onProgress'> {
  readonly journal: Journal
  readonly seeds: number
  readonly epochs: number
}

/** Seeds that the winners are compared on, at least. */
const FRESH_SEEDS = 5
/** No search has used this seed, nor the seeds derived from it. */
const FRESH = 2

/**
 * One seed a trial tries most configurations for its epochs; as many seeds as the staged search has distinguish a good configuration from a lucky run.
 */
const searchesOf = (seeds: number) => [
  { name: 'fashion-joint', seeds: 1, seed: 1 },
  ...(seeds > 1 ? [{ name: 'fashion-joint-repeated', seeds, seed: 3 }] : []),
]

/**
 * Searches of everything at once, each with as many epochs as the staged search trained, and then all winners on seeds that none saw: the
 * best of many trials owes some of its value to luck, and new seeds take that away.
 */
export async function runControl(
  backend: Backend,
  data: FitData,
  staged: StagedResult,
  { journal, seeds, epochs, signal, onProgress }: ControlOptions,
): Promise<ControlResult | undefined> {
  if (staged.winner === undefined) return undefined
  const trialEpochs = scaled(FINAL_EPOCHS, epochs)
  const plans = searchesOf(seeds)
  const share = 0.9 / plans.length
  const found: Omit<JointResult, 'repeats' | 'difference'>[] = []
  for (const [i, plan] of plans.entries()) {
    const study = await createStudy({ ...jointStudy(plan.name, epochs, plan), journal })
    const trials = Math.max(1, Math.floor(staged.networkEpochs / (trialEpochs * plan.seeds)))
    await runToEnd(study, backend, data, { signal, trials, exactly: true, onProgress: (done) => onProgress?.(share * (i + done)) })
    const { best } = study
    if (best === undefined) return undefined
    found.push({
      trials: study.trials,
      seeds: plan.seeds,
      winner: best.params,
      value: best.values?.[0] ?? Number.NaN,
      networkEpochs: study.trials.length * plan.seeds * trialEpochs,
      seconds: secondsOf(study),
    })
  }
  const fresh = Math.max(FRESH_SEEDS, seeds)
  const finalists = [staged.winner, ...found.map(({ winner }) => winner)]
  const final = await createStudy({
    ...listedStudy('fashion-final', finalists, stagedSpace(epochs), { seeds: fresh, seed: FRESH }),
    journal,
  })
  await runToEnd(final, backend, data, { signal, trials: finalists.length, onProgress: (done) => onProgress?.(0.9 + 0.1 * done) })
  const repeatsOf = (params: Params) => {
    const trial = final.trials.find((one) => final.space.key(one.params) === final.space.key(params))
    return trial === undefined ? [] : curvesOf(trial)
  }
  const stagedRepeats = repeatsOf(staged.winner)
  return {
    searches: found.map((search) => {
      const repeats = repeatsOf(search.winner)
      return { ...search, repeats, difference: differenceOf(repeats, stagedRepeats) }
    }),
    seeds: fresh,
    seconds: found.reduce((sum, { seconds }) => sum + seconds, secondsOf(final)),
    stagedRepeats,
  }
}

function differenceOf(joint: readonly Curves[], staged: readonly Curves[]): JointResult['difference'] {
  const difference = meanDifference(finals(joint, 'testAccuracy'), finals(staged, 'testAccuracy'))
  const p = Math.min(difference.p('above', 0), difference.p('below', 0))
  return { value: difference.value, ...difference.interval(0.025), p: Math.min(1, 2 * p) }
}

/** How often the trials are drawn anew for the intervals. */
const RESAMPLES = 100
/** Separates these random numbers from those of other bootstraps. */
const STREAM = 0x666e6f76

/**
 * What each parameter explains of the joint search's test accuracies. A trial's curve shows what fewer epochs would have given, so it
 * counts after 5, 10 and 20 of them, which makes the epochs a parameter; zeros and ones, which never learn, are left out.
 */
export function importancesOf(trials: readonly Trial[], epochs: number): Importance[] {
  const learning = trials.filter(
    ({ state, params }) => state === 'complete' && params.initializer !== 'zeros' && params.initializer !== 'ones',
  )
  if (learning.length < 10) return []
  const observed = fractionsOf(learning, epochs)
  const drawn = Array.from({ length: RESAMPLES }, (_, i) => {
    const random = new StudyRandom(0, i, STREAM)
    return fractionsOf(
      learning.map((trial) => learning[random.integer(learning.length)] ?? trial),
      epochs,
    )
  })
  return [...observed].map(([name, fraction]) => ({ name, fraction, resampled: drawn.map((one) => one.get(name) ?? 0) }))
}

function fractionsOf(trials: readonly Trial[], epochs: number): Map<string, number> {
  const counts = [STAGE_EPOCHS, 2 * STAGE_EPOCHS, FINAL_EPOCHS].map((count) => scaled(count, epochs))
  const [low = 1, , high = 1] = counts
  const rows = trials.flatMap((trial): Trial[] => {
    const [curves] = curvesOf(trial)
    return counts.map((count) => ({
      ...trial,
      params: { ...trial.params, epochs: count },
      distributions: { ...trial.distributions, epochs: { type: 'int', low, high, log: false, step: 1 } },
      values: [curves?.testAccuracy[count - 1] ?? Number.NaN],
    }))
  })
  return new Map(fanova(rows, { trees: 32, scale: 'declared' }).parameters.map(({ name, fraction }) => [name, fraction]))
}
