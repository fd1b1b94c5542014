// Turns blocks of a report into what the page shows.

import { renderChart } from '../../report/charts/render.ts'
import { createSvgDocument } from '../../report/charts/svgDocument.ts'
import type { Block } from '../../report/model.ts'
import { tableHtml, verdictsHtml } from '../../report/tablesHtml.ts'
import type { ViewBlock } from '../protocol.ts'

/** A block of a report as the page shows it. */
export function viewBlock(block: Block): ViewBlock {
  const { name, caption } = block
  if (block.kind === 'table') return { kind: 'table', name, caption, html: tableHtml(block) }
  if (block.kind === 'verdicts') return { kind: 'table', name, caption, html: verdictsHtml(block) }
  const { panels, legend, labelled = false } = renderChart(createSvgDocument(), block)
  return { kind: 'chart', name, caption, panels, legend, labelled }
}

export const text = (said: string): ViewBlock => ({ kind: 'text', text: said })
