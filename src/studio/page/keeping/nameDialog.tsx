// Where a study or an answer gets a name and a note of one's own.

import { useEffect, useRef, useState } from 'preact/hooks'
import { Field } from '../parts.tsx'

export interface Named {
  readonly title: string
  readonly note: string
}

/** @param named undefined: closed */
export function NameDialog({
  named,
  onName,
  onClose,
}: {
  readonly named: Named | undefined
  readonly onName: (named: Named) => void
  readonly onClose: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [title, setTitle] = useState('')
  const [note, setNote] = useState('')
  useEffect(() => {
    if (named === undefined) return
    setTitle(named.title)
    setNote(named.note)
    dialog.current?.showModal()
  }, [named])
  const isNamed = title.trim() !== ''
  return (
    <dialog ref={dialog} aria-labelledby="name-title" onClose={onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          if (isNamed) onName({ title: title.trim(), note: note.trim() })
          else event.preventDefault()
        }}
      >
        <h2 id="name-title">Name and note</h2>
        <Field
          label="Name"
          problem={isNamed ? undefined : 'A name is needed.'}
          control={(attributes) => <input {...attributes} value={title} onInput={({ currentTarget }) => setTitle(currentTarget.value)} />}
        />
        <Field
          label="Note"
          hint="It stands beside the name, and in the report."
          control={(attributes) => (
            <textarea {...attributes} rows={4} value={note} onInput={({ currentTarget }) => setNote(currentTarget.value)} />
          )}
        />
        <div class="actions">
          <button type="submit" class="primary">
            Save
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Leave it
          </button>
        </div>
      </form>
    </dialog>
  )
}
