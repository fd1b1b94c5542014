// The head of a study: name, progress, buttons.

import { useState } from 'preact/hooks'
import { durationText } from '../../../core/figures.ts'
import type { Progress, StudyInfo } from '../../protocol.ts'
import type { Controller } from '../controller.ts'
import { plural } from '../format.ts'
import { NameDialog, type Named } from '../keeping/nameDialog.tsx'
import { StatusBadge, statusOf } from '../status.tsx'

/** The study's name, how far it is, and what can be done about it. */
export function RunningHead({
  info,
  progress: reported,
  finished,
  failed,
  controller,
}: {
  readonly info: StudyInfo
  readonly progress: Progress | undefined
  /** Trials that have ended. */
  readonly finished: number
  /** Of them those that failed. */
  readonly failed: number
  readonly controller: Controller
}) {
  const { id, title, state, backend } = info
  const [named, setNamed] = useState<Named>()
  const progress = reported ?? standing(info, finished)
  return (
    <div class="running-head">
      <div class="row">
        <h1 tabIndex={-1}>{title}</h1>
        <StatusBadge info={info} />
        <div class="actions push">
          <button type="button" onClick={() => setNamed(info)}>
            Name
          </button>
          {state === 'running' && (
            <button type="button" onClick={() => void controller.change('pause', id)}>
              Pause
            </button>
          )}
          {(state === 'paused' || state === 'failed') && (
            <button type="button" class="primary" onClick={() => void controller.change('resume', id)}>
              {state === 'paused' ? 'Go on' : 'Try again'}
            </button>
          )}
          {(state === 'running' || state === 'paused' || state === 'failed') && (
            <button type="button" onClick={() => void controller.change('cancel', id)}>
              End now
            </button>
          )}
        </div>
      </div>
      <progress value={doneOf(info, progress)} max={1} aria-label={`Progress of ${title}`} />
      <p class="hint">
        {sentence(info, progress, failed)}
        {backend !== undefined && ` · ${backend}`}
      </p>
      <p class="visually-hidden" role="status">
        {announcement(info, progress)}
      </p>
      <NameDialog named={named} onClose={() => setNamed(undefined)} onName={(one) => void controller.nameStudy(id, one.title, one.note)} />
    </div>
  )
}

/** How far a study is that nobody trains, so that nobody reports it. */
function standing({ id, kind, state, config }: StudyInfo, finished: number): Progress | undefined {
  if (state === 'running' || kind === 'replay') return undefined
  const planned = state === 'finished' ? finished : Math.max(finished, config?.search.trials ?? 0)
  return { study: id, done: finished / planned, trials: { finished, running: 0, planned }, eta: undefined, note: undefined }
}

const doneOf = ({ state }: StudyInfo, progress: Progress | undefined): number => (state === 'finished' ? 1 : (progress?.done ?? 0))

function sentence({ state }: StudyInfo, progress: Progress | undefined, failed: number): string {
  if (progress === undefined) return state === 'running' ? 'Preparing …' : ''
  const { trials, eta, note } = progress
  const parts = [
    ...(trials === undefined
      ? []
      : [`${trials.finished} of ${plural(trials.planned, 'trial')} finished${failed > 0 ? `, ${failed} of them failed` : ''}`]),
    ...(trials !== undefined && trials.running > 0 && state === 'running' ? [`${trials.running} under way`] : []),
    ...(eta !== undefined && state === 'running' ? [`about ${durationText(Math.ceil(eta))} left`] : []),
    // What was being done is over with the study.
    ...(note === undefined || state === 'finished' ? [] : [note]),
  ]
  return parts.join(' · ')
}

/** Said aloud at every change of state and every tenth of the way, not at every trial. */
function announcement(info: StudyInfo, progress: Progress | undefined): string {
  const { word } = statusOf(info)
  if (info.state !== 'running') return word
  const tenths = Math.floor((progress?.done ?? 0) * 10)
  return tenths === 0 ? word : `${word}, ${tenths * 10} percent done`
}
