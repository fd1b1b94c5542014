// What a drawn chart consists of: panels, a legend, and colours.

import type { Block, TableBlock, VerdictsBlock } from '../model.ts'

export type ChartBlock = Exclude<Block, TableBlock | VerdictsBlock>

/** How a mark looks, for the legend: the colour is a custom property of the page's style sheet. */
export interface LegendEntry {
  readonly name: string
  readonly color: string
  readonly shape: 'line' | 'dashes' | 'dot' | 'diamond'
}

/** A drawing twice, for wide and for narrow pages; panels that stand side by side have the narrow one alone. */
export interface Panel {
  readonly title?: string | undefined
  readonly narrow: string
  readonly wide?: string | undefined
}

export interface Chart {
  readonly panels: readonly Panel[]
  readonly legend: readonly LegendEntry[]
  /** Whether wide drawings name their marks themselves, so that the legend is for narrow ones. */
  readonly labelled?: boolean | undefined
}

/** Of the colours that follow one another in style.ts. */
export const COLORS = 12
export const colorOf = (index: number): string => `var(--c${index % COLORS})`
