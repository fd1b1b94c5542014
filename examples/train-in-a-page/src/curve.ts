import { dot, lineY, plot, text } from '@observablehq/plot'

/** Losses by epoch, of the rows trained on and of the others. */
export interface Point {
  readonly epoch: number
  readonly loss: number
  readonly testLoss: number
}

const MOST_POINTS = 400

/** Draws the learning curve into a figure that may be of any width. */
export function drawCurve(figure: HTMLElement, points: readonly Point[]): void {
  const every = Math.ceil(points.length / MOST_POINTS)
  const shown = points.filter((_, i) => i % every === 0 || i === points.length - 1)
  const lines = shown.flatMap(({ epoch, loss, testLoss }) => [
    { epoch, loss, rows: 'training rows', color: 'var(--first)' },
    { epoch, loss: testLoss, rows: 'test rows', color: 'var(--second)' },
  ])
  const ends = lines.slice(-2).sort((a, b) => b.loss - a.loss)
  const name = { x: 'epoch', y: 'loss', text: 'rows', fill: 'color', textAnchor: 'start', dx: 8 } as const
  const chart = plot({
    width: figure.clientWidth,
    height: 300,
    marginRight: 96,
    marginBottom: 44,
    style: { fontSize: '12px' },
    x: { label: 'epoch', labelOffset: 40, domain: [1, Math.max(10, points.length)], nice: true },
    y: { label: 'loss', grid: true, zero: true, ...(points.length === 0 && { domain: [0, 1] }) },
    marks: [
      lineY(lines, { x: 'epoch', y: 'loss', z: 'rows', stroke: 'color' }),
      dot(ends, { x: 'epoch', y: 'loss', fill: 'color', r: 3 }),
      text(ends.slice(0, 1), { ...name, dy: -6 }), // apart from one another, also where the lines meet
      text(ends.slice(1), { ...name, dy: 6 }),
    ],
  })
  const last = points.at(-1)
  const said =
    last && `: after ${last.epoch} epochs ${last.loss.toFixed(3)} on the training rows, ${last.testLoss.toFixed(3)} on the test rows`
  // The figure says in words what the drawing shows.
  chart.ariaHidden = 'true'
  figure.role = 'img'
  figure.ariaLabel = `Loss by epoch${said ?? ', empty as yet'}`
  figure.replaceChildren(chart)
}
