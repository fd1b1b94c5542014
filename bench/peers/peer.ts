// What a peer must offer to be timed.

import { mean } from 'simple-statistics'
import { firstRows, type Parts } from '../data.ts'
import { steps, type Trial, type Workload } from '../workloads.ts'
import { type Arrays, arraysOf } from './arrays.ts'

/** A workload for a peer, to be trained in as many parts as there are rounds. */
export interface Subject {
  readonly workload: Workload
  readonly data: Parts
  readonly rounds: number
}

export interface Run {
  /** What it trains; fewer than the workload's where the rest is taken to last as long. */
  readonly trials: readonly Trial[]
  /** Trains the next part; answers the seconds the workload's whole work would take at this speed. */
  trainPart(): Promise<number>
  /** Mean test accuracy of its networks; undefined where there is nothing to compare. */
  accuracy(): Promise<number | undefined>
  dispose(): Promise<void>
}

export type StartRun = (subject: Subject) => Promise<Run>

/** A network of another library, or several that it trains as one. It goes over its rows again and again, in order. */
export interface Network {
  /** Trains the next `count` batches and waits for the last; answers the seconds it took. */
  train(count: number): Promise<number>
  /** Mean over its networks. */
  accuracy(): Promise<number>
  dispose(): unknown
}

/** Networks of one batch size, and what they train and are tested on. */
export interface Group {
  readonly trials: readonly [Trial, ...Trial[]]
  readonly train: Arrays
  readonly test: Arrays
}

export type OpenNetwork = (group: Group) => Promise<Network>

export type Grouping = (trials: readonly Trial[]) => readonly (readonly [Trial, ...Trial[]])[]

export const eachAlone: Grouping = (trials) => trials.map((trial) => [trial])

export const byBatchSize: Grouping = (trials) => {
  const groups = new Map<number, [Trial, ...Trial[]]>()
  for (const trial of trials) {
    const group = groups.get(trial.batchSize)
    if (group === undefined) groups.set(trial.batchSize, [trial])
    else group.push(trial)
  }
  return [...groups.values()]
}

export function groupOf(trials: readonly [Trial, ...Trial[]], { workload, data, rounds }: Subject): Group {
  const outputs = trials[0].widths.at(-1) ?? 1
  const train = arraysOf(firstRows(data.train, workload.comparison(rounds).rows), outputs)
  return { trials, train, test: arraysOf(data.test, outputs) }
}

/** How many of the comparison's steps a round trains. */
export function stepsOfRound(trial: Trial, { workload, rounds }: Subject, round: number): number {
  const total = steps(trial, workload.comparison(rounds))
  const until = (end: number): number => Math.floor((total * end) / rounds)
  return until(round + 1) - until(round)
}

/** Runs a workload by networks trained one after the other. */
export function runOf(open: OpenNetwork, grouping: Grouping): StartRun {
  return async (subject) => {
    const { workload } = subject
    const networks: { readonly trials: readonly [Trial, ...Trial[]]; readonly network: Network }[] = []
    for (const trials of grouping(workload.trials)) networks.push({ trials, network: await open(groupOf(trials, subject)) })
    let round = 0
    return {
      trials: workload.trials,
      async trainPart() {
        let seconds = 0
        for (const { trials, network } of networks) {
          const count = stepsOfRound(trials[0], subject, round)
          seconds += ((await network.train(count)) / count) * steps(trials[0], workload.work)
        }
        round++
        return seconds
      },
      async accuracy() {
        const accuracies: number[] = []
        for (const { trials, network } of networks) {
          const accuracy = await network.accuracy()
          accuracies.push(...trials.map(() => accuracy))
        }
        return mean(accuracies)
      },
      async dispose() {
        for (const { network } of networks) await network.dispose()
      },
    }
  }
}
