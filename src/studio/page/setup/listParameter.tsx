// The input for a hyper-parameter with a list of choices.

import { useRef } from 'preact/hooks'
import { PARAMETER_WORDS } from '../../parameterWords.ts'
import { ParameterLine, type ParameterName } from './parameter.tsx'

/** A hyper-parameter that is one of several choices: one of them, or those to be tried. */
export function ListParameter<T extends string>({
  name,
  choices,
  values,
  onChange,
}: {
  readonly name: ParameterName
  readonly choices: readonly T[]
  readonly values: readonly T[]
  readonly onChange: (values: T[]) => void
}) {
  const { title } = PARAMETER_WORDS[name]
  const searched = values.length > 1
  const before = useRef<readonly T[]>(undefined)
  if (searched) before.current = values
  const [first] = values
  const onSearched = (wanted: boolean): void => {
    if (wanted) onChange([...(before.current ?? [...values, ...choices.filter((choice) => choice !== first).slice(0, 2)])])
    else onChange(values.slice(0, 1))
  }
  const toggle = (choice: T, on: boolean): void => onChange(choices.filter((one) => (one === choice ? on : values.includes(one))))
  return (
    <ParameterLine name={name} searched={searched} onSearched={onSearched}>
      {searched ? (
        <fieldset class="checks" aria-label={`${title}: values to try`}>
          {choices.map((choice) => (
            <label class="check" key={choice}>
              <input
                type="checkbox"
                checked={values.includes(choice)}
                // The last two stay: one value alone is a fixed setting.
                disabled={values.length <= 2 && values.includes(choice)}
                onChange={({ currentTarget }) => toggle(choice, currentTarget.checked)}
              />
              {choice}
            </label>
          ))}
        </fieldset>
      ) : (
        <select
          aria-label={title}
          value={first}
          onChange={({ currentTarget }) => onChange(choices.filter((choice) => choice === currentTarget.value))}
        >
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      )}
    </ParameterLine>
  )
}
