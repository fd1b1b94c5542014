// A study as TensorBoard event files.

import { repeatsOf } from '../../study/attributes.ts'
import type { Distribution } from '../../study/space/distributions.ts'
import type { Trial } from '../../study/trial.ts'
import { historiesOf, numbersOf } from '../study/histories.ts'
import type { StudyResults } from '../study/objectives.ts'
import { objectivesOf } from '../study/objectives.ts'
import { experiment, type Hyperparameter, type Seconds, STATUS, scalars, sessionEnd, sessionStart } from './events.ts'
import { byEpoch, type EventFile, eventFile, type StepValues } from './file.ts'

/**
 * A study as TensorBoard's event files: the experiment with its parameters and metrics, for the plugin hparams, and a run each trial, or each repeat of
 * one, with its parameters, what it reported or its recorded history by epoch, and its objectives as `objective/…`. Numbers are kept as float32.
 */
export function eventFiles(study: StudyResults): EventFile[] {
  const objectives = objectivesOf(study)
  const begun = Math.min(...study.trials.flatMap(({ datetimeStart }) => (datetimeStart === undefined ? [] : [seconds(datetimeStart)])))
  const start = Number.isFinite(begun) ? begun : 0
  const root = eventFile('', start, [experiment(start, study.name, hyperparameters(study.trials), objectives.map(finalTag))])
  return [root, ...study.trials.filter(({ state }) => state !== 'waiting').flatMap((trial) => runsOf(trial, objectives))]
}

/** A tag of its own: where early stopping brings the best epoch back, the last one's value is another. */
const finalTag = (objective: string): string => `objective/${objective}`

const seconds = (date: Date): Seconds => date.getTime() / 1000

/** As TensorBoard takes them; a parameter of several distributions has the values of all. */
function hyperparameters(trials: readonly Trial[]): Hyperparameter[] {
  const distributions = new Map<string, Distribution[]>()
  for (const trial of trials) {
    for (const [name, one] of Object.entries(trial.distributions)) distributions.set(name, [...(distributions.get(name) ?? []), one])
  }
  return [...distributions].map(([name, all]): Hyperparameter => {
    const choices = all.flatMap((one) => (one.type === 'categorical' ? one.choices : []))
    if (choices.length > 0) return { name, domain: [...new Set(choices)] }
    const ranges = all.flatMap((one) => (one.type === 'categorical' ? [] : [one]))
    return { name, domain: { low: Math.min(...ranges.map(({ low }) => low)), high: Math.max(...ranges.map(({ high }) => high)) } }
  })
}

/** Trial 7 has its runs in `trial-0007`, so that they are listed in order. */
function runsOf(trial: Trial, objectives: readonly string[]): EventFile[] {
  const name = `trial-${String(trial.number).padStart(4, '0')}`
  const histories = historiesOf(trial)
  const repeats = objectives.map((_, i) => repeatsOf(trial, i) ?? [])
  const count = Math.max(1, histories.length, ...repeats.map(({ length }) => length))
  const begun = trial.datetimeStart === undefined ? 0 : seconds(trial.datetimeStart)
  const ended = trial.datetimeComplete === undefined ? undefined : seconds(trial.datetimeComplete)
  return Array.from({ length: count }, (_, repeat) => {
    const history = histories[repeat]
    const steps =
      history === undefined
        ? repeat === 0
          ? reported(trial, objectives)
          : []
        : byEpoch(Object.fromEntries(Object.keys(history).map((tag) => [tag, numbersOf(history, tag)])))
    const last = steps.at(-1)?.step ?? 0
    const ends = objectives.map((name, i) => [finalTag(name), repeats[i]?.[repeat] ?? trial.values?.[i] ?? Number.NaN] as const)
    const final = Object.fromEntries(ends.filter(([, value]) => Number.isFinite(value)))
    const span = (ended ?? begun) - begun
    // The journal does not say when an epoch ended: they are spread evenly over the trial's time.
    const timeOf = (step: number): Seconds => begun + (last === 0 ? 0 : (span * step) / last)
    return eventFile(`${name}/${count > 1 ? `repeat-${repeat + 1}/` : ''}`, begun, [
      sessionStart(begun, name, trial.params),
      ...steps.map(({ step, values }) => scalars(timeOf(step), step, step === last ? { ...values, ...final } : values)),
      ...(steps.length === 0 && Object.keys(final).length > 0 ? [scalars(ended ?? begun, last, final)] : []),
      ...(ended === undefined ? [] : [sessionEnd(ended, trial.state === 'fail' ? STATUS.failure : STATUS.success)]),
    ])
  })
}

const reported = ({ intermediateValues }: Trial, [objective = 'value']: readonly string[]): StepValues[] =>
  [...intermediateValues]
    .sort(([a], [b]) => a - b)
    .flatMap(([step, value]) => (Number.isNaN(value) ? [] : [{ step, values: { [objective]: value } }]))
