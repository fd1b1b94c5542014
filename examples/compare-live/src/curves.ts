import { areaY, lineY, plot } from '@observablehq/plot'
import type { Metric, Race } from './race.ts'

export const METRIC_NAMES: Readonly<Record<Metric, string>> = { testLoss: 'Test loss', testAccuracy: 'Test accuracy' }

/** Points a curve has at most: more cannot be seen. */
const MOST_POINTS = 80

export const colorOf = (place: number): string => `var(--c${place})`

/** Draws a line with its band for each combination, as far as it has come. */
export function drawCurves(figure: HTMLElement, race: Race | undefined, metric: Metric): void {
  const epochs = race?.epochs ?? 100
  const every = Math.ceil(epochs / MOST_POINTS)
  const points = (race?.combinations ?? []).flatMap((_, place) =>
    Array.from({ length: race?.epochsOf(place) ?? 0 }, (_, epoch) => epoch)
      .filter((epoch, i, all) => epoch % every === 0 || i === all.length - 1)
      .flatMap((epoch) => {
        const spread = race?.spread(metric, place, epoch)
        if (spread === undefined || Number.isNaN(spread.mean)) return []
        // The interval of few seeds may reach below 0, where a logarithmic axis does not go.
        const low = metric === 'testLoss' ? Math.max(spread.low, spread.mean / 10) : spread.low
        return [{ ...spread, low, epoch: epoch + 1, place, color: colorOf(place) }]
      }),
  )
  const isLoss = metric === 'testLoss'
  const chart = plot({
    width: figure.clientWidth,
    height: 380,
    marginLeft: 48,
    marginBottom: 44,
    style: { fontSize: '12px' },
    x: { label: 'epoch', labelOffset: 40, domain: [1, epochs] },
    y: {
      label: isLoss ? 'test loss (logarithmic)' : 'test accuracy',
      grid: true,
      ...(isLoss && { type: 'log', tickFormat: '~g' }),
      ...(points.length === 0 && { domain: isLoss ? [0.4, 1] : [0, 1] }),
    },
    marks: [
      areaY(points, { x: 'epoch', y1: 'low', y2: 'high', z: 'place', fill: 'color', fillOpacity: 0.18 }),
      lineY(points, { x: 'epoch', y: 'mean', z: 'place', stroke: 'color', strokeWidth: 1.8 }),
    ],
  })
  // The figure and the table say in words what the drawing shows.
  chart.ariaHidden = 'true'
  figure.role = 'img'
  figure.ariaLabel = `${METRIC_NAMES[metric]} by epoch, ${points.length === 0 ? 'empty as yet' : `after ${race?.epochsDone} epochs`}`
  figure.replaceChildren(chart)
}
