// A part of the page that is folded, and whose code is loaded when it is opened.

import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** @param load gives what is inside; asked once */
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
  const [Inside, setInside] = useState<ComponentType<Props>>()
  useEffect(() => setOpen(open), [open])
  useEffect(() => {
    if (isOpen && Inside === undefined) void load().then((loaded) => setInside(() => loaded))
  }, [isOpen, Inside, load])
  return (
    <details class="fold card" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h2>{title}</h2> <span class="hint">{hint}</span>
      </summary>
      {isOpen && (Inside === undefined ? <p class="skeleton slim">Loading …</p> : <Inside {...props} />)}
    </details>
  )
}
