/** Pieces that every part of the page is made of. */

import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'

export function Card({
  title,
  id,
  whole,
  children,
}: {
  readonly title: string
  readonly id: string
  /** As wide as the page. */
  readonly whole?: boolean
  readonly children: ComponentChildren
}) {
  return (
    <section class={whole ? 'card whole' : 'card'} aria-labelledby={id}>
      <h2 id={id} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </section>
  )
}

/** A control with its label, and a hint and a problem that are read with it. */
export function Field({
  label,
  hint,
  problem,
  control,
}: {
  readonly label: string
  readonly hint?: string | undefined
  readonly problem?: string | undefined
  readonly control: (attributes: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => JSX.Element
}) {
  const id = useId()
  const described = [...(hint === undefined ? [] : [`${id}-hint`]), ...(problem === undefined ? [] : [`${id}-problem`])]
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {control({
        id,
        ...(described.length > 0 && { 'aria-describedby': described.join(' ') }),
        ...(problem !== undefined && { 'aria-invalid': true }),
      })}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problem !== undefined && (
        <p class="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  )
}

export interface Option<T extends string> {
  readonly value: T
  readonly title: string
  readonly text?: string | undefined
}

/** Radio buttons as cards, each with a sentence. */
export function Choices<T extends string>({
  legend,
  options,
  value,
  onChange,
}: {
  readonly legend: string
  readonly options: readonly Option<T>[]
  readonly value: T
  readonly onChange: (value: T) => void
}) {
  const name = useId()
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div class="choices">
        {options.map((option) => (
          <label class="choice" key={option.value}>
            <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
            <span>
              <b>{option.title}</b>
              {option.text !== undefined && <small>{option.text}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

export function Select<T extends string>({
  label,
  hint,
  options,
  value,
  onChange,
}: {
  readonly label: string
  readonly hint?: string | undefined
  readonly options: readonly Option<T>[]
  readonly value: T
  readonly onChange: (value: T) => void
}) {
  const take = (text: string): void => {
    const chosen = options.find((option) => option.value === text)
    if (chosen !== undefined) onChange(chosen.value)
  }
  return (
    <Field
      label={label}
      hint={hint}
      control={(attributes) => (
        <select {...attributes} value={value} onChange={({ currentTarget }) => take(currentTarget.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text === undefined ? option.title : `${option.title}: ${option.text}`}
            </option>
          ))}
        </select>
      )}
    />
  )
}

/** Something a person must know, with what can be done about it. */
export function Notice({ kind, children }: { readonly kind: 'open' | 'bad' | 'good'; readonly children: ComponentChildren }) {
  return (
    <div class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : undefined}>
      <Icon name={kind} />
      <div>{children}</div>
    </div>
  )
}

/** Of a message: lines are separate faults. */
export function Lines({ text }: { readonly text: string }) {
  return (
    <>
      {text.split('\n').map((line) => (
        <p key={line}>{line}</p>
      ))}
    </>
  )
}

const ICONS = {
  open: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm-1 6v5h2V7H7zm0-3v2h2V4H7z',
  bad: 'M8 1l7.5 14H.5L8 1zm-1 5v5h2V6H7zm0 6v2h2v-2H7z',
  good: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm-1.2 10.2l5-5-1.3-1.3-3.7 3.7-1.8-1.8-1.3 1.3 3.1 3.1z',
  running: 'M8 1v2a5 5 0 1 0 5 5h2a7 7 0 1 1-7-7z',
  paused: 'M4 2h3v12H4V2zm5 0h3v12H9V2z',
} as const
export type IconName = keyof typeof ICONS

/** Beside words, never instead of them. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={name === 'running' ? 'icon spin' : 'icon'} viewBox="0 0 16 16" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  )
}

/** Scrolls by itself if it is wider than the page, also with the keyboard. */
export function Scroll({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it by the arrow keys
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  )
}

/** Markup that the engine has drawn: charts and tables, whose texts it has escaped. */
export function Markup({ html, className }: { readonly html: string; readonly className?: string }) {
  return <div class={className} dangerouslySetInnerHTML={{ __html: html }} />
}
