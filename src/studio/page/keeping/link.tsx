// Links to take away.

import { useState } from 'preact/hooks'
import type { SharedLink } from '../../protocol.ts'
import type { Controller } from '../controller.ts'
import { Field, Notice } from '../parts.tsx'
import { problemOf } from '../state.ts'

export function LinkField({ label, hint, link }: { readonly label: string; readonly hint: string; readonly link: string }) {
  const [message, setMessage] = useState('')
  const copy = (): void => {
    navigator.clipboard.writeText(link).then(
      () => setMessage('Copied.'),
      () => setMessage('This browser does not let a page copy: select the link and copy it.'),
    )
  }
  return (
    <div class="tools">
      <div class="grow">
        <Field
          label={label}
          hint={hint}
          control={(attributes) => <input {...attributes} readOnly value={link} onFocus={({ currentTarget }) => currentTarget.select()} />}
        />
      </div>
      <button type="button" onClick={copy}>
        Copy the link
      </button>
      <span role="status">{message}</span>
    </div>
  )
}

function wordsOf({ hasTable, hasResult }: SharedLink, isAnswer: boolean): string {
  if (!hasResult) return 'The models do not fit: the link holds the table, from which the answer is learned again.'
  if (hasTable)
    return isAnswer
      ? 'The link holds the answer with its models, and the table.'
      : 'The link holds the study with all its trials, and the table.'
  return 'The link holds the study with all its trials; the table did not fit.'
}

/** A link that holds what it shows, made when it is asked for. @param study undefined: the answer that is shown */
export function HoldingLink({
  study,
  disabled = false,
  controller,
}: {
  readonly study?: string
  readonly disabled?: boolean
  readonly controller: Controller
}) {
  const [shared, setShared] = useState<SharedLink>()
  const [problem, setProblem] = useState<string>()
  const make = async (): Promise<void> => {
    try {
      setShared(await controller.link(study))
      setProblem(undefined)
    } catch (error) {
      setProblem(problemOf(error).message)
    }
  }
  return (
    <>
      <div class="actions">
        <button type="button" disabled={disabled} onClick={() => void make()}>
          <span>
            <b>Link</b>: holds {study === undefined ? 'the answer' : 'the study with its trials'}, where it fits
          </span>
        </button>
      </div>
      {problem !== undefined && (
        <Notice kind="bad">
          <p>{problem}</p>
        </Notice>
      )}
      {shared !== undefined && problem === undefined && (
        <LinkField
          label="Link to what was found"
          hint={`${wordsOf(shared, study === undefined)} Whoever has the link can read what it holds, ${shared.link.length.toLocaleString('en')} characters; no server gets to see it.`}
          link={new URL(shared.link, location.href).href}
        />
      )}
    </>
  )
}
