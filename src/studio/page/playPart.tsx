// Play mode's place on the page: loaded when it is first opened.

import { useEffect, useState } from 'preact/hooks'
import { isPlay } from '../playPlace.ts'
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
  return (
    <>
      <h1 tabIndex={-1}>Play</h1>
      {play === undefined ? (
        <p class="skeleton">Loading …</p>
      ) : play instanceof Error ? (
        <p class="problem">Play mode could not be loaded: {play.message}. Reload the page.</p>
      ) : (
        <play.PlayView />
      )}
    </>
  )
}
