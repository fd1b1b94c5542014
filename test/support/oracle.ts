/**
 * A network trained by plain loops in float64: what every backend is compared with. It shares core's names,
 * layout, random stream and schedules with the engine, and none of its arithmetic.
 */

import { parameterLayout } from '../../src/core/layout.ts'
import type { Member, Topology } from '../../src/core/population.ts'
import { permutation } from '../../src/core/random.ts'
import { scheduledRate } from '../../src/core/schedules.ts'
import { at } from './close.ts'
import { rowClass } from './oracleLosses.ts'
import { type BatchResult, batchGradient, type OracleExamples, type OracleWeights, rowTargets, splitWeights } from './oracleNetwork.ts'
import { optimizerOracle } from './oracleOptimizers.ts'

/** Sample weight times class weight, of a training row. */
function trainingWeight(topology: Topology, member: Member, examples: OracleExamples, row: number): number {
  const sample = examples.sampleWeights === undefined ? 1 : at(examples.sampleWeights, row)
  return sample * (member.classWeights === undefined ? 1 : at(member.classWeights, rowClass(rowTargets(examples, row, topology))))
}

export interface OracleRun {
  readonly stepLosses: number[]
  /** One entry an epoch. */
  readonly loss: number[]
  readonly accuracy: number[]
  /** Flat parameters at the end of each epoch, and the state beside them. */
  readonly epochs: Float64Array[]
  readonly states: Float64Array[]
  /** The last of each. */
  readonly parameters: Float64Array
  readonly state: Float64Array
}

/** Trains for `learningRates.length` epochs, by default for the member's own epochs at its schedule's rates. */
export function trainOracle(
  topology: Topology,
  member: Member,
  initial: OracleWeights,
  examples: OracleExamples,
  learningRates: readonly number[] = Array.from({ length: member.epochs }, (_, epoch) =>
    scheduledRate(member.optimizer.learningRate, member.learningRateSchedule, epoch, member.epochs),
  ),
): OracleRun {
  const layout = parameterLayout(topology)
  const { parameters, state } = splitWeights(initial, layout)
  const update = optimizerOracle(member.optimizer, layout)
  const run: OracleRun = { stepLosses: [], loss: [], accuracy: [], epochs: [], states: [], parameters, state }
  for (const [epoch, rate] of learningRates.entries()) {
    const order = member.shuffle ? permutation(member.seed, epoch, examples.rows) : Uint32Array.from({ length: examples.rows }, (_, i) => i)
    let loss = 0
    let accuracy = 0
    for (let step = 0; step * topology.batchSize < examples.rows; step++) {
      const rows = order.subarray(step * topology.batchSize, (step + 1) * topology.batchSize)
      const weights = Array.from(rows, (row) => trainingWeight(topology, member, examples, row))
      const batch = batchGradient(topology, member, parameters, examples, rows, weights, { epoch, step }, state)
      run.stepLosses.push(batch.loss)
      loss += (batch.loss * rows.length) / examples.rows
      accuracy += (batch.accuracy * rows.length) / examples.rows
      update(parameters, batch.gradient, rate)
    }
    run.loss.push(loss)
    run.accuracy.push(accuracy)
    run.epochs.push(parameters.slice())
    run.states.push(state.slice())
  }
  return run
}

/** Loss, accuracy and outputs of all rows, dropout off and class weights unused. */
export function evaluateOracle(
  topology: Topology,
  member: Member,
  parameters: Float64Array,
  examples: OracleExamples,
  state?: Float64Array,
): BatchResult {
  const rows = Array.from({ length: examples.rows }, (_, i) => i)
  const weights = examples.sampleWeights ?? rows.map(() => 1)
  return batchGradient(topology, member, parameters, examples, rows, weights, undefined, state)
}
