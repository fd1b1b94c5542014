import type { BackendCase } from './api.ts'
import { augmentCases } from './cases/augment.ts'
import { blocks } from './cases/blocks.ts'
import { formulas, oneOfEachKind } from './cases/formulas.ts'
import { denseRuns, goldenRuns, layersRuns } from './cases/golden.ts'
import { initial } from './cases/initial.ts'
import { inputs } from './cases/inputs.ts'
import { interruptions } from './cases/interruptions.ts'
import { denseNetworks, laterKinds, layers } from './cases/layers.ts'
import { populations } from './cases/populations.ts'
import { predictions } from './cases/predictions.ts'
import { recurrent } from './cases/recurrent.ts'
import { runs } from './cases/runs.ts'
import { schedules } from './cases/schedules.ts'
import { wide } from './cases/wide.ts'
import { windows, windowUpdates } from './cases/windows.ts'

/**
 * What every backend must do: the one suite for all of them. It needs no test runner, so vitest runs it in Node (backend.test.ts)
 * and a page runs it in a browser (test/browser). Losses and weights are compared within close.ts's FLOAT32 unless a case says otherwise.
 */

/** What is computed: it hangs on the kernels alone, whoever calls them. */
const computed: readonly BackendCase[] = [...goldenRuns, ...denseRuns, ...formulas, ...laterKinds, ...initial, ...wide]

/** What hangs on who calls the kernels: this thread, a worker, several, a page. */
export const sessionCases: readonly BackendCase[] = [...populations, ...schedules, ...predictions, ...runs, ...interruptions, ...inputs]

export const backendCases: readonly BackendCase[] = [...computed, ...sessionCases]

/**
 * For a second compiler of the same WebGPU kernels: all cases but those of `formulas` that differ from one another, or from a golden run, in numbers or in which
 * known branches come together.
 */
export const compilerCases: readonly BackendCase[] = [...goldenRuns, ...oneOfEachKind, ...laterKinds, ...initial, ...wide, ...sessionCases]

/** Of layers beside dense ones, of updates that need the whole gradient first, and more networks of each kind: in Node only, where both backends run them. */
export const layerCases: readonly BackendCase[] = [
  ...layersRuns,
  ...layers,
  ...blocks,
  ...recurrent,
  ...denseNetworks,
  ...windows,
  ...windowUpdates,
  ...augmentCases,
]
