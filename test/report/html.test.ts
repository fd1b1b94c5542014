import domino from '@mixmark-io/domino'
import { parse, type DefaultTreeAdapterTypes as Tree, defaultTreeAdapter as tree } from 'parse5'
import { describe, expect, it } from 'vitest'
import { renderHtml } from '../../src/report/html.ts'
import type { Block, Report } from '../../src/report/model.ts'
import { blocks, HOSTILE, hostileReport, kinds, sampleReport, unmeasured } from '../support/report.ts'

const render = (report: Report): string => renderHtml(report, { document: domino.createDocument(), dataFolder: 'data of it/' })
const reportOf = (...given: Block[]): Report => ({ ...sampleReport, sections: [{ title: 'Section', paragraphs: [], blocks: given }] })

/** The page's elements; what a strict parser says against it is an error. */
function elementsOf(html: string): Tree.Element[] {
  const problems: string[] = []
  const document = parse(html, { onParseError: ({ code, startLine, startCol }) => problems.push(`${code} at ${startLine}:${startCol}`) })
  expect(problems).toEqual([])
  const below = (node: Tree.ParentNode): Tree.Element[] =>
    node.childNodes.flatMap((child) => (tree.isElementNode(child) ? [child, ...below(child)] : []))
  return below(document)
}

const attribute = (element: Tree.Element | undefined, name: string): string | undefined =>
  element?.attrs.find((one) => one.name === name)?.value
const named = (elements: readonly Tree.Element[], ...names: string[]): Tree.Element[] =>
  elements.filter(({ tagName }) => names.includes(tagName))
function textOf(node: Tree.ParentNode | undefined): string {
  return (node?.childNodes ?? [])
    .map((child) => (tree.isTextNode(child) ? child.value : tree.isElementNode(child) ? textOf(child) : ''))
    .join('')
}
function within(elements: readonly Tree.Element[], outer: Tree.Element): Tree.Element[] {
  const isInside = (element: Tree.Element): boolean => {
    for (let node: Tree.ParentNode | null = element.parentNode; node !== null; node = 'parentNode' in node ? node.parentNode : null) {
      if (node === outer) return true
    }
    return false
  }
  return elements.filter(isInside)
}

const isChart = (element: Tree.Element): boolean => element.tagName === 'svg' && attribute(element, 'class') === 'chart'

describe('the page of a report', () => {
  const html = render(sampleReport)
  const elements = elementsOf(html)

  it('has no script, and nothing that a browser would fetch', () => {
    expect(named(elements, 'script', 'img', 'iframe', 'object', 'embed', 'image', 'use')).toEqual([])
    const icon = named(elements, 'link')
    expect(icon.map((link) => attribute(link, 'href'))).toEqual(['data:,'])
    expect(html).not.toMatch(/url\(|@import|@font-face|javascript:|\son\w+=/)
  })

  it('has ids that stand once, and no reference to one that is missing', () => {
    const ids = elements.flatMap((element) => attribute(element, 'id') ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    const references = elements.flatMap((element) => [
      ...(attribute(element, 'aria-labelledby')?.split(' ') ?? []),
      ...(attribute(element, 'href')?.startsWith('#') ? [attribute(element, 'href')?.slice(1) ?? ''] : []),
    ])
    expect(references.length).toBeGreaterThan(20)
    expect(references.filter((id) => !ids.includes(id))).toEqual([])
  })

  it('gives every figure a caption with its CSV file, every column and row of a table a header', () => {
    const figures = named(elements, 'figure')
    expect(figures).toHaveLength(blocks.length)
    for (const [i, figure] of figures.entries()) {
      const [caption, ...others] = named(within(elements, figure), 'figcaption')
      expect(others).toEqual([])
      expect(textOf(caption)).toBe(`${blocks[i]?.caption} Numbers: ${blocks[i]?.name}.csv`)
      const links = named(within(elements, figure), 'a').map((link) => attribute(link, 'href'))
      expect(links).toEqual([`data%20of%20it/${blocks[i]?.name}.csv`])
    }
    const scopes = named(elements, 'th').map((header) => attribute(header, 'scope'))
    expect(new Set(scopes)).toEqual(new Set(['col', 'row']))
    const rows = named(elements, 'tr').map((row) => named(within(elements, row), 'th', 'td').length)
    expect(new Set(rows).size).toBe(1)
  })

  it('names and describes every chart, and labels its axes', () => {
    const axes: Readonly<Record<string, readonly string[]>> = {
      lineChart: ['x', 'y'],
      scatter: ['x', 'y'],
      dotIntervals: ['value'],
      bars: ['value'],
      rankPlot: ['x'],
    }
    for (const figure of named(elements, 'figure').filter((one) => within(elements, one).some(isChart))) {
      const block = blocks.find(({ name }) => name === attribute(figure, 'id'))
      const charts = within(elements, figure).filter(isChart)
      expect(charts.length).toBeGreaterThan(1)
      for (const chart of charts) {
        const [title, description] = within(elements, chart)
        expect([title?.tagName, description?.tagName]).toEqual(['title', 'desc'])
        expect(attribute(chart, 'aria-labelledby')).toBe(`${attribute(title, 'id')} ${attribute(description, 'id')}`)
        expect(textOf(description)).toContain(block?.caption)
        const texts = named(within(elements, chart), 'text').map(textOf)
        for (const axis of axes[block?.kind ?? ''] ?? []) {
          const { label, unit } = (block as unknown as Record<string, { label: string; unit?: string }>)[axis] ?? { label: 'missing' }
          const said = unit === undefined ? label : `${label} (${unit})`
          // An axis that shows next to nothing says so behind its name.
          expect(texts.filter((one) => one === said || one.startsWith(`${said}, enlarged: only from `))).not.toEqual([])
        }
        // Ticks, or the names and numbers of rows and cells.
        expect(texts.length).toBeGreaterThan(3)
      }
    }
  })

  it('draws no place that is not a number, and no warning of the library', () => {
    expect(html).not.toMatch(/NaN|undefined|Infinity|⚠/)
  })

  it('shows numbers as their formats say, marks in words, and verdicts with their counts', () => {
    const [table] = named(elements, 'table')
    const cells = table === undefined ? [] : named(within(elements, table), 'th', 'td').map(textOf)
    expect(cells).toContain('0.100 [0.100, 0.100]')
    expect(cells).toContain('–')
    expect(cells.filter((cell) => cell.endsWith('best'))).toHaveLength(2)
    expect(html).toContain('1 reproduced, 1 not reproduced, 1 undecided, of 3.')
    expect(html).toContain('p = 0.21')
    expect(html).toContain('p &lt; 0.0001')
  })
})

it('escapes all text that it is given', () => {
  const elements = elementsOf(render(hostileReport))
  expect(named(elements, 'script')).toEqual([])
  expect(named(elements, 'figure')).toHaveLength(kinds.length)
  const shown = textOf(named(elements, 'body')[0])
  expect(shown.split(HOSTILE).length).toBeGreaterThan(kinds.length)
})

describe.each(unmeasured.map((block) => ({ kind: block.kind, block })))('a $kind without a number', ({ block }) => {
  it('says so in place of an empty chart', () => {
    const html = render(reportOf(block))
    expect(elementsOf(html).filter(isChart)).toEqual([])
    expect(html).toMatch(/Nothing was measured|No claim was judged/)
  })
})
