// Groups the runs of a batch into populations that can train together.

import { type Inputs, withEmbeddings, withInputs } from '../core/inputs.ts'
import { splitSpec } from '../core/resolve.ts'
import type { MemberSpec, TopologySpec, TrainSpec } from '../core/spec.ts'
import type { Checkpoint } from '../train/result.ts'
import type { Repeat } from './repeats.ts'

/** One training of one configuration in progress. */
export interface Run {
  /** Number of its trial. */
  readonly trial: number
  readonly topology: TopologySpec
  readonly member: MemberSpec
  readonly fold: number
  /** Epochs it trains if nothing stops it. */
  readonly epochs: number
  /** Its state; undefined before its first epoch. */
  checkpoint: Checkpoint | undefined
  /** Epochs done, including parts of one, for display. */
  done: number
  /** Whether it has stopped training: all its epochs are done, or something in its spec has stopped it. */
  ended: boolean
  /** Why it cannot go on. */
  failure: Error | undefined
}

/** @param inputs what a row of the repeat's fold is */
export function createRun(trial: number, spec: TrainSpec, { seed, fold }: Repeat, inputs: Inputs): Run {
  const { topology, member } = splitSpec(withEmbeddings(spec, inputs))
  return {
    trial,
    topology: withInputs(topology, inputs),
    member: { ...member, seed },
    fold,
    epochs: spec.epochs ?? 1,
    checkpoint: undefined,
    done: 0,
    ended: false,
    failure: undefined,
  }
}

/** Runs that can train as one population: same topology, same data, same number of epochs done. In the order of their first runs. */
export function groupRuns(runs: readonly Run[]): Run[][] {
  const groups = new Map<string, Run[]>()
  for (const run of runs) {
    const { inputSize, inputShape, units, layers, loss, batchSize } = run.topology
    const key = JSON.stringify([inputSize, inputShape, units, layers, loss, batchSize, run.fold, run.checkpoint?.epoch ?? 0])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [run])
    else group.push(run)
  }
  return [...groups.values()]
}
