// Takes files that are dropped on the page.

import { useEffect, useRef, useState } from 'preact/hooks'

/** Takes files that are dropped anywhere on the page, which a browser would otherwise open. @returns whether some are held over it */
export function useDrop(take: (files: FileList) => void): boolean {
  const [isOver, setOver] = useState(false)
  const latest = useRef(take)
  latest.current = take
  useEffect(() => {
    const onOver = (event: DragEvent): void => {
      event.preventDefault()
      setOver(true)
    }
    // Leaving the page leads nowhere; leaving a part of it leads to another.
    const onLeave = ({ relatedTarget }: DragEvent): void => setOver(relatedTarget !== null)
    const onDrop = (event: DragEvent): void => {
      event.preventDefault()
      setOver(false)
      if (event.dataTransfer !== null) latest.current(event.dataTransfer.files)
    }
    addEventListener('dragover', onOver)
    addEventListener('dragleave', onLeave)
    addEventListener('drop', onDrop)
    return () => {
      removeEventListener('dragover', onOver)
      removeEventListener('dragleave', onLeave)
      removeEventListener('drop', onDrop)
    }
  }, [])
  return isOver
}
