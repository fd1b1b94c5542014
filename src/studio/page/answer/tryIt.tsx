// A row with sliders and lists, and what the answer says of it.

import { useId } from 'preact/hooks'
import type { AnswerColumn } from '../../../learn/predictor/outside.ts'
import type { Prediction } from '../../../learn/predictor/predictor.ts'
import type { Found } from '../../answers.ts'
import { formatNumber } from '../format.ts'
import { Card, Notice } from '../parts.tsx'
import { dayOf, sliderOf, type TriedRow } from './row.ts'
import { chanceText, predictionSaid } from './sentences.ts'

/** Columns that stand open; of more, those that matter least are folded. */
const OPEN = 8

export function TryIt({
  found,
  said,
  row,
  onRow,
}: {
  readonly found: Found | undefined
  readonly said: { readonly prediction: Prediction; readonly found: Found } | undefined
  readonly row: TriedRow
  readonly onRow: (row: TriedRow) => void
}) {
  return (
    <Card title="Try it" id="try">
      {found === undefined || said === undefined ? (
        <p class="short">As soon as something is learned, a row can be tried here.</p>
      ) : (
        <>
          <Foretold said={said.prediction} found={said.found} />
          <Fields found={found} row={row} onRow={onRow} />
        </>
      )}
    </Card>
  )
}

function Foretold({ said, found }: { readonly said: Prediction; readonly found: Found }) {
  const { short, long } = predictionSaid(said, found)
  return (
    <div class="prediction">
      <output class="short" aria-live="polite">
        {short}
      </output>
      <p>{long}</p>
      {'probabilities' in said && <Chances chances={said.probabilities} />}
      {said.outside.length > 0 && (
        <Notice kind="open">
          <p>
            <b>Outside what was seen</b>, so that nothing of this is promised: {said.outside.map(({ why }) => why).join('; ')}.
          </p>
        </Notice>
      )}
    </div>
  )
}

const MOST_CHANCES = 6

/** The chances of the classes, the likeliest first. */
export function Chances({ chances }: { readonly chances: Readonly<Record<string, number>> }) {
  const all = Object.entries(chances).sort(([, a], [, b]) => b - a)
  return (
    <dl class="classes" aria-label="Chance of each class">
      {all.slice(0, MOST_CHANCES).map(([name, chance]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <span class="part" style={{ width: `${100 * chance}%` }} />
            {chanceText(chance)}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Fields({ found, row, onRow }: { readonly found: Found; readonly row: TriedRow; readonly onRow: (row: TriedRow) => void }) {
  const order = found.matters.columns.map(({ name }) => name)
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  const columns = [...found.columns].sort((a, b) => place(a.name) - place(b.name))
  const field = (column: AnswerColumn) => (
    <Cell
      key={column.name}
      column={column}
      found={found}
      value={row[column.name] ?? null}
      onChange={(value) => onRow({ ...row, [column.name]: value })}
    />
  )
  return (
    <>
      <div class="cells">{columns.slice(0, OPEN).map(field)}</div>
      {columns.length > OPEN && (
        <details>
          <summary>The other {columns.length - OPEN} columns</summary>
          <div class="cells">{columns.slice(OPEN).map(field)}</div>
        </details>
      )}
    </>
  )
}

type Value = string | number | null

interface CellProps {
  readonly column: AnswerColumn
  readonly found: Found
  readonly value: Value
  readonly onChange: (value: Value) => void
}

function Cell({ column, found, value, onChange }: CellProps) {
  const id = useId()
  const { name, kind } = column
  if (kind === 'category')
    return (
      <div class="cell">
        <label for={id}>{name}</label>
        <select
          id={id}
          value={value ?? ''}
          onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? null : currentTarget.value)}
        >
          {column.categories.map((category) => (
            <option key={category} value={category}>
              {category}
            </option>
          ))}
          <option value="">missing</option>
        </select>
      </div>
    )
  if (kind === 'date') {
    const { type, text } = dayOf(column)
    return (
      <div class="cell">
        <label for={id}>{name}</label>
        <input
          id={id}
          type={type}
          step={1}
          value={typeof value === 'number' ? text(value) : ''}
          onInput={({ currentTarget }) => onChange(Number.isNaN(currentTarget.valueAsNumber) ? null : currentTarget.valueAsNumber)}
        />
      </div>
    )
  }
  const { min, max, step } = sliderOf(column, found.whole.includes(name))
  return (
    <div class="cell">
      <label for={id}>{name}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={Number(value ?? min)}
        aria-valuetext={value === null ? 'missing' : formatNumber(Number(value))}
        onInput={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
      <span class="value">{value === null ? 'missing' : formatNumber(Number(value))}</span>
    </div>
  )
}
