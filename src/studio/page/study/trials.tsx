// The table of trials.

import { useMemo, useState } from 'preact/hooks'
import type { TrialColumns, TrialRow } from '../../protocol.ts'
import { plural } from '../format.ts'
import { Field, Scroll, Select } from '../parts.tsx'
import { bestRow } from './best.tsx'
import { type Column, columnsOf, compareCells } from './columns.ts'

/** Rows that a page of the table has. */
const PAGE = 25

const STATES = [
  { value: 'all', title: 'All' },
  { value: 'running', title: 'Under way' },
  { value: 'complete', title: 'Complete' },
  { value: 'pruned', title: 'Stopped early' },
  { value: 'fail', title: 'Failed' },
  { value: 'waiting', title: 'Waiting' },
] as const
type StateFilter = (typeof STATES)[number]['value']

/** Every trial; sorted by any column, filtered by state and by what stands in a row, 25 at a time. */
export function Trials({ columns, rows }: { readonly columns: TrialColumns; readonly rows: readonly TrialRow[] }) {
  const [sort, setSort] = useState<{ readonly column: string; readonly falling: boolean }>({ column: 'number', falling: true })
  const [wanted, setWanted] = useState('')
  const [state, setState] = useState<StateFilter>('all')
  const [page, setPage] = useState(0)
  const shown = useMemo(() => columnsOf(columns, rows), [columns, rows])
  const best = bestRow(columns, rows)
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  const matches = (row: TrialRow): boolean => {
    if (state !== 'all' && row.state !== state) return false
    const text = shown
      .map((column) => column.text(row))
      .join(' ')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  }
  const by = shown.find(({ id }) => id === sort.column)
  const found = rows.filter(matches)
  if (by !== undefined) found.sort((a, b) => compareCells(by.cell(a), by.cell(b), sort.falling))
  const pages = Math.max(1, Math.ceil(found.length / PAGE))
  const current = Math.min(page, pages - 1)
  return (
    <>
      <div class="tools">
        <Field
          label="Find"
          control={(attributes) => (
            <input
              {...attributes}
              type="search"
              placeholder="relu adam 32"
              value={wanted}
              onInput={({ currentTarget }) => setWanted(currentTarget.value)}
            />
          )}
        />
        <Select label="State" options={STATES} value={state} onChange={setState} />
        <p class="hint push" role="status">
          {found.length === rows.length ? plural(rows.length, 'trial') : `${found.length} of ${plural(rows.length, 'trial')}`}
        </p>
      </div>
      <Scroll label="Table of trials">
        <table>
          <thead>
            <tr>
              {shown.map((column) => (
                <Head key={column.id} column={column} sort={sort} onSort={setSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {found.slice(current * PAGE, (current + 1) * PAGE).map((row) => (
              <tr key={`${row.part ?? ''} ${row.number}`} class={row === best ? 'best' : undefined}>
                {shown.map((column, i) =>
                  i === 0 ? (
                    <th scope="row" key={column.id}>
                      {column.text(row)}
                      {row === best && <span class="mark winner">best</span>}
                    </th>
                  ) : (
                    <td key={column.id} class={column.end ? 'end' : column.id === 'state' && row.reason !== undefined ? 'text' : undefined}>
                      {column.text(row)}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {pages > 1 && (
        <nav class="actions" aria-label="Pages of trials">
          <button type="button" disabled={current === 0} onClick={() => setPage(current - 1)}>
            Previous
          </button>
          <span>
            Page {current + 1} of {pages}
          </span>
          <button type="button" disabled={current === pages - 1} onClick={() => setPage(current + 1)}>
            Next
          </button>
        </nav>
      )}
    </>
  )
}

function Head({
  column,
  sort,
  onSort,
}: {
  readonly column: Column
  readonly sort: { readonly column: string; readonly falling: boolean }
  readonly onSort: (sort: { column: string; falling: boolean }) => void
}) {
  const isSorted = sort.column === column.id
  const direction = !isSorted ? undefined : sort.falling ? 'descending' : 'ascending'
  return (
    <th scope="col" class={column.end ? 'end' : undefined} aria-sort={direction}>
      <button type="button" onClick={() => onSort({ column: column.id, falling: isSorted ? !sort.falling : column.falls })}>
        {column.title}
        <span class="arrow" aria-hidden="true">
          {direction === 'descending' ? '▼' : direction === 'ascending' ? '▲' : ''}
        </span>
      </button>
    </th>
  )
}
