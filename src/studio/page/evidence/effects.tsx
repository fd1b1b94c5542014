// What matters, and which way: rank correlations with their signs, and where trials failed.

import type { Correlation, Evidence } from '../../evidenceProtocol.ts'
import { parameterTitle } from '../../parameterWords.ts'
import { Scroll } from '../parts.tsx'
import { titleOf } from './axes.ts'

const MEANING: Readonly<Record<Correlation['meaning'], string>> = {
  helps: 'more is better',
  harms: 'more is worse',
  'cannot be told apart': 'cannot be told apart from chance',
}

const CHOICE_MEANING: Readonly<Record<Correlation['meaning'], string>> = {
  helps: 'better than the others',
  harms: 'worse than the others',
  'cannot be told apart': 'cannot be told apart from the others',
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`

export function Effects({ evidence }: { readonly evidence: Evidence }) {
  const rows = evidence.effects.flatMap(({ name, correlations }) => correlations.map((one) => ({ name, ...one })))
  const failed = evidence.effects.filter((effect) => effect.failed.length > 0)
  const ordered = rows.sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
  return (
    <>
      {rows.length === 0 ? (
        <p class="skeleton">Ten complete trials of different values are needed; of fewer this would tell next to nothing.</p>
      ) : (
        <Scroll label="Correlations with the objective">
          <table>
            <thead>
              <tr>
                <th scope="col">Setting</th>
                <th scope="col">Rank correlation with {titleOf(evidence)}</th>
                <th scope="col" class="end">
                  All together 95 % sure
                </th>
                <th scope="col">Which means</th>
              </tr>
            </thead>
            <tbody>
              {ordered.map(({ name, choice, value, low, high, meaning }) => (
                <tr key={`${name} ${choice}`}>
                  <th scope="row">{choice === undefined ? parameterTitle(name) : `${parameterTitle(name)}: ${choice}`}</th>
                  <td>
                    <span class="signed">
                      <Bar value={value} low={low} high={high} />
                      {signed(value)}
                    </span>
                  </td>
                  <td class="end">{Number.isNaN(low) ? '–' : `${signed(low)} to ${signed(high)}`}</td>
                  <td class={meaning === 'helps' ? 'good' : meaning === 'harms' ? 'bad' : undefined}>
                    {(choice === undefined ? MEANING : CHOICE_MEANING)[meaning]}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {failed.map(({ name, failed: counts }) => (
        <p key={name} class="hint">
          Failed trials are in no correlation. {parameterTitle(name)}:{' '}
          {counts.map(({ of, failed: count, all }) => `${of === '' ? '' : `${of} `}${count} of ${all} failed`).join(', ')}.
        </p>
      ))}
    </>
  )
}

/** From −1 to 1, with its interval. */
function Bar({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }) {
  const x = (at: number): number => 60 + 58 * at
  const [from, to] = [Math.min(x(0), x(value)), Math.max(x(0), x(value))]
  return (
    <svg class="bar" viewBox="0 0 120 16" aria-hidden="true">
      <rect x={from} y="4" width={Math.max(1, to - from)} height="8" class={value < 0 ? 'below' : 'above'} />
      {!Number.isNaN(low) && <path d={`M${x(low)} 8H${x(high)}`} />}
      <path d="M60 0V16" />
    </svg>
  )
}
