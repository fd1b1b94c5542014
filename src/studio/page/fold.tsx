// Parts of the page whose code is loaded when they are opened.

import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** Something of the page once its code is there. @param load gives it; asked once */
export function Later<Props extends object>({
  load,
  props,
}: {
  readonly load: () => Promise<ComponentType<Props>>
  readonly props: Props
}) {
  const [Inside, setInside] = useState<ComponentType<Props>>()
  useEffect(() => {
    if (Inside === undefined) void load().then((loaded) => setInside(() => loaded))
  }, [Inside, load])
  return Inside === undefined ? <p class="skeleton slim">Loading …</p> : <Inside {...props} />
}

/** A part that is folded. */
export function Fold<Props extends object>({
  title,
  hint,
  open = false,
  load,
  props,
}: {
  readonly title: string
  readonly hint: string
  readonly open?: boolean
  readonly load: () => Promise<ComponentType<Props>>
  readonly props: Props
}) {
  const [isOpen, setOpen] = useState(open)
  useEffect(() => setOpen(open), [open])
  return (
    <details class="fold card" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h2>{title}</h2> <span class="hint">{hint}</span>
      </summary>
      {isOpen && <Later load={load} props={props} />}
    </details>
  )
}
