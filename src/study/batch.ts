// Runs one batch of trials from rung to rung until all of them have ended.

import { at } from '../core/at.ts'
import type { Inputs } from '../core/inputs.ts'
import type { TrainSpec } from '../core/spec.ts'
import type { Checkpoint } from '../train/result.ts'
import { ATTRIBUTE, recordedHistories } from './attributes.ts'
import type { StudyEvent } from './events.ts'
import { createRun, type Run } from './grouping.ts'
import type { CheckpointStore } from './journal/checkpoints.ts'
import type { StudyLog } from './log.ts'
import { measure, type Objective, seriesOf } from './objective.ts'
import { excessOf, nameOfConstraint, type OutcomeConstraint } from './outcomes.ts'
import type { Pruner } from './pruner/pruner.ts'
import type { Repeat } from './repeats.ts'
import { paramsFrom, withReplacement } from './replacing.ts'
import type { Params } from './space/distributions.ts'
import type { Trainer } from './trainer.ts'
import { isFinished, type Json, type StudyView, type Trial } from './trial.ts'

/** What the trials of a batch have in common. */
export interface BatchOptions {
  readonly specOf: (params: Params) => TrainSpec
  /** What a row is, by fold. */
  readonly inputs: readonly Inputs[]
  readonly repeats: readonly Repeat[]
  readonly objectives: readonly Objective[]
  readonly outcomeConstraints: readonly OutcomeConstraint[]
  readonly pruner: Pruner
  /** The most epochs of a trial, from which rungs are computed. */
  readonly maxEpochs: number
  /** Epochs between two intermediate values; rungs are reported as well. */
  readonly reportEvery: number
  readonly recordHistories: boolean
}

export interface BatchTools {
  readonly log: StudyLog
  readonly trainer: Trainer
  readonly checkpoints: CheckpointStore | undefined
  readonly signal: AbortSignal
  readonly view: () => StudyView
  readonly emit: (event: StudyEvent) => void
}

/** A trial that still trains, or could not start. */
interface Live {
  readonly number: number
  /** Epochs of its checkpoint, which was saved after that rung was judged; 0 if there is none. */
  readonly resumedAt: number
  runs: readonly Run[]
  readonly failure: Error | undefined
}

/**
 * Trains the trials of a batch, rung by rung. Everything it decides and writes is a function of the trials and their values, in trial order, and
 * what the journal holds already is not written again. So a batch that was interrupted anywhere ends as if it had not been.
 */
export async function runBatch(numbers: readonly number[], options: BatchOptions, tools: BatchTools): Promise<void> {
  const { log } = tools
  const { axis } = options.pruner
  const last = axis === 'epoch' ? options.maxEpochs : options.repeats.length
  const rungs = options.pruner.rungs(last)
  const live = await start(numbers, options, tools)
  for (const step of [...rungs, last]) {
    const going = live.filter(({ number }) => isOpen(number, options, log))
    if (going.every(({ number }) => isFinished(log.trial(number)))) break
    const runs = axis === 'epoch' ? going.flatMap((trial) => trial.runs) : going.flatMap((trial) => trial.runs.slice(0, step))
    const until = axis === 'epoch' ? step : Number.POSITIVE_INFINITY
    await tools.trainer.advance(runs, until, { signal: tools.signal, onProgress: () => emitProgress(numbers, live, tools) })
    await log.commit(() => {
      for (const trial of going) record(trial, step, options, log)
      if (step < last) decide(numbers, going, step, last, options, tools)
    })
    if (tools.checkpoints !== undefined && step < last) await keepCheckpoints(going, tools.checkpoints, log)
    emitStage(numbers, going, step, tools)
  }
  await dropCheckpoints(numbers, tools)
}

/** Whether a trial has to train here; a finished one only if others may have taken over from it. */
function isOpen(number: number, { pruner }: BatchOptions, log: StudyLog): boolean {
  const { state } = log.trial(number)
  return log.holds(number) || (pruner.replace !== undefined && (state === 'complete' || state === 'pruned'))
}

