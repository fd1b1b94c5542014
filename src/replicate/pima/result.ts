// The results of a replication of the Pima study.

import type { ParamValue } from '../../study/space/distributions.ts'
import type { Curves } from '../curves.ts'
import type { PimaExperiment, Reading, Scaling } from './protocol.ts'

/** One value of an experiment. */
export interface PimaRow {
  readonly value: string
  readonly params: Readonly<Record<string, ParamValue>>
  /** One per seed; none if a network diverged, see `failure`. */
  readonly repeats: readonly Curves[]
  readonly failure: string | undefined
}

/** One experiment on one kind of features: one row per value. */
export interface PimaResult {
  readonly experiment: PimaExperiment
  readonly scaling: Scaling
  /** Of the networks, where the experiment does not vary it. */
  readonly optimizer: Reading
  readonly rows: readonly PimaRow[]
}
