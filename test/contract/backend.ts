import type { BackendCase } from './api.ts'
import { formulas } from './cases/formulas.ts'
import { denseRuns, goldenRuns, layersRuns } from './cases/golden.ts'
import { initial } from './cases/initial.ts'
import { inputs } from './cases/inputs.ts'
import { interruptions } from './cases/interruptions.ts'
import { denseNetworks, layers } from './cases/layers.ts'
import { populations } from './cases/populations.ts'
import { predictions } from './cases/predictions.ts'
import { runs } from './cases/runs.ts'
import { schedules } from './cases/schedules.ts'
import { wide } from './cases/wide.ts'

/**
 * What every backend must do: the one suite for all of them. It needs no test runner, so vitest runs it in Node (backend.test.ts)
 * and a page runs it in a browser (test/browser). Losses and weights are compared within close.ts's FLOAT32 unless a case says otherwise.
 */
export const backendCases: readonly BackendCase[] = [
  ...goldenRuns,
  ...denseRuns,
  ...formulas,
  ...denseNetworks,
  ...initial,
  ...populations,
  ...schedules,
  ...predictions,
  ...runs,
  ...interruptions,
  ...wide,
  ...inputs,
]

/** Of layers beside dense ones, and of updates that need the gradient of the whole network first: in Node only, where both backends run them. */
export const layerCases: readonly BackendCase[] = [...layersRuns, ...layers]
