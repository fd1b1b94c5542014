/**
 * Outer folds repeated: the rows are dealt to folds anew and what answers is trained on them again. A row is then predicted by the mean of the models that had
 * not seen it, of all deals, and judged once.
 *
 * Repeats are no further rows. The score is the metric of n rows with their mean predictions, and its interval that of n rows, n whatever the number of
 * deals: repeats take out what the deal and the models' own chance add to a row's loss (a variance A + B / repeats), not what the rows differ by (A).
 * Counting every deal's rows as rows of their own promises intervals that narrow without end and hold less and less (Vanwinckelen and Blockeel, "On estimating
 * model accuracy with repeated cross-validation", 2012). The models of all deals answer together, so what is judged is what answers.
 */

import { at } from '../core/at.ts'
import { InvalidSpecError } from '../core/errors.ts'
import { isObject, shown } from '../core/shown.ts'
import type { Steps } from '../core/steps.ts'
import { trainGuess, trainLinear } from './baselines.ts'
import { trainRounds } from './boosting.ts'
import type { Clock } from './clock.ts'
import { Inputs } from './inputs.ts'
import { type Chosen, type Entry, Library, type Run } from './library.ts'
import { trainFold } from './networks.ts'
import { dealtAnew } from './problem.ts'
import { Collected, inPieces, keepBest, seedOf, type Track } from './track.ts'

/** Keeps the seeds of one deal apart from those of others. */
const APART = 7_368_787

/** The number of the first candidate of a repeat: before it are the line and the guess. */
const FIRST = 2

/** What answered in the search, trained on the rows dealt another way. @param number of the repeat, from 1 */
async function repeated(track: Track, first: Chosen, number: number): Promise<Run> {
  const seed = (track.seed + number * APART) >>> 0
  const problem = await inPieces(dealtAnew(track.problem, seed), track)
  const own: Track = { ...track, problem, inputs: new Inputs(problem), library: new Library(problem), seed }
  const used = first.entries.filter((_, i) => [first.weights, ...first.judgedBy].some((weights) => at(weights, i) > 0))
  await trainGuess(own, 1)
  await trainLinear(own, 0)
  let candidate = FIRST
  for (const { again } of used) if (again.of === 'trees') await trainRounds(own, again.candidate, again.rounds, candidate++)
  for (const group of networksByShape(used)) {
    await trainAgain(own, group, candidate)
    candidate += group.length
  }
  return { problem, chosen: await inPieces(own.library.choose(), track) }
}

/** A network of the search, and how it is trained again. */
interface Network {
  readonly entry: Entry
  readonly again: Extract<Entry['again'], { of: 'network' }>
}

function networksByShape(used: readonly Entry[]): Network[][] {
  const groups = new Map<string, Network[]>()
  for (const entry of used) {
    const { again } = entry
    if (again.of !== 'network') continue
    const key = JSON.stringify(again.shape)
    groups.set(key, [...(groups.get(key) ?? []), { entry, again }])
  }
  return [...groups.values()]
}

/** Networks of one shape on every fold, each up to its own point. */
async function trainAgain(track: Track, group: readonly Network[], candidate: number): Promise<void> {
  const { problem, inputs, backend, signal } = track
  const { shape } = at(group, 0).again
  // Two points of one network are one network that is asked twice.
  const settings = [...new Map(group.map(({ again }) => [JSON.stringify(again.settings), again.settings])).values()]
  const memberOf = settings.map((own) => JSON.stringify(own))
  const points = [...new Set(group.map(({ again }) => again.point))].sort((a, b) => a - b)
  const collected = group.map(() => new Collected(problem))
  for (const fold of problem.folds.keys()) {
    const own = await inPieces(inputs.steps(shape.encoding, fold), track)
    const seeds = settings.map((_, i) => seedOf(track.seed, candidate + i, fold))
    const snapshots = await trainFold(backend, problem, own, shape, settings, seeds, points, signal)
    await track.pause()
    const { preparation } = own
    for (const { member, point, predicted, variances, model } of snapshots)
      for (const [i, { again }] of group.entries())
        if (again.point === at(points, point) && JSON.stringify(again.settings) === memberOf[member])
          at(collected, i).add(fold, predicted, () => ({ preparation, model }), variances)
  }
  for (const [i, { entry }] of group.entries())
    keepBest(track, [{ collected: at(collected, i), settings: entry.settings, again: entry.again }], {
      kind: 'network',
      candidate: candidate + i,
    })
}

/** How often the folds are repeated: so many times, or until the interval of the score is so wide at most. */
export type Repeats = number | { readonly width: number; readonly most?: number | undefined }

/** Where a width is asked for: more deals than this narrow nothing any more. */
const MOST = 10

/** @throws InvalidSpecError */
export function checkRepeats(repeats: unknown): void {
  const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0
  const fits = isObject(repeats)
    ? typeof repeats.width === 'number' &&
      repeats.width > 0 &&
      (repeats.most === undefined || (isCount(repeats.most) && repeats.most !== 0))
    : isCount(repeats)
  if (!fits)
    throw new InvalidSpecError(
      `repeats is ${shown(repeats)}; it must be a whole number, or { width }, how wide the interval of the score may be, and perhaps { most }, a whole number`,
    )
}

/** Repeats until it is enough, or there is no time for another. @param widthOf the width of the interval by the runs so far */
export async function repeatUntil(
  track: Track,
  first: Run,
  repeats: Repeats,
  widthOf: (runs: readonly Run[]) => Steps<number>,
  clock: Clock,
): Promise<Run[]> {
  const runs = [first]
  const most = typeof repeats === 'number' ? repeats : (repeats.most ?? MOST)
  const width = typeof repeats === 'number' ? 0 : repeats.width
  let longest = 0
  while (runs.length <= most && (clock.left ?? Number.POSITIVE_INFINITY) > longest && !track.signal.aborted) {
    if (width > 0 && (await inPieces(widthOf(runs), track)) <= width) break
    const began = clock.seconds
    const next = await unlessOver(repeated(track, first.chosen, runs.length), track.signal)
    if (next === undefined) break
    runs.push(next)
    longest = Math.max(longest, clock.seconds - began)
  }
  return runs
}

/** A repeat that was cut short is none; other faults are faults. */
async function unlessOver(repeat: Promise<Run>, signal: AbortSignal): Promise<Run | undefined> {
  try {
    return await repeat
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}
