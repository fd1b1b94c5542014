// What the sentences rest on: every metric, who answers, how it was judged, what was done to the columns.

import type { AnswerMetric } from '../../../learn/predictor/data.ts'
import type { Found } from '../../answers.ts'
import { formatNumber, plural } from '../format.ts'
import { Scroll } from '../parts.tsx'
import { sayOf } from './sentences.ts'

const METRICS: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  accuracy: { title: 'Accuracy', text: 'share answered right; more is better' },
  balancedAccuracy: { title: 'Balanced accuracy', text: 'the same, every class counting alike' },
  auc: { title: 'AUC', text: 'how well classes are ranked apart: 1 is perfect, 0.5 by chance' },
  logLoss: { title: 'Log loss', text: 'how far chances are from the truth; less is better' },
  rootMeanSquaredError: { title: 'RMSE', text: 'root of the mean squared error, in units of the target; less is better' },
  meanAbsoluteError: { title: 'MAE', text: 'mean error, in units of the target; less is better' },
  r2: { title: 'R²', text: 'share of the variance explained: 1 is perfect, 0 the mean' },
}

export function Evidence({ found }: { readonly found: Found | undefined }) {
  if (found === undefined) return <p>Nothing is learned yet.</p>
  const { learned, limits, preparation } = found
  return (
    <>
      <Scores found={found} />
      <p>
        {sayOf(found)} {plural(learned.candidates, 'model')} were tried in {formatNumber(learned.seconds)} seconds.{' '}
        {plural(learned.rows, 'row')} were dealt to {learned.folds} parts
        {learned.by && ` of whole groups by ${learned.by.column}, ${learned.by.groups} in all`}; each was judged by models that had not seen
        it, and that were chosen by other rows.
      </p>
      <h3>What was done to the columns</h3>
      <ul>
        {preparation.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {limits.length > 0 && (
        <>
          <h3>To be known before anyone relies on it</h3>
          <ul>
            {limits.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      <p class="hint">
        Curves, every trial, the confusion of classes and whether chances can be believed: of a study of your own, under “Change what is
        tried”.
      </p>
    </>
  )
}

/** Every metric beside guessing and a straight line. */
export function Scores({ found: { score } }: { readonly found: Found }) {
  return (
    <Scroll label="How good it is">
      <table>
        <thead>
          <tr>
            <th scope="col">On rows it never saw</th>
            <th scope="col" class="end">
              The answer
            </th>
            <th scope="col" class="end">
              {Math.round(100 * score.level)} % interval
            </th>
            <th scope="col" class="end">
              Guessing
            </th>
            <th scope="col" class="end">
              A straight line
            </th>
          </tr>
        </thead>
        <tbody>
          {score.metrics.map((metric) => (
            <Metric key={metric.name} metric={metric} />
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function Metric({ metric: { name, value, interval, guess, linear } }: { readonly metric: AnswerMetric }) {
  const words = METRICS[name]
  return (
    <tr>
      <th scope="row">
        {words?.title ?? name} <span class="hint">{words?.text}</span>
      </th>
      <td class="end">{formatNumber(value)}</td>
      <td class="end">
        {formatNumber(interval[0])} to {formatNumber(interval[1])}
      </td>
      <td class="end">{formatNumber(guess)}</td>
      <td class="end">{linear === null ? '–' : formatNumber(linear)}</td>
    </tr>
  )
}
