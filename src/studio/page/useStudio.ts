// The page's state as a hook.

import { useEffect, useReducer, useState } from 'preact/hooks'
import { Controller } from './controller.ts'
import { INITIAL, reduce, type State } from './state.ts'

/** The page's state, and what changes it; begins with the address once the engine is there. */
export function useStudio(): { readonly state: State; readonly controller: Controller } {
  const [state, dispatch] = useReducer(reduce, INITIAL)
  const [controller] = useState(() => new Controller(dispatch))
  useEffect(() => {
    if (!state.ready) return
    const follow = (): void => void controller.follow(location.hash)
    void controller.load()
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [state.ready, controller])
  return { state, controller }
}
