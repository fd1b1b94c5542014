// Draws one chart with Observable Plot, and measures its text.

import { type PlotOptions, plot } from '@observablehq/plot'
import type { ChartDocument, ChartElement } from './document.ts'

/** A chart's widths in px: across the page, and on a phone or beside another panel. */
export const WIDE = 960
export const NARROW = 400
/** Room above and below for the axes' labels, in px. */
export const TOP = 32
export const BOTTOM = 44

/** The name of a chart for people who cannot see it. */
export interface Said {
  /** Once in a page. */
  readonly id: string
  readonly title: string
  readonly description: string
}

/** Draws on a document without putting the drawing into it. @returns the SVG element as text, with a title and a description */
export function draw(document: ChartDocument, { id, title, description }: Said, options: PlotOptions): string {
  // Plot types documents as the DOM's own, which a project without a DOM has no types for.
  const svg = plot({ className: 'chart', marginTop: TOP, marginBottom: BOTTOM, ...options, document: document as never }) as ChartElement
  // The page's style sheet says it once for all charts.
  svg.querySelector('style')?.remove()
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-labelledby', `${id}-title ${id}-desc`)
  const say = (name: string, text: string): ChartElement => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name)
    element.setAttribute('id', `${id}-${name}`)
    element.textContent = text
    return element
  }
  svg.insertBefore(say('desc', description), svg.firstChild)
  svg.insertBefore(say('title', title), svg.firstChild)
  // Plot names its groups, which have no role that could have a name; the chart's own title and description say what there is to say.
  return svg.outerHTML.replaceAll(/<g aria-label="[^"]*"/g, '<g')
}

/** About how wide text is in px, in the 12 px of the page's charts. */
export const textWidth = (text: string): number => 6.6 * text.length

export const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(textWidth))
