// The card of the best trial.

import { durationText } from '../../../core/figures.ts'
import { objectiveWords, parameterTitle } from '../../parameterWords.ts'
import type { TrialColumns, TrialRow } from '../../protocol.ts'
import { formatNumber, formatValue } from '../format.ts'
import { Card } from '../parts.tsx'

/** The complete trial with the best value, the earlier of equals. */
export function bestRow({ direction }: TrialColumns, rows: readonly TrialRow[]): TrialRow | undefined {
  const sign = direction === 'minimize' ? 1 : -1
  const complete = rows.filter(({ state, value }) => state === 'complete' && !Number.isNaN(value))
  return complete.reduce<TrialRow | undefined>(
    (best, row) => (best === undefined || sign * (row.value - best.value) < 0 ? row : best),
    undefined,
  )
}

export function BestCard({ columns, rows }: { readonly columns: TrialColumns; readonly rows: readonly TrialRow[] }) {
  const best = bestRow(columns, rows)
  const { title, text } = objectiveWords(columns.objective)
  return (
    <Card title="Best so far" id="best">
      {best === undefined ? (
        <p class="skeleton">No trial has finished yet.</p>
      ) : (
        <>
          <dl class="figures">
            <div>
              <dt>{title}</dt>
              <dd>
                {formatNumber(best.value)}
                {Number.isFinite(best.low) && (
                  <small>
                    with other seeds, 95 % sure: {formatNumber(best.low)} to {formatNumber(best.high)}
                  </small>
                )}
              </dd>
            </div>
            <div>
              <dt>Trial</dt>
              <dd>{best.number}</dd>
            </div>
            {best.seconds !== undefined && (
              <div>
                <dt>Trained in</dt>
                <dd>{durationText(best.seconds)}</dd>
              </div>
            )}
          </dl>
          {text !== undefined && (
            <p class="hint">
              {title}: {text}; {columns.direction === 'minimize' ? 'lower' : 'higher'} is better.
            </p>
          )}
          {rows.length > 1 && <p class="hint">It was chosen by the rows that judge it: of other rows expect less.</p>}
          <ul class="params" aria-label="Its settings">
            {Object.entries(best.params).map(([name, value]) => (
              <li key={name}>
                <span>{parameterTitle(name)}</span> {formatValue(value)}
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  )
}
