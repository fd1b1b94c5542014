// Renders tables and verdicts as HTML.

import { escapeHtml } from './escape.ts'
import { cellMarks, cellValue, formatP, formatValue, isSpread, labelOf } from './format.ts'
import { type Cell, type Column, type Mark, type TableBlock, VERDICTS, type VerdictsBlock } from './model.ts'

/** A table that scrolls by itself where it is wider than the page, also by keys. */
export function tableHtml({ columns, rows, caption }: TableBlock): string {
  if (rows.length === 0) return '<p class="empty">Nothing was measured.</p>'
  const ends = columns.map((column, i) =>
    alignsAtEnd(
      column,
      rows.map((row) => row[i] ?? null),
    ),
  )
  const head = columns.map(
    ({ name, unit }, i) => `<th scope="col"${ends[i] ? ' class="end"' : ''}>${escapeHtml(labelOf({ label: name, unit }))}</th>`,
  )
  const body = rows.map(
    (row) => `<tr>${columns.map((column, i) => cellHtml(row[i] ?? null, column, i === 0, ends[i] === true)).join('')}</tr>`,
  )
  return [
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}">`,
    `<table>\n<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>`,
    '</div>',
  ].join('\n')
}

function alignsAtEnd({ align }: Column, cells: readonly Cell[]): boolean {
  if (align !== undefined) return align === 'end'
  const values = cells.map(cellValue)
  return values.some((value) => value !== null) && values.every((value) => typeof value !== 'string')
}

/** Longer than this, text may break into lines. */
const LONG = 32

function cellHtml(cell: Cell, { format }: Column, isHeader: boolean, atEnd: boolean): string {
  const [value, marks] = [cellValue(cell), cellMarks(cell)]
  const text = formatValue(value, format)
  const classes = [
    ...(atEnd ? ['end'] : []),
    ...(!isSpread(value) && text.length > LONG ? ['text'] : []),
    ...marks.filter((mark) => mark === 'winner' || mark === 'published'),
  ]
  // Bold and italic say nothing to who cannot see them; the published numbers' column says what they are.
  const badges = marks.filter((mark) => mark !== 'published').map(badge)
  const attributes = `${isHeader ? ' scope="row"' : ''}${classes.length === 0 ? '' : ` class="${classes.join(' ')}"`}`
  const tag = isHeader ? 'th' : 'td'
  return `<${tag}${attributes}>${escapeHtml(text)}${badges.join('')}</${tag}>`
}

const className = (mark: Mark): string => mark.replace(' ', '-')
const badge = (mark: Mark): string => `<span class="mark ${className(mark)}">${mark === 'winner' ? 'best' : mark}</span>`

export function verdictsHtml({ claims }: VerdictsBlock): string {
  if (claims.length === 0) return '<p class="empty">No claim was judged.</p>'
  const counts = VERDICTS.map((verdict) => `${claims.filter((claim) => claim.verdict === verdict).length} ${verdict}`).join(', ')
  const items = claims.map(({ id, claim, published, measured, test, p, verdict, note }) => {
    const rows = [
      ['Published', published],
      ['Measured', measured],
      ['Test', p === undefined ? test : `${test}; ${formatP(p)}`],
      ...(note === undefined ? [] : [['Note', note]]),
    ]
    const list = rows.map(([name = '', text = '']) => `<dt>${name}</dt><dd>${escapeHtml(text)}</dd>`).join('')
    return `<li class="${className(verdict)}"><h3>${escapeHtml(id)} ${badge(verdict)} ${escapeHtml(claim)}</h3><dl>${list}</dl></li>`
  })
  return `<p>${counts}, of ${claims.length}.</p>\n<ul class="claims">\n${items.join('\n')}\n</ul>`
}
