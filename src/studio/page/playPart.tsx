// Play mode's place on the page: loaded when it is first opened.

import { useEffect, useState } from 'preact/hooks'
import { isPlay } from '../playSettings.ts'
import { useLater } from './useLater.ts'

const load = () => import('./play/view.tsx')

/** Whether the address asks for play mode. */
export function usePlayOpen(): boolean {
  const [isOpen, setOpen] = useState(() => isPlay(location.hash))
  useEffect(() => {
    const follow = (): void => setOpen(isPlay(location.hash))
    addEventListener('hashchange', follow)
    addEventListener('popstate', follow)
    return () => {
      removeEventListener('hashchange', follow)
      removeEventListener('popstate', follow)
    }
  }, [])
  return isOpen
}

export function PlayPart() {
  const play = useLater(load)
  if (play === undefined) return <h1 class="skeleton">Loading …</h1>
  if (play instanceof Error) return <p class="problem">Play mode could not be loaded: {play.message}. Reload the page.</p>
  return <play.PlayView />
}
