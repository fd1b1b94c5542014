// Parts of the page that are loaded when they are first shown.

import { useEffect, useState } from 'preact/hooks'

/** What `load` gives, once it is there; an Error where it could not be loaded. @param load the same function every time */
export function useLater<T>(load: () => Promise<T>): T | Error | undefined {
  const [loaded, setLoaded] = useState<{ readonly it: T | Error }>()
  useEffect(() => {
    load().then(
      (it) => setLoaded({ it }),
      (error) => setLoaded({ it: error instanceof Error ? error : new Error(String(error)) }),
    )
  }, [load])
  return loaded?.it
}
