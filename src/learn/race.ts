/** Trains groups of networks on the folds of a problem, those that lose a heat no further, and puts what they come to into the library. */

import { at } from '../core/at.ts'
import type { NetworkGroup } from './candidates.ts'
import { choosingOf } from './library.ts'
import { trainFold } from './networks.ts'
import type { Problem } from './problem.ts'
import { meanLoss } from './select.ts'
import { Collected, inPieces, keepBest, seedOf, type Track } from './track.ts'

/** Points of a network's training at which it may answer: it stops early where that is better for rows that judge it not. */
const POINTS = [0.12, 0.25, 0.5, 0.75, 1]
/**
 * A group of networks. All are trained on one fold, the heat; the better half goes on to the others. The rows of the heat then judge none of them.
 * @param turn which fold the heat is
 * @returns false where the heat showed that none is worth going on with
 */
export async function trainNetworks(track: Track, group: NetworkGroup, turn: number, firstCandidate: number): Promise<boolean> {
  const { problem, inputs, backend, signal, clock } = track
  const folds = problem.folds.length
  const heat = folds > 2 ? turn % folds : undefined
  const collected = group.settings.map(() => POINTS.map(() => new Collected(problem)))
  let racing = group.settings.map((_, i) => i)
  const order = heat === undefined ? [...problem.folds.keys()] : [heat, ...[...problem.folds.keys()].filter((fold) => fold !== heat)]
  for (const fold of order) {
    const began = clock.seconds
    const own = await inPieces(inputs.steps(group.shape.encoding, fold), track)
    const snapshots = await trainFold(
      backend,
      problem,
      own,
      group.shape,
      racing.map((i) => at(group.settings, i)),
      racing.map((i) => seedOf(track.seed, firstCandidate + i, fold)),
      POINTS,
      signal,
    )
    await track.pause()
    const { preparation } = own
    for (const { member, point, predicted, variances, model } of snapshots)
      at(at(collected, at(racing, member)), point).add(fold, predicted, () => ({ preparation, model }), variances)
    if (fold !== heat) continue
    const best = winners(problem, heat, collected, racing)
    if (isBeaten(track, heat, best.loss)) return false
    const each = ((clock.seconds - began) / racing.length) * (folds - 1)
    racing = best.racing(Math.min(goingOn(racing.length), Math.floor(((clock.left ?? Number.POSITIVE_INFINITY) * OF_THE_TIME) / each)))
    if (racing.length === 0) return false
  }
  for (const i of racing) {
    const described = { ...group.described, ...at(group.settings, i) }
    const points = at(collected, i).map((own, point) => ({
      collected: own,
      settings: { ...described, epochs: Math.round(group.shape.epochs * at(POINTS, point)) },
      again: { of: 'network', shape: group.shape, settings: at(group.settings, i), point: at(POINTS, point) } as const,
    }))
    const loss = keepBest(track, points, { kind: 'network', candidate: firstCandidate + i, unfit: heat })
    track.library.tried.push({ settings: described, loss })
  }
  return true
}

/** How many go on after the heat: about half, two by two, for so they are shared evenly by two threads. */
export const goingOn = (count: number): number => Math.min(count, 2 * Math.ceil(count / 4))

/** Of the time that is left after a heat, what the other folds may take by what the heat took: a group that does not come to its end is lost. */
const OF_THE_TIME = 0.85

/** A group that is this much worse on the heat's rows than a network on them before gets no further: other shapes suit the table better. */
const BEATEN = 1.4

/** Whether the heat says so; of few rows it says little. */
function isBeaten({ problem, library }: Track, heat: number, loss: number): boolean {
  const rows = choosingOf(problem, (judge) => judge === heat)
  if (rows.rows.length < LEAST_TELLING) return false
  const others = library.entries.filter(({ kind }) => kind === 'network').map(({ predicted }) => meanLoss(rows, predicted))
  return loss > BEATEN * Math.min(...others)
}

const LEAST_TELLING = 200

/** So many candidates whose best point is best on the heat's rows, and the least loss there. */
function winners(
  problem: Problem,
  heat: number,
  collected: readonly (readonly Collected[])[],
  racing: readonly number[],
): { racing: (count: number) => number[]; loss: number } {
  const rows = choosingOf(problem, (judge) => judge === heat)
  const losses = racing.map((i) => Math.min(...at(collected, i).map(({ predicted }) => orInfinite(meanLoss(rows, predicted)))))
  const order = [...racing.keys()].sort((a, b) => at(losses, a) - at(losses, b)).map((k) => at(racing, k))
  return { racing: (count) => order.slice(0, count).sort((a, b) => a - b), loss: Math.min(...losses) }
}

const orInfinite = (loss: number): number => (Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY)
