/** The peer PyTorch, in processes of its own (pytorch.py), from wherever `ask` reaches them. */

import { initialWeights } from '../weights.ts'
import { steps } from '../workloads.ts'
import type { Arrays } from './arrays.ts'
import { eachAlone, type Group, groupOf, type Network, type OpenNetwork, runOf, type StartRun, stepsOfRound } from './peer.ts'

/** A question to one of the processes, numbered from 0, each with what it answers: see pytorch.py. */
export type AskTorch = (process: number, message: object) => Promise<unknown>

const WARM_UP_STEPS = 20

function base64(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  let text = ''
  for (let at = 0; at < bytes.length; at += 2 ** 15) text += String.fromCharCode(...bytes.subarray(at, at + 2 ** 15))
  return btoa(text)
}

const encoded = ({ features, targets }: Arrays): string[] => [base64(features), base64(targets)]

/** @param threads of one network */
function torchNetworks(ask: AskTorch, threads: number, process = 0): OpenNetwork {
  return async ({ trials: [trial], train, test }: Group) => {
    const id = crypto.randomUUID()
    const weights = initialWeights(trial).map((layer) => layer.map(base64))
    const message = { open: id, trial, threads, weights, train: encoded(train), test: encoded(test) }
    const network: Network = {
      train: async (count) => ((await ask(process, { train: id, steps: count })) as { seconds: number }).seconds,
      accuracy: async () => ((await ask(process, { accuracy: id })) as { accuracy: number }).accuracy,
      dispose: () => ask(process, { close: id }),
    }
    await ask(process, message)
    await network.train(WARM_UP_STEPS)
    // The same name: what was trained is forgotten.
    await ask(process, message)
    return network
  }
}

/** The first two trials side by side, each in a process of its own on one thread; the others are taken to last as long. */
function twoProcesses(ask: AskTorch): StartRun {
  return async (subject) => {
    const { trials, work } = subject.workload
    const pair = eachAlone(trials).slice(0, 2)
    const networks = await Promise.all(pair.map((group, process) => torchNetworks(ask, 1, process)(groupOf(group, subject))))
    let round = 0
    return {
      trials: pair.flat(),
      async trainPart() {
        const [trial] = trials
        const count = stepsOfRound(trial, subject, round++)
        const seconds = await Promise.all(networks.map((network) => network.train(count)))
        return (Math.max(...seconds) / count) * steps(trial, work) * (trials.length / pair.length)
      },
      async accuracy() {
        const accuracies = await Promise.all(networks.map((network) => network.accuracy()))
        return accuracies.reduce((sum, one) => sum + one, 0) / accuracies.length
      },
      dispose: async () => void (await Promise.all(networks.map((network) => network.dispose()))),
    }
  }
}

export function torchRun(ask: AskTorch): StartRun {
  return (subject) => {
    const { threads, trials, timed } = subject.workload
    if (timed === 'epoch' && trials.length > 1) return twoProcesses(ask)(subject)
    return runOf(torchNetworks(ask, trials.length === 1 ? threads : 1), eachAlone)(subject)
  }
}
