// The input for a hyper-parameter with a range.

import { useId, useRef } from 'preact/hooks'
import type { Range } from '../../config.ts'
import { PARAMETER_WORDS } from '../../parameterWords.ts'
import { type NumberRules, SmallNumber } from './number.tsx'
import { ParameterLine, type ParameterName } from './parameter.tsx'

/** The range of a parameter that was fixed until now. */
const USUAL: Readonly<Partial<Record<ParameterName, Range>>> = {
  layers: { low: 1, high: 3, log: false, points: 3 },
  units: { low: 4, high: 64, log: true, points: 5 },
  learningRate: { low: 1e-4, high: 0.1, log: true, points: 4 },
  dropout: { low: 0, high: 0.5, log: false, points: 3 },
  l2: { low: 1e-6, high: 1e-2, log: true, points: 3 },
}

/** A hyper-parameter that is a number: one value, or from here to there. */
export function RangeParameter({
  name,
  value,
  listing,
  onChange,
  ...rules
}: NumberRules & {
  readonly name: ParameterName
  readonly value: Range
  /** Whether the strategy takes a list of values rather than any between the ends. */
  readonly listing: boolean
  readonly onChange: (value: Range) => void
}) {
  const id = useId()
  const { title } = PARAMETER_WORDS[name]
  const searched = value.low !== value.high
  const before = useRef<Range>(undefined)
  if (searched) before.current = value
  const onSearched = (wanted: boolean): void => {
    const { low, high, log } = value
    // The middle, by factors where the scale is logarithmic, of three digits.
    const middle = Number((log ? Math.sqrt(low * high) : (low + high) / 2).toPrecision(3))
    const single = rules.fraction === true ? middle : Math.round(middle)
    if (wanted) onChange(before.current ?? USUAL[name] ?? { ...value, high: rules.high })
    else onChange({ ...value, low: single, high: single, log: false })
  }
  return (
    <ParameterLine name={name} searched={searched} onSearched={onSearched}>
      {searched ? (
        <>
          <span>from</span>
          <SmallNumber
            {...rules}
            high={value.high}
            name={`${title}: from`}
            value={value.low}
            onChange={(low) => onChange({ ...value, low })}
          />
          <span>to</span>
          <SmallNumber
            {...rules}
            low={value.low}
            name={`${title}: to`}
            value={value.high}
            onChange={(high) => onChange({ ...value, high })}
          />
          {listing && (
            <>
              <span>in</span>
              <SmallNumber
                name={`${title}: number of values`}
                low={2}
                high={50}
                value={value.points}
                onChange={(points) => onChange({ ...value, points })}
              />
              <span>values</span>
            </>
          )}
          <label class="check" for={id}>
            <input
              id={id}
              type="checkbox"
              checked={value.log}
              disabled={value.low <= 0}
              onChange={({ currentTarget }) => onChange({ ...value, log: currentTarget.checked })}
            />
            by factors (log scale)
          </label>
        </>
      ) : (
        <SmallNumber {...rules} name={title} value={value.low} onChange={(only) => onChange({ ...value, low: only, high: only })} />
      )}
    </ParameterLine>
  )
}
