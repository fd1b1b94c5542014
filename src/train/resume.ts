/** Checks that members can continue from given checkpoints. */

import { InvalidSpecError } from '../core/errors.ts'
import { parameterLayout } from '../core/layout.ts'
import { classesOf, isOfClass } from '../core/metrics.ts'
import type { MetricName } from '../core/names.ts'
import { type Optimizer, slotCount, stateOptionsOf } from '../core/optimizers.ts'
import type { Population } from '../core/population.ts'
import { isObject, shown } from '../core/shown.ts'
import type { Checkpoint } from './result.ts'

/** What is recorded of every epoch. */
export interface Recorded {
  readonly test: boolean
  readonly metrics: readonly MetricName[]
  readonly stepLosses: boolean
}

/** @throws InvalidSpecError */
export function checkResume(resume: readonly Checkpoint[] | undefined, { topology, members }: Population, recorded: Recorded): void {
  if (resume === undefined) return
  if (!Array.isArray(resume)) throw new InvalidSpecError(`resume is ${shown(resume)}; it must be an array of checkpoints, one a member`)
  if (resume.length !== members.length)
    throw new InvalidSpecError(`resume holds ${resume.length} checkpoints; it must be ${members.length}, one a member`)
  const { parameters, stateSize } = parameterLayout(topology)
  members.forEach(({ optimizer }, i) => {
    const checkpoint = resume[i]
    checkShape(checkpoint, i)
    const { state } = checkpoint
    const slots = slotCount(optimizer)
    if (checkpoint.optimizer !== optimizer.name) {
      throw new InvalidSpecError(`resume[${i}] was made by ${checkpoint.optimizer}; the member's optimizer is ${optimizer.name}`)
    }
    if (state.parameters.length !== parameters) {
      throw new InvalidSpecError(`resume[${i}] holds ${state.parameters.length} parameters; the network has ${parameters}`)
    }
    if (state.slots.length !== slots || state.slots.some((slot) => slot.length !== parameters)) {
      throw new InvalidSpecError(
        `resume[${i}] holds ${state.slots.length} arrays of optimizer state; ${optimizer.name} keeps ${slots}, of ${parameters} numbers`,
      )
    }
    checkOptions(checkpoint, optimizer, i)
    if ((state.state?.length ?? 0) !== stateSize) {
      throw new InvalidSpecError(`resume[${i}] holds ${state.state?.length ?? 0} numbers of state; the network has ${stateSize}`)
    }
    if (checkpoint.best !== undefined && checkpoint.best.parameters.length !== parameters) {
      throw new InvalidSpecError(`resume[${i}].best holds ${checkpoint.best.parameters.length} parameters; the network has ${parameters}`)
    }
    checkHistory(checkpoint, i, recorded)
  })
  const epochs = new Set(resume.map(({ epoch }) => epoch))
  if (epochs.size > 1) throw new InvalidSpecError(`resume holds checkpoints of epochs ${[...epochs].join(', ')}; they must be of one epoch`)
}

/** As many arrays may be of other things, and an update is due after as many batches as the optimizer says. */
function checkOptions({ stateOptions, state: { pending = 0 } }: Checkpoint, optimizer: Optimizer, i: number): void {
  const list = (names: readonly string[]): string => (names.length === 0 ? 'none of these' : names.join(' and '))
  const own = stateOptionsOf(optimizer)
  if (stateOptions !== undefined && stateOptions.join() !== own.join())
    throw new InvalidSpecError(
      `resume[${i}] holds optimizer state of ${optimizer.name} with ${list(stateOptions)}; the member's has ${list(own)}, for which it is no state`,
    )
  const { gradientAccumulationSteps: steps } = optimizer
  if (pending >= steps)
    throw new InvalidSpecError(
      `resume[${i}] holds the gradients of ${pending} batches that wait for an update; gradientAccumulationSteps is ${steps}, and must be more than those`,
    )
}

const isFloats = (values: unknown): boolean => values instanceof Float32Array
const SERIES = ['loss', 'accuracy', 'testLoss', 'testAccuracy', 'learningRate'] as const

