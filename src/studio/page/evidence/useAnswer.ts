// What the engine answers, as a hook.

import { useEffect, useState } from 'preact/hooks'

export interface Answered<T> {
  readonly answer: T | undefined
  readonly problem: string | undefined
}

/** Asks anew whenever `key` changes. What was answered before stays until then. */
export function useAnswer<T>(key: string, ask: () => Promise<T>): Answered<T> {
  const [state, setState] = useState<Answered<T> & { readonly key: string }>({ key: '', answer: undefined, problem: undefined })
  useEffect(() => {
    let isWanted = true
    ask().then(
      (answer) => isWanted && setState({ key, answer, problem: undefined }),
      (error) => isWanted && setState({ key, answer: undefined, problem: error instanceof Error ? error.message : String(error) }),
    )
    return () => {
      isWanted = false
    }
  }, [key])
  return state
}
