// Renders a report as Markdown.

import { visible } from '../core/visible.ts'
import { csvName } from './csv.ts'
import { cellMarks, cellValue, formatP, formatValue, isSpread, labelOf } from './format.ts'
import type { Cell, NumberFormat, Report, Section, VerdictsBlock } from './model.ts'
import { type Table, tableOf } from './tables.ts'

/** Where the files beside the text are. */
export interface MarkdownOptions {
  /** Where the CSV files lie, seen from the Markdown file: `report-data/`. */
  readonly dataFolder?: string | undefined
}

/**
 * The report as GitHub's Markdown. Tables and verdicts are whole; of a chart there are the numbers that make a table of a reader's size (what a
 * line ends at, say), and for the rest the name of its CSV file.
 */
export function renderMarkdown(report: Report, { dataFolder = '' }: MarkdownOptions = {}): string {
  const { title, subtitle, facts, sections } = report
  const head = [
    `# ${escaped(title)}`,
    escaped(subtitle),
    facts.map(({ name, value }) => `- ${escaped(name)}: ${escaped(value)}`).join('\n'),
  ]
  return `${[...head, ...sections.flatMap((section) => sectionText(section, dataFolder))].filter((text) => text !== '').join('\n\n')}\n`
}

const sectionText = ({ title, paragraphs, blocks }: Section, dataFolder: string): string[] => [
  `## ${escaped(title)}`,
  ...paragraphs.map(escaped),
  ...blocks.flatMap((block) => [
    `*${escaped(block.caption)}* Numbers: [${csvName(block)}](${encodeURI(dataFolder)}${csvName(block)})`,
    block.kind === 'verdicts' ? verdicts(block) : table(tableOf(block)),
  ]),
]

/**
 * Line breaks would end a table's row or a list's item; some marks mean something only where a line begins; and who looks at the text on a
 * terminal must not have it obeyed.
 */
const escaped = (text: string): string =>
  visible(text.replace(/\s*\n\s*/g, ' '))
    .replace(/[\\`*_{}[\]<>#|~$&]/g, '\\$&')
    .replace(/^([-+=]|\d+[.)])(?=\s|$)/, (mark) => `${mark.slice(0, -1)}\\${mark.slice(-1)}`)

function table({ columns, rows }: Table): string {
  if (rows.length === 0) return 'Nothing was measured.'
  const numeric = columns.map(({ align }, i) => (align ?? (rows.every((row) => isNumeric(row[i] ?? null)) ? 'end' : 'start')) === 'end')
  const lines = [
    columns.map(({ name, unit }) => escaped(labelOf({ label: name, unit }))),
    columns.map((_, i) => (numeric[i] ? '---:' : '---')),
    ...rows.map((row) => columns.map(({ format }, i) => cellText(row[i] ?? null, format))),
  ]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function isNumeric(cell: Cell): boolean {
  const value = cellValue(cell)
  return value === null || typeof value === 'number' || isSpread(value)
}

function cellText(cell: Cell, format: NumberFormat | undefined): string {
  const text = escaped(formatValue(cellValue(cell), format))
  const marks = cellMarks(cell)
  const verdicts = marks.filter((mark) => mark !== 'winner' && mark !== 'published')
  const shown = marks.includes('winner') ? `**${text}**` : marks.includes('published') ? `*${text}*` : text
  return [shown, ...verdicts.map((verdict) => `**${verdict}**`)].join(' ')
}

function verdicts({ claims }: VerdictsBlock): string {
  const item = ({ id, claim, published, measured, test, p, verdict, note }: VerdictsBlock['claims'][number]): string =>
    [
      `- **${escaped(id)}: ${verdict}.** ${escaped(claim)}`,
      `- Published: ${escaped(published)}`,
      `- Measured: ${escaped(measured)}`,
      `- Test: ${escaped(test)}${p === undefined ? '' : `; ${escaped(formatP(p))}`}`,
      ...(note === undefined ? [] : [`- Note: ${escaped(note)}`]),
    ].join('\n  ')
  return claims.length === 0 ? 'No claim was judged.' : claims.map(item).join('\n')
}
