import type { Backend, FitResult, FitSpec, fit, fitPopulation } from 'espalier'
import type { Weights } from '../../src/core/layout.ts'
import { taskOf } from '../../src/core/losses.ts'
import type { Examples, Member, Topology } from '../../src/core/population.ts'
import { resolveMember, resolveTopology, splitSpec } from '../../src/core/resolve.ts'
import { type TrainSpec, trainSpecSchema } from '../../src/core/spec.ts'
import { parseSpec } from '../../src/core/validate.ts'
import { expectClose, FLOAT32, type Tolerance } from '../support/close.ts'
import { evaluateOracle, type OracleRun, trainOracle } from '../support/oracle.ts'
import { flatWeights } from '../support/oracleNetwork.ts'
import { makeWeights } from '../support/problems.ts'

/** The functions of the package that the suite calls: handed in, so a web page can hand in its own bundle's. */
export interface Api {
  readonly fit: typeof fit
  readonly fitPopulation: typeof fitPopulation
}

/** One thing every backend must do. `run` throws where it does not; it uses no test runner. */
export interface BackendCase {
  readonly name: string
  run(backend: Backend, api: Api): Promise<void>
}

export type { Backend, FitResult, FitSpec }

/** A result's parameters, then its state, each in core's flat order. */
const flatState = ({ checkpoint: { state } }: FitResult): Float32Array => Float32Array.from([...state.parameters, ...(state.state ?? [])])

export interface Data {
  readonly train: Examples
  readonly test?: Examples
}

export function resolveSpec(spec: TrainSpec): { topology: Topology; member: Member } {
  const split = splitSpec(parseSpec(trainSpecSchema, spec))
  const topology = resolveTopology(split.topology)
  return { topology, member: resolveMember(split.member, topology) }
}

/** Every parameter of a result, one layer after the other. */
export const flat32 = (weights: Weights): Float32Array => Float32Array.from(flatWeights(weights))

/** What float64 comes to: the initial weights, the run, and the test rows' loss and accuracy after each epoch. */
interface Oracle {
  readonly initialWeights: Weights
  readonly run: OracleRun
  readonly tested: readonly { readonly loss: number; readonly accuracy: number }[]
}

/** By the data, then by what else it hangs on: every backend that is compared with it on the same data has the same. */
const oracles = new WeakMap<Data, Map<string, Oracle>>()

function oracleOf(spec: TrainSpec, data: Data, seed: number, gain: number): Oracle {
  const ofData = oracles.get(data) ?? new Map<string, Oracle>()
  oracles.set(data, ofData)
  const key = JSON.stringify([spec, seed, gain])
  const known = ofData.get(key)
  if (known !== undefined) return known
  const { topology, member } = resolveSpec(spec)
  const initialWeights = makeWeights(topology, seed, gain)
  const run = trainOracle(topology, member, initialWeights, data.train)
  const { test } = data
  const tested =
    test === undefined ? [] : run.epochs.map((parameters, i) => evaluateOracle(topology, member, parameters, test, run.states[i]))
  const oracle = { initialWeights, run, tested }
  ofData.set(key, oracle)
  return oracle
}

/**
 * Trains a spec on the backend and in float64, from the same weights, and compares every step's loss, the epochs' losses and accuracies,
 * the final weights, and the test rows' loss and accuracy.
 */
export async function expectOracle(
  backend: Backend,
  api: Api,
  spec: TrainSpec,
  data: Data,
  { seed = 17, gain = 1, tolerance = FLOAT32 }: { seed?: number; gain?: number; tolerance?: Tolerance } = {},
): Promise<{ result: FitResult; run: OracleRun }> {
  const { topology } = resolveSpec(spec)
  const { initialWeights, run, tested } = oracleOf(spec, data, seed, gain)
  const result = await api.fit(backend, { ...spec, initialWeights, recordStepLosses: true }, data)
  const final = [...run.parameters, ...run.state]
  const { history } = result
  expectClose(history.stepLosses ?? [], run.stepLosses, 'stepLosses', tolerance)
  expectClose(history.loss, run.loss, 'loss', tolerance)
  if (taskOf(topology.loss) !== 'regression') expectClose(history.accuracy, run.accuracy, 'accuracy', tolerance)
  expectClose(flatState(result), final, 'weights', tolerance)
  if (data.test !== undefined) {
    expectClose(
      history.testLoss ?? [],
      tested.map(({ loss }) => loss),
      'testLoss',
      tolerance,
    )
    if (taskOf(topology.loss) !== 'regression') {
      expectClose(
        history.testAccuracy ?? [],
        tested.map(({ accuracy }) => accuracy),
        'testAccuracy',
        tolerance,
      )
    }
  }
  return { result, run }
}
