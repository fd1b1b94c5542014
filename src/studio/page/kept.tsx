// The list of studies that this browser keeps.

import { useRef, useState } from 'preact/hooks'
import type { StudyInfo } from '../protocol.ts'
import { addressOf, type Controller } from './controller.ts'
import { formatTime } from './format.ts'
import { Card } from './parts.tsx'
import { StatusBadge } from './status.tsx'

/** The studies that this browser keeps. */
export function Kept({ studies, controller }: { readonly studies: readonly StudyInfo[]; readonly controller: Controller }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [doomed, setDoomed] = useState<StudyInfo>()
  const ask = (info: StudyInfo): void => {
    setDoomed(info)
    dialog.current?.showModal()
  }
  const remove = (): void => {
    dialog.current?.close()
    if (doomed !== undefined) void controller.remove(doomed.id)
    document.getElementById('kept')?.focus()
  }
  return (
    <Card title="Your studies" id="kept">
      <p class="hint">They are kept in this browser, with all their trials.</p>
      <ul class="kept">
        {studies.map((info) => (
          <li key={info.id}>
            <span class="about">
              <a href={addressOf(info.id)}>{info.title}</a>
              <br />
              <span class="hint">{formatTime(new Date(info.created))}</span>
            </span>
            <StatusBadge info={info} />
            <button type="button" class="danger" aria-label={`Delete ${info.title}`} onClick={() => ask(info)}>
              Delete
            </button>
          </li>
        ))}
      </ul>
      <dialog ref={dialog} aria-labelledby="delete-title">
        <h2 id="delete-title">Delete this study?</h2>
        <p>“{doomed?.title}” and all its trials will be gone for good.</p>
        <div class="actions">
          <button type="button" class="danger" onClick={remove}>
            Delete for good
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Keep it
          </button>
        </div>
      </dialog>
    </Card>
  )
}
