// Takes files that are dropped on the page, and rows that are pasted.

import { useEffect, useRef, useState } from 'preact/hooks'

/** Takes files that are dropped anywhere on the page, which a browser would otherwise open. @returns whether some are held over it */
export function useDrop(take: (files: readonly File[], paths?: readonly string[]) => void): boolean {
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
      const { files, items } = event.dataTransfer ?? { files: [], items: [] }
      // What is dropped can be asked for at once alone.
      const entries = Array.from(items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
      if (!entries.some(({ isDirectory }) => isDirectory)) latest.current([...files])
      else
        void import('../pictures/entries.ts').then(async ({ filesOf }) => {
          const found = await filesOf(entries)
          latest.current(
            found.map(({ file }) => file),
            found.map(({ path }) => path),
          )
        })
    }
    const onPaste = (event: ClipboardEvent): void => {
      const files = pasted(event)
      if (files.length === 0) return
      event.preventDefault()
      latest.current(files)
    }
    addEventListener('dragover', onOver)
    addEventListener('dragleave', onLeave)
    addEventListener('drop', onDrop)
    addEventListener('paste', onPaste)
    return () => {
      removeEventListener('dragover', onOver)
      removeEventListener('dragleave', onLeave)
      removeEventListener('drop', onDrop)
      removeEventListener('paste', onPaste)
    }
  }, [])
  return isOver
}

/** Files of the clipboard, or its text as one where it has several lines, as cells of a spreadsheet have; nothing where a field takes it. */
function pasted({ clipboardData, target }: ClipboardEvent): readonly File[] {
  if (clipboardData === null || (target instanceof HTMLElement && target.closest('input, textarea') !== null)) return []
  const text = clipboardData.getData('text/plain')
  if (clipboardData.files.length > 0 && text === '') return [...clipboardData.files]
  return text.trim().includes('\n') ? [new File([text], 'pasted.tsv', { type: 'text/tab-separated-values' })] : []
}
