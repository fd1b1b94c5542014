import { createStudy, float, int, type StudyEvent, type StudyOptions } from 'espalier'

/** A study that is told its values, for the tests of ask and tell. */

export const OPTIONS = {
  space: { x: float(0, 1), units: int(1, 9) },
  objective: 'minimize',
  sampler: 'random',
  seed: 1,
} as const satisfies StudyOptions

export const started = async (change: Partial<StudyOptions> = {}) => createStudy({ ...OPTIONS, ...change })

export async function drain(events: AsyncIterable<StudyEvent>): Promise<StudyEvent[]> {
  const all: StudyEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

export const states = (study: { readonly trials: readonly { readonly state: string }[] }, state: string): number =>
  study.trials.filter((trial) => trial.state === state).length
