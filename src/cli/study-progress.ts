// Shows the progress of a study on stderr.

import { MultiBar, Presets, type SingleBar } from 'cli-progress'
import { durationText } from '../core/figures.ts'
import type { Study, StudyEvent } from '../index.ts'
import { objectivesOf } from '../report/study/objectives.ts'
import { ATTRIBUTE } from '../study/attributes.ts'
import { note } from './arguments.ts'
import { writeNote } from './output.ts'
import { untilExit } from './progress.ts'
import { shownValue } from './trials.ts'

/** Shows how far a study is, on stderr: on a terminal a bar for the study and one for each of a few trials, elsewhere one line per batch. */
export interface StudyProgress {
  take(event: StudyEvent): void
  stop(): void
}

/** Bars of single trials; more than fit on a small terminal help nobody. */
const TRIAL_BARS = 8

const ended = (study: Study): number => study.trials.filter(({ state }) => state !== 'running' && state !== 'waiting').length

function bestNote(study: Study): string {
  const { best } = study
  if (best === undefined) return 'no trial complete yet'
  const of = study.systemAttrs[ATTRIBUTE.positiveClass] === undefined ? '' : ` ${objectivesOf(study)[0]}`
  return `best${of} ${shownValue(best.values)} (trial ${best.number})`
}

/** Trials of an earlier run are not counted in the time left. */
function bars(study: Study, total: number | undefined): StudyProgress {
  const multi = new MultiBar(
    { barsize: 24, gracefulExit: false, hideCursor: true, clearOnComplete: true, stream: process.stderr },
    Presets.shades_classic,
  )
  const goal = total ?? study.space.size
  const known = Number.isFinite(goal)
  const [started, before] = [performance.now(), ended(study)]
  /** Told once a trial has ended: of a beginning nothing follows. */
  const left = (): string => {
    const own = ended(study) - before
    return own === 0 ? '…' : durationText(((performance.now() - started) / 1000 / own) * Math.max(0, goal - ended(study)))
  }
  const payload = () => ({
    left: left(),
    trials: known ? `${ended(study)}/${goal} trials` : `${ended(study)} trials`,
    note: bestNote(study),
  })
  const overall = multi.create(1, 0, payload(), {
    format: known ? '{bar} {trials} | {left} left | {note}' : '{trials} | {note}',
  })
  let trialBars = new Map<number, SingleBar>()
  const clear = (): void => {
    for (const bar of trialBars.values()) multi.remove(bar)
    trialBars = new Map()
  }
  return {
    take(event) {
      if (event.type === 'notice') multi.log(`${event.message}\n`)
      if (event.type === 'batch') {
        clear()
        for (const { number } of event.trials.slice(0, TRIAL_BARS)) {
          trialBars.set(number, multi.create(1, 0, { number }, { format: '  trial {number} {bar} {percentage} %' }))
        }
      }
      if (event.type === 'progress') {
        for (const [number, done] of event.done) trialBars.get(number)?.update(done)
        const running = [...event.done].filter(([number]) => study.trials[number]?.state === 'running')
        const part = running.reduce((sum, [, done]) => sum + done, 0)
        overall.update(known ? Math.min(1, (ended(study) + part) / goal) : 0, payload())
      }
      if (event.type === 'trial') overall.update(known ? Math.min(1, ended(study) / goal) : 0, payload())
    },
    stop: untilExit(() => {
      clear()
      overall.update(known ? Math.min(1, ended(study) / goal) : 0, payload())
      multi.stop()
    }),
  }
}

function lines(study: Study, total: number | undefined): StudyProgress {
  const started = performance.now()
  const before = ended(study)
  let shown = before
  return {
    take(event) {
      if (event.type === 'notice') note(event.message)
      const count = ended(study)
      if (event.type !== 'trial' || count === shown) return
      const step = Math.max(1, Math.round((total ?? 100) / 10))
      if (count - shown < step && count !== total) return
      shown = count
      const left = total === undefined ? undefined : (((performance.now() - started) / 1000) * (total - count)) / (count - before)
      const eta = left === undefined ? '' : `, ${Math.ceil(left)} s left`
      writeNote(`${count}${total === undefined ? '' : ` of ${total}`} trials, ${bestNote(study)}${eta}\n`)
    },
    stop: () => undefined,
  }
}

export const startStudyProgress = (study: Study, total: number | undefined): StudyProgress =>
  process.stderr.isTTY ? bars(study, total) : lines(study, total)
