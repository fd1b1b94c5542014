// The list of what this browser keeps: answers and studies.

import { useRef, useState } from 'preact/hooks'
import type { KeptAnswer } from '../../answers.ts'
import type { StudyInfo } from '../../protocol.ts'
import { addressOf, addressOfAnswer, type Controller } from '../controller.ts'
import { formatTime } from '../format.ts'
import { Card } from '../parts.tsx'
import { StatusBadge } from '../status.tsx'
import { NameDialog } from './nameDialog.tsx'

/** One of either, and what can be done about it. */
interface Kept {
  readonly id: string
  readonly kind: 'answer' | 'study'
  readonly title: string
  readonly note: string
  readonly created: number
  readonly address: string
  /** Of an answer. */
  readonly target: string
  /** Of a study. */
  readonly info: StudyInfo | undefined
}

const ofAnswer = ({ id, title, note, created, target }: KeptAnswer): Kept => ({
  ...{ id, kind: 'answer', title, note, created, target, address: addressOfAnswer(id), info: undefined },
})
const ofStudy = (info: StudyInfo): Kept => {
  const { id, title, note, created } = info
  return { id, kind: 'study', title, note, created, target: '', address: addressOf(id), info }
}

export function Kept({
  studies,
  answers,
  controller,
}: {
  readonly studies: readonly StudyInfo[]
  readonly answers: readonly KeptAnswer[]
  readonly controller: Controller
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [doomed, setDoomed] = useState<Kept>()
  const [named, setNamed] = useState<Kept>()
  const ask = (one: Kept): void => {
    setDoomed(one)
    dialog.current?.showModal()
  }
  const remove = (): void => {
    dialog.current?.close()
    if (doomed !== undefined) void (doomed.kind === 'study' ? controller.remove(doomed.id) : controller.removeAnswer(doomed.id))
    document.getElementById('kept')?.focus()
  }
  const all = [...studies.map(ofStudy), ...answers.map(ofAnswer)].sort((a, b) => b.created - a.created)
  return (
    <Card title="Your studies and answers" id="kept">
      <p class="hint">They are kept in this browser, studies with all their trials, and the last thirty answers.</p>
      <ul class="kept">
        {all.map((one) => (
          <li key={`${one.kind} ${one.id}`}>
            <span class="about">
              <a href={one.address}>{one.title}</a>
              {one.note !== '' && <span class="note">{one.note}</span>}
              <span class="hint">
                {one.kind === 'answer' && `what predicts “${one.target}”, `}
                {formatTime(new Date(one.created))}
              </span>
            </span>
            {one.info !== undefined && <StatusBadge info={one.info} />}
            <button type="button" aria-label={`Name ${one.title}`} onClick={() => setNamed(one)}>
              Name
            </button>
            <button type="button" class="danger" aria-label={`Delete ${one.title}`} onClick={() => ask(one)}>
              Delete
            </button>
          </li>
        ))}
      </ul>
      <NameDialog
        named={named}
        onClose={() => setNamed(undefined)}
        onName={({ title, note }) => {
          if (named !== undefined)
            void (named.kind === 'study' ? controller.nameStudy(named.id, title, note) : controller.nameAnswer(named.id, title, note))
        }}
      />
      <dialog ref={dialog} aria-labelledby="delete-title">
        <h2 id="delete-title">Delete this {doomed?.kind ?? 'study'}?</h2>
        <p>
          “{doomed?.title}”{doomed?.kind === 'study' ? ' and all its trials' : ''} will be gone for good.
        </p>
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
