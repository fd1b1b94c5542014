// The state of a study in words.

import type { StudyInfo } from '../protocol.ts'
import { Icon, type IconName } from './parts.tsx'

interface Status {
  readonly word: string
  readonly className: string
  readonly icon: IconName
}

/** A study's state in words: the colour says nothing more. */
export function statusOf({ state, trainer }: StudyInfo): Status {
  if (state === 'finished') return { word: 'Finished', className: 'done', icon: 'good' }
  if (state === 'failed') return { word: 'Stopped by a problem', className: 'failed', icon: 'bad' }
  if (state === 'cancelled') return { word: 'Ended early', className: 'paused', icon: 'open' }
  if (state === 'paused') return { word: 'Paused', className: 'paused', icon: 'paused' }
  if (trainer === 'elsewhere') return { word: 'Running in another tab', className: 'watching', icon: 'running' }
  return { word: trainer === 'here' ? 'Running' : 'Waiting to run', className: 'running', icon: 'running' }
}

export function StatusBadge({ info }: { readonly info: StudyInfo }) {
  const { word, className, icon } = statusOf(info)
  return (
    <span class={`status ${className}`}>
      <Icon name={icon} />
      {word}
    </span>
  )
}
