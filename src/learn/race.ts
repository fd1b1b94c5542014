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
 */
export async function trainNetworks(track: Track, group: NetworkGroup, turn: number, firstCandidate: number): Promise<void> {
  const { problem, inputs, backend, signal } = track
  const folds = problem.folds.length
  const heat = folds > 2 ? turn % folds : undefined
  const collected = group.settings.map(() => POINTS.map(() => new Collected(problem)))
  let racing = group.settings.map((_, i) => i)
  const order = heat === undefined ? [...problem.folds.keys()] : [heat, ...[...problem.folds.keys()].filter((fold) => fold !== heat)]
  for (const fold of order) {
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
    for (const { member, point, predicted, model } of snapshots)
      at(at(collected, at(racing, member)), point).add(fold, predicted, { preparation, model })
    if (fold === heat) racing = winners(problem, heat, collected, racing, Math.ceil(group.settings.length / 2))
  }
  for (const i of racing) {
    const described = { ...group.described, ...at(group.settings, i) }
    const points = at(collected, i).map((own, point) => ({
      collected: own,
      settings: { ...described, epochs: Math.round(group.shape.epochs * at(POINTS, point)) },
    }))
    const loss = keepBest(track, points, { kind: 'network', candidate: firstCandidate + i, unfit: heat })
    track.library.tried.push({ settings: described, loss })
  }
}

/** The candidates whose best point is best on the heat's rows. */
function winners(
  problem: Problem,
  heat: number,
  collected: readonly (readonly Collected[])[],
  racing: readonly number[],
  count: number,
): number[] {
  const rows = choosingOf(problem, (judge) => judge === heat)
  const losses = racing.map((i) => Math.min(...at(collected, i).map(({ predicted }) => orInfinite(meanLoss(rows, predicted)))))
  return [...racing.keys()]
    .sort((a, b) => at(losses, a) - at(losses, b))
    .slice(0, count)
    .map((k) => at(racing, k))
    .sort((a, b) => a - b)
}

const orInfinite = (loss: number): number => (Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY)
