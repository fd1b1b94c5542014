import domino from '@mixmark-io/domino'
import { expect, it } from 'vitest'
import { createSvgDocument } from '../../src/report/charts/svgDocument.ts'
import { renderHtml } from '../../src/report/html.ts'
import { hostileReport, kinds, sampleReport } from '../support/report.ts'

it.each([
  ['every kind of block', sampleReport],
  ['text that looks like markup', hostileReport],
])('a chart is the same markup as a DOM makes it: %s', (_, report) => {
  const html = renderHtml(report, { document: createSvgDocument() })
  expect(kinds.length).toBeGreaterThan(7)
  expect(html.match(/<svg class="chart"/g)?.length).toBeGreaterThan(10)
  expect(html).toBe(renderHtml(report, { document: domino.createDocument() }))
})
