// Tables as text.

import Table from 'cli-table3'

/** A table for people, without colours: it may go to a file. The first `left` columns are text, the others numbers. */
export function textTable(head: readonly string[], left: number, rows: readonly (readonly (string | number)[])[]): string {
  const colAligns = head.map((_, i) => (i < left ? 'left' : 'right'))
  const table = new Table({ head: [...head], colAligns, style: { head: [], border: [], compact: true } })
  for (const row of rows) table.push([...row])
  return table.toString()
}
