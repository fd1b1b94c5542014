/**
 * Which outputs dropout kept, seen in which weights moved. Row r of the data is 1 in column r alone, so the weight from column r to a
 * unit moves in the step that visits row r, and only if that unit was kept there.
 */

import type { Member, Population, Topology } from '../../src/core/population.ts'
import { resolveMember, resolveTopology } from '../../src/core/resolve.ts'
import type { Backend } from '../contract/api.ts'
import { at, expectSame } from './close.ts'
import { dropoutKeeps } from './oraclePass.ts'

const SEEDS = [0, 7, 2 ** 32 - 1]
const EPOCHS = [0, 1, 5]
const UNITS = 37
/** Every kept weight moves by about 1e-3, and the losses stay near 100. */
const RATE = 1e-4

interface Probe {
  readonly topology: Topology
  readonly members: readonly Member[]
  /** The layer whose outputs are dropped. */
  readonly layer: number
  readonly rows: number
  readonly rate: number
}

function probe(layer: number, rows: number, batchSize: number, dropout: number): Probe {
  const widths = [...Array.from({ length: layer }, () => rows), UNITS, 1]
  const topology = resolveTopology({ inputSize: rows, units: widths, loss: 'meanSquaredError', batchSize })
  const identity = Float32Array.from({ length: rows * rows }, (_, i) => (i % (rows + 1) === 0 ? 1 : 0))
  const initialWeights = widths.map((units, l) => {
    const kernel = l < layer ? identity : new Float32Array((l === 0 ? rows : (widths[l - 1] ?? 0)) * units).fill(0.5)
    return [kernel, new Float32Array(units)]
  })
  const members = SEEDS.map((seed) => {
    const layers = widths.map((_, l) => (l === layer ? { dropout } : {}))
    return resolveMember({ layers, optimizer: { name: 'sgd', learningRate: RATE }, shuffle: false, seed }, topology, initialWeights)
  })
  return { topology, members, layer, rows, rate: dropout }
}

const PROBES: readonly Probe[] = [
  // Whole batches and a rest, so the step and the row in it are seen to count.
  probe(0, 21, 8, 0.5),
  probe(0, 13, 1, 0.25),
  // Below another layer the weights of a later step are not those the rows were made for: one step.
  probe(1, 19, 19, 0.4),
]

/** Throws unless the backend drops what core's stream of randomness says: for every row, step, epoch, layer and seed of the probes. */
export async function checkDropoutMasks(backend: Backend): Promise<void> {
  for (const { topology, members, layer, rows, rate } of PROBES) {
    const eye = Float32Array.from({ length: rows * rows }, (_, i) => (i % (rows + 1) === 0 ? 1 : 0))
    const population: Population = { topology, members }
    const session = await backend.createSession(population, { train: { features: eye, targets: new Float32Array(rows).fill(-1), rows } })
    try {
      const before = await Promise.all(members.map((_, m) => session.readState(m)))
      for (const firstEpoch of EPOCHS) {
        for (const [m, state] of before.entries()) await session.writeState(m, state)
        await session.train({ members: members.map((_, m) => m), firstEpoch, learningRates: members.map(() => [RATE]) })
        for (const [m, member] of members.entries()) {
          const { parameters } = await session.readState(m)
          const kernel = layer * (rows * rows + rows)
          const moved = Array.from({ length: rows * UNITS }, (_, i) =>
            Number(at(parameters, kernel + i) !== at(before[m]?.parameters ?? [], kernel + i)),
          )
          const kept = Array.from({ length: rows }, (_, row) => {
            const step = Math.floor(row / topology.batchSize)
            return dropoutKeeps(member.seed, rate, layer, { epoch: firstEpoch, step }, row % topology.batchSize, UNITS).map(Number)
          }).flat()
          expectSame(moved, kept, `outputs kept in layer ${layer}, epoch ${firstEpoch}, ${rows} rows, seed ${member.seed}`)
        }
      }
    } finally {
      await session.dispose()
    }
  }
}
