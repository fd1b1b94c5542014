// Parts of the page whose code is loaded when they are opened.

import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A component once its code is there. @param load gives it; asked once, when it is wanted first */
export function useLater<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  isWanted: boolean,
): ComponentType<Props> | undefined {
  const [loaded, setLoaded] = useState<ComponentType<Props>>()
  useEffect(() => {
    if (isWanted && loaded === undefined) void load().then((component) => setLoaded(() => component))
  }, [isWanted, loaded, load])
  return loaded
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
  const Inside = useLater(load, isOpen)
  return (
    <details class="fold card" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h2>{title}</h2> <span class="hint">{hint}</span>
      </summary>
      {isOpen && (Inside === undefined ? <p class="skeleton slim">Loading …</p> : <Inside {...props} />)}
    </details>
  )
}
