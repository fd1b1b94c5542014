// Style sheets of rooms of the page that are loaded when they are opened.

import { useLayoutEffect } from 'preact/hooks'

/** Adds a style sheet to the page for as long as what uses it is shown. */
export function useSheet(text: string): void {
  useLayoutEffect(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(text)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
    }
  }, [text])
}