/** The open trials, at the epochs of their checkpoints. */
async function start(numbers: readonly number[], options: BatchOptions, { log, checkpoints }: BatchTools): Promise<Live[]> {
  const open = numbers.filter((number) => isOpen(number, options, log))
  const loaded = await Promise.all(open.map((number) => checkpoints?.load(log.checkpointKey(number))))
  // Taking over needs the other's network of exactly that rung; a store that has lost some is no use then.
  const usable = options.pruner.replace === undefined || loaded.every((kept) => kept !== undefined)
  return open.map((number, i) => {
    const kept = (usable ? loaded[i] : undefined) ?? []
    const resumedAt = Math.max(0, ...kept.map(({ epoch }) => epoch))
    try {
      return { number, resumedAt, runs: createRuns(number, paramsFrom(log.trial(number), resumedAt), kept, options), failure: undefined }
    } catch (error) {
      return { number, resumedAt, runs: [], failure: error instanceof Error ? error : new Error(String(error)) }
    }
  })
}

function createRuns(
  number: number,
  params: Params,
  checkpoints: readonly (Checkpoint | undefined)[],
  { specOf, inputs, repeats }: BatchOptions,
): Run[] {
  const spec = specOf(params)
  return repeats.map((repeat, i) => ({ ...createRun(number, spec, repeat, at(inputs, repeat.fold)), checkpoint: checkpoints[i] }))
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Records a trial's results at a step: its reports, and its end if it has ended. */
function record(
  { number, runs, failure }: Live,
  step: number,
  { objectives, outcomeConstraints, pruner, repeats, reportEvery, recordHistories }: BatchOptions,
  log: StudyLog,
): void {
  const reason = failure ?? runs.find((run) => run.failure !== undefined)?.failure
  if (reason !== undefined) {
    log.fail(number, reason)
    return
  }
  const metric = objectives[0]?.metric ?? ''
  if (pruner.axis === 'epoch') {
    for (const [epoch, value] of meanSeries(metric, runs)) {
      if (epoch % reportEvery === 0 || epoch === longest(runs)) log.report(number, epoch, value)
    }
    if (!runs.every((run) => run.ended || (run.checkpoint?.epoch ?? 0) >= run.epochs)) return
  } else {
    for (const [i, run] of runs.slice(0, step).entries()) log.report(number, i + 1, measure(metric, run))
    if (step < repeats.length) return
  }
  const values = runs.map((run) => objectives.map((objective) => measure(objective.metric, run)))
  log.setUserAttr(number, ATTRIBUTE.repeats, values)
  if (recordHistories && log.holds(number) && recordedHistories(log.trial(number)) === undefined)
    log.setTrialSystemAttr(number, ATTRIBUTE.histories, runs.map(historyOf))
  for (const constraint of outcomeConstraints) log.setConstraint(number, nameOfConstraint(constraint), excessOf(constraint, runs))
  log.finish(
    number,
    'complete',
    objectives.map((_, i) => mean(values.map((value) => value[i] ?? Number.NaN))),
  )
}

const longest = (runs: readonly Run[]): number => Math.max(...runs.map(({ checkpoint }) => checkpoint?.epoch ?? 0))

/** Mean over the repeats, by epochs done; a repeat that stopped early counts with its last value. */
function meanSeries(metric: string, runs: readonly Run[]): Map<number, number> {
  const series = runs.map(({ checkpoint }) => (checkpoint === undefined ? [] : (seriesOf(metric, checkpoint.history) ?? [])))
  const means = new Map<number, number>()
  if (series.some((values) => values.length === 0)) return means
  for (let epoch = 1; epoch <= longest(runs); epoch++)
    means.set(epoch, mean(series.map((values) => values[epoch - 1] ?? values.at(-1) ?? Number.NaN)))
  return means
}

function historyOf({ checkpoint }: Run): Json {
  const { loss = [], accuracy = [], testLoss = [], testAccuracy = [] } = checkpoint?.history ?? {}
  return { loss, accuracy, testLoss, testAccuracy }
}

/** The view as it was at a rung: without what the batch's trials have reported since, and how they ended. */
function viewAt(view: StudyView, numbers: readonly number[], step: number): { view: StudyView; batch: Trial[] } {
  const batch: Trial[] = []
  const trials = view.trials.map((trial): Trial => {
    const endedHere = trial.state === 'complete' && Math.max(...trial.intermediateValues.keys()) === step
    if (!numbers.includes(trial.number) || !trial.intermediateValues.has(step) || endedHere) return trial
    const params = paramsFrom(trial, step - 1)
    const intermediateValues = new Map([...trial.intermediateValues].filter(([reported]) => reported <= step))
    const then: Trial = { ...trial, params, state: 'running', values: undefined, datetimeComplete: undefined, intermediateValues }
    batch.push(then)
    return then
  })
  return { view: { ...view, trials }, batch }
}

/** What the pruner decides at a rung: which trials stop, and which continue from another's network. */
function decide(
  numbers: readonly number[],
  going: readonly Live[],
  step: number,
  steps: number,
  options: BatchOptions,
  { log, view }: BatchTools,
): void {
  const { pruner, objectives } = options
  const { view: seen, batch } = viewAt(view(), numbers, step)
  if (batch.length === 0) return
  const stopped = new Set(pruner.prune(seen, batch, step, steps))
  const metric = objectives[0]?.metric ?? ''
  for (const { number, runs } of going) {
    const trial = log.trial(number)
    if (!stopped.has(number) || isFinished(trial)) continue
    const values = (pruner.axis === 'epoch' ? runs : runs.slice(0, step)).map((run) => measure(metric, run))
    log.setUserAttr(
      number,
      ATTRIBUTE.repeats,
      values.map((value) => [value]),
    )
    log.finish(number, 'pruned', [pruner.axis === 'epoch' ? (trial.intermediateValues.get(step) ?? Number.NaN) : mean(values)])
  }
  const checkpoints = new Map(going.map(({ number, runs }) => [number, runs.map((run) => run.checkpoint)]))
  for (const replacement of pruner.replace?.(seen, batch, step, steps) ?? []) {
    const { number, from, params } = replacement
    const trial = going.find((one) => one.number === number)
    if (trial === undefined || step <= trial.resumedAt || trial.runs.some(({ checkpoint }) => checkpoint?.epoch !== step)) continue
    trial.runs = createRuns(number, params, checkpoints.get(from) ?? [], options)
    log.setUserAttr(number, ATTRIBUTE.replacements, withReplacement(log.trial(number), step, replacement))
  }
}

/** Saves what has not finished. */
async function keepCheckpoints(going: readonly Live[], checkpoints: CheckpointStore, log: StudyLog): Promise<void> {
  const unfinished = going.filter(({ number }) => log.holds(number))
  await Promise.all(
    unfinished.map(({ number, runs }) =>
      checkpoints.save(
        log.checkpointKey(number),
        runs.flatMap(({ checkpoint }) => checkpoint ?? []),
      ),
    ),
  )
}

async function dropCheckpoints(numbers: readonly number[], { checkpoints, log }: BatchTools): Promise<void> {
  const kept = new Set(await checkpoints?.keys())
  // A trial that has not ended is another worker's now, and so are its checkpoints.
  const ended = numbers.filter((number) => isFinished(log.trial(number)))
  const keys = ended.map((number) => log.checkpointKey(number)).filter((key) => kept.has(key))
  await Promise.all(keys.map((key) => checkpoints?.delete(key)))
}

const trialsOf = (numbers: readonly number[], log: StudyLog): Trial[] => numbers.map((number) => log.trial(number))

/** Epochs done of all epochs of a trial's repeats. */
function partDone({ runs }: Live): number {
  const total = runs.reduce((sum, { epochs }) => sum + epochs, 0)
  return total === 0 ? 1 : runs.reduce((sum, run) => sum + (run.ended ? run.epochs : run.done), 0) / total
}

function emitProgress(numbers: readonly number[], live: readonly Live[], { emit, log }: BatchTools): void {
  const parts = new Map(live.map((trial) => [trial.number, partDone(trial)]))
  emit({ type: 'progress', done: new Map(numbers.map((number) => [number, isFinished(log.trial(number)) ? 1 : (parts.get(number) ?? 1)])) })
}

function emitStage(numbers: readonly number[], going: readonly Live[], step: number, { emit, log }: BatchTools): void {
  emit({ type: 'rung', step, trials: trialsOf(numbers, log) })
  for (const { number } of going) {
    const trial = log.trial(number)
    if (isFinished(trial)) emit({ type: 'trial', trial })
  }
}
