// What is looked at, typed instead of dragged, and the trials that are inside, each a link to its page.

import { useState } from 'preact/hooks'
import { toEvidence } from '../../evidencePlace.ts'
import type { TrialPoint } from '../../evidenceProtocol.ts'
import { formatNumber, plural } from '../format.ts'
import { Field, Scroll, Select } from '../parts.tsx'
import { type Axis, NUMBER, OBJECTIVE, textAt } from './axes.ts'
import { NO_FILTER, narrowed } from './filter.ts'
import type { Look } from './look.ts'

/** Rows of the table. */
const ROWS = 12

export function Selection({ look, study }: { readonly look: Look; readonly study: string }) {
  const { evidence, axes, filter, setFilter, inside, point, pointed } = look
  const [chosen, setChosen] = useState<readonly number[]>([])
  const sign = evidence.direction === 'minimize' ? 1 : -1
  // Trials without a value come last.
  const order = (a: TrialPoint, b: TrialPoint): number =>
    Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value)) || sign * (a.value - b.value)
  const rows = evidence.trials.filter(({ number }) => inside.has(number)).sort(order)
  const columns = axes.filter(({ key }) => key !== NUMBER && key !== OBJECTIVE)
  const objective = axes.find(({ key }) => key === OBJECTIVE)
  const { part } = evidence
  const [a, b] = chosen
  return (
    <>
      <details open={filter.size > 0}>
        <summary>Look at some trials only</summary>
        <div class="fields">
          {axes.map((axis) => (
            <Limits key={axis.key} axis={axis} look={look} />
          ))}
        </div>
      </details>
      <div class="actions">
        <p class="hint" role="status">
          {rows.length === evidence.trials.length
            ? plural(rows.length, 'trial')
            : `${rows.length} of ${plural(evidence.trials.length, 'trial')} are inside`}
          {rows.length > ROWS && `; the best ${ROWS} are listed`}
        </p>
        {filter.size > 0 && (
          <button type="button" onClick={() => setFilter(() => NO_FILTER)}>
            Look at all again
          </button>
        )}
        {a !== undefined && b !== undefined && (
          <a class="button primary" href={toEvidence(study, { part, trial: a, beside: { study, part, trial: b } })}>
            Compare trials {a} and {b}
          </a>
        )}
      </div>
      <Scroll label="Trials that are looked at">
        <table>
          <thead>
            <tr>
              <th scope="col">Compare</th>
              <th scope="col">Trial</th>
              <th scope="col" class="end">
                {objective?.title}
              </th>
              {columns.map(({ key, title }) => (
                <th scope="col" key={key}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, ROWS).map((trial) => (
              <tr
                key={trial.number}
                class={trial.number === pointed ? 'best' : undefined}
                onMouseEnter={() => point(trial.number)}
                onMouseLeave={() => point(undefined)}
                onFocusIn={() => point(trial.number)}
              >
                <td>
                  <input
                    type="checkbox"
                    aria-label={`Compare trial ${trial.number}`}
                    checked={chosen.includes(trial.number)}
                    onChange={({ currentTarget }) =>
                      setChosen((before) =>
                        [...before.filter((one) => one !== trial.number), ...(currentTarget.checked ? [trial.number] : [])].slice(-2),
                      )
                    }
                  />
                </td>
                <th scope="row">
                  <a href={toEvidence(study, { part, trial: trial.number })}>trial {trial.number}</a>
                  {trial.number === evidence.best && <span class="mark winner">best</span>}
                </th>
                <td class="end">{trial.state === 'fail' ? 'failed' : formatNumber(trial.value)}</td>
                {columns.map((axis) => (
                  <td key={axis.key}>{textAt(axis, axis.at(trial))}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  )
}

/** The ends of an axis that are looked at, or one choice of it. */
function Limits({ axis, look: { filter, setFilter } }: { readonly axis: Axis; readonly look: Look }) {
  const { key, title, choices, low, high } = axis
  const range = filter.get(key)
  const set = (next: readonly [number, number] | undefined): void => setFilter((before) => narrowed(before, key, next))
  if (choices.length > 0) {
    const middle = range === undefined ? -1 : (range[0] + range[1]) / 2
    const options = [{ value: '', title: 'all' }, ...choices.map((choice, i) => ({ value: String(i), title: choice }))]
    const value = range !== undefined && range[1] - range[0] <= 1 ? String(Math.round(middle)) : ''
    return (
      <Select
        label={title}
        options={options}
        value={value}
        onChange={(chosen) => set(chosen === '' ? undefined : [Number(chosen) - 0.5, Number(chosen) + 0.5])}
      />
    )
  }
  const end = (which: 0 | 1, label: string) => (
    <Field
      label={`${title} ${label}`}
      control={(attributes) => (
        <input
          {...attributes}
          type="number"
          step="any"
          placeholder={formatNumber(which === 0 ? low : high)}
          value={range?.[which] === undefined || !Number.isFinite(range[which]) ? '' : Number(range[which].toPrecision(4))}
          onChange={({ currentTarget: { value } }) => {
            const [from, to] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
            const typed = value === '' ? (which === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : Number(value)
            const next = which === 0 ? ([typed, to] as const) : ([from, typed] as const)
            set(next.every((one) => !Number.isFinite(one)) ? undefined : next)
          }}
        />
      )}
    />
  )
  return (
    <div class="limits">
      {end(0, 'from')}
      {end(1, 'to')}
    </div>
  )
}
