// Renders a report as one HTML page.

import type { LegendEntry, Panel } from './charts/chart.ts'
import type { ChartDocument } from './charts/document.ts'
import { renderChart } from './charts/render.ts'
import { csvFile, csvName } from './csv.ts'
import { escapeHtml, slug } from './escape.ts'
import type { Block, Report, Section } from './model.ts'
import { STYLE } from './style.ts'
import { tableHtml, verdictsHtml } from './tablesHtml.ts'

/** What draws the charts of a page, and where their numbers are. */
export interface HtmlOptions {
  /** Draws the charts: a page's own `document`, or a DOM for Node, of `@mixmark-io/domino` or `linkedom` say. Nothing is put into it. */
  readonly document: ChartDocument
  /** Where the CSV files lie, seen from the page: `report-data/`. */
  readonly dataFolder?: string | undefined
  /** Whether the page holds the CSV files itself, for one that lies alone. */
  readonly embedData?: boolean | undefined
}

/** The report as one page that needs no network, no script and no font of its own. */
export function renderHtml(report: Report, options: HtmlOptions): string {
  const { title, subtitle, facts, sections } = report
  const factRows = facts.map(({ name, value }) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('\n')
  const contents = sections.map((section, i) => `<li><a href="#${slug(section.title, i)}">${escapeHtml(section.title)}</a></li>`).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>
${STYLE}
</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="subtitle">${escapeHtml(subtitle)}</p>
${facts.length === 0 ? '' : `<dl class="facts">\n${factRows}\n</dl>`}
${sections.length < 2 ? '' : `<nav aria-label="Contents"><ol>\n${contents}\n</ol></nav>`}
</header>
<main>
${sections.map((section, i) => sectionHtml(section, i, options)).join('\n')}
</main>
</body>
</html>
`
}

function sectionHtml({ title, paragraphs, blocks }: Section, i: number, options: HtmlOptions): string {
  const id = slug(title, i)
  return [
    `<section aria-labelledby="${id}">`,
    `<h2 id="${id}">${escapeHtml(title)}</h2>`,
    ...paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
    ...blocks.map((block) => blockHtml(block, options)),
    '</section>',
  ].join('\n')
}

function blockHtml(block: Block, options: HtmlOptions): string {
  const caption = `<figcaption>${escapeHtml(block.caption)} Numbers: ${dataLink(block, options)}</figcaption>`
  return `<figure id="${escapeHtml(block.name)}">\n${bodyHtml(block, options.document)}\n${caption}\n</figure>`
}

function dataLink(block: Block, { dataFolder = '', embedData = false }: HtmlOptions): string {
  const name = csvName(block)
  const [address, download] = embedData
    ? [`data:text/csv;charset=utf-8,${encodeURIComponent(csvFile(block).text)}`, ` download="${escapeHtml(name)}"`]
    : [encodeURI(dataFolder) + encodeURIComponent(name), '']
  return `<a class="data" href="${escapeHtml(address)}"${download}>${escapeHtml(name)}</a>`
}

function bodyHtml(block: Block, document: ChartDocument): string {
  if (block.kind === 'table') return tableHtml(block)
  if (block.kind === 'verdicts') return verdictsHtml(block)
  const { panels, legend, labelled } = renderChart(document, block)
  if (panels.length === 0) return '<p class="empty">Nothing was measured.</p>'
  const drawn = panels.length === 1 ? panels.map(panelHtml) : [`<div class="panels">\n${panels.map(panelHtml).join('\n')}\n</div>`]
  return [...drawn, ...(legend.length === 0 ? [] : [legendHtml(legend, labelled === true)])].join('\n')
}

function panelHtml({ title, narrow, wide }: Panel): string {
  const heading = title === undefined ? '' : `<h3>${escapeHtml(title)}</h3>`
  if (wide === undefined) return `<div>${heading}${narrow}</div>`
  return `<div>${heading}<div class="wide">${wide}</div><div class="narrow">${narrow}</div></div>`
}

const SHAPES: Readonly<Record<LegendEntry['shape'], string>> = {
  line: '<path d="M1 6H21" stroke="currentColor" stroke-width="2.5"/>',
  dashes: '<path d="M1 6H21" stroke="currentColor" stroke-width="2.5" stroke-dasharray="5 3"/>',
  dot: '<circle cx="11" cy="6" r="4" fill="currentColor"/>',
  diamond: '<path d="M11 1L16 6L11 11L6 6Z" fill="none" stroke="currentColor" stroke-width="1.4"/>',
}

function legendHtml(legend: readonly LegendEntry[], forNarrow: boolean): string {
  const entries = legend.map(
    ({ name, color, shape }) =>
      `<li><svg viewBox="0 0 22 12" aria-hidden="true" style="color:${color}">${SHAPES[shape]}</svg>${escapeHtml(name)}</li>`,
  )
  return `<ul class="legend${forNarrow ? ' for-narrow' : ''}">\n${entries.join('\n')}\n</ul>`
}
