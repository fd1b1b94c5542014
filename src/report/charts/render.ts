// Draws any chart block, by its kind.

import type { Chart, ChartBlock } from './chart.ts'
import type { ChartDocument } from './document.ts'
import { heatmap } from './heatmap.ts'
import { lineChart } from './lines.ts'
import { parallelCoordinates } from './parallel.ts'
import { rankPlot } from './ranks.ts'
import { bars, dotIntervals } from './rows.ts'
import { scatter } from './scatter.ts'

/** A chart of no panels where the block has no number to show. */
export function renderChart(document: ChartDocument, block: ChartBlock): Chart {
  switch (block.kind) {
    case 'lineChart':
      return lineChart(document, block)
    case 'dotIntervals':
      return dotIntervals(document, block)
    case 'rankPlot':
      return rankPlot(document, block)
    case 'bars':
      return bars(document, block)
    case 'parallelCoordinates':
      return parallelCoordinates(document, block)
    case 'heatmap':
      return heatmap(document, block)
    case 'scatter':
      return scatter(document, block)
  }
}