/** A checkpoint that went through JSON has lost its arrays. */
function checkShape(checkpoint: unknown, i: number): asserts checkpoint is Checkpoint {
  const refuse = (what: string): never => {
    throw new InvalidSpecError(
      `resume[${i}] ${what}; it must be the checkpoint of a result, as it was or as toSafetensors and fromSafetensors kept it`,
    )
  }
  if (!isObject(checkpoint)) return refuse(`is ${shown(checkpoint)}`)
  const { state, history, best, epoch } = checkpoint
  if (!isObject(state) || !isFloats(state.parameters) || !Array.isArray(state.slots) || !state.slots.every(isFloats))
    return refuse('holds no state of Float32Arrays')
  if (!Number.isInteger(state.steps) || !Array.isArray(state.products)) return refuse('holds a state without steps or products')
  if (!isObject(history) || !SERIES.every((name) => Array.isArray(history[name])) || !isObject(history.testMetrics))
    return refuse('holds no history')
  if (best !== undefined && !(isObject(best) && isFloats(best.parameters))) return refuse('holds a best epoch without its parameters')
  if (!Number.isInteger(epoch)) return refuse(`is of epoch ${shown(epoch)}`)
}

/** A history continues only if every epoch records the same things: what was measured before is measured again, and nothing else. */
function checkHistory({ epoch, history }: Checkpoint, i: number, recorded: Recorded): void {
  const { loss, accuracy, learningRate, testLoss, testAccuracy, testMetrics, stepLosses } = history
  const refuse = (what: string): never => {
    throw new InvalidSpecError(`resume[${i}] ${what}`)
  }
  const lengths = new Set([epoch, loss.length, accuracy.length, learningRate.length])
  if (lengths.size > 1) refuse(`is of epoch ${epoch}, and its history is of ${loss.length} epochs; they must be of the same`)
  if (epoch === 0) return
  // The last epoch of a network that diverged is not tested.
  const tested = loss.filter((value) => Number.isFinite(value)).length
  const otherwise = 'give the same as before, or begin a new history: initialWeights in place of resume'
  if (![0, tested].includes(testLoss.length) || testAccuracy.length !== testLoss.length)
    refuse(`has ${testLoss.length} test losses of ${tested} epochs; they must be of all or of none`)
  if (tested > 0 && testLoss.length > 0 !== recorded.test) {
    const [had, has] = recorded.test ? ['without', 'with'] : ['with', 'without']
    refuse(`was trained ${had} test rows, and this would continue ${has} them, so that its history would have gaps; ${otherwise}`)
  }
  const before = Object.keys(testMetrics)
  const now: readonly string[] = recorded.metrics
  if (tested > 0 && (before.length !== new Set(now).size || !before.every((name) => now.includes(name)))) {
    const list = (names: readonly string[]): string => (names.length === 0 ? 'no metrics' : names.join(', '))
    refuse(`recorded ${list(before)}, and this would continue with ${list(now)}, so that its history would have gaps; ${otherwise}`)
  }
  if ((stepLosses !== undefined) !== recorded.stepLosses)
    refuse(
      `was trained ${stepLosses === undefined ? 'without' : 'with'} recordStepLosses, and this would continue ${recorded.stepLosses ? 'with' : 'without'} it, so that its history would have gaps; ${otherwise}`,
    )
}

/** Whether a history holds metrics that are of a class. */
const hasClassMetrics = ({ history }: Checkpoint): boolean => Object.keys(history.testMetrics).some(isOfClass)

/**
 * The class that a history's metrics are about, and that later ones must be about as well; undefined if it has none. Before 0.2 a checkpoint did not
 * name it: it was the second of two.
 */
export function resumedClass(
  resume: readonly Checkpoint[] | undefined,
  { topology }: Population,
): { readonly index: number | undefined } | undefined {
  const [first] = resume?.filter(hasClassMetrics) ?? []
  if (first === undefined) return undefined
  return { index: first.positiveClass ?? (classesOf(topology) === 2 ? 1 : undefined) }
}
