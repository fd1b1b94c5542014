// One line of the list of hyper-parameters.

import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { PARAMETER_WORDS } from '../../parameterWords.ts'

export type ParameterName = keyof typeof PARAMETER_WORDS

/** A hyper-parameter's line: what it is, whether it is searched, and its values. */
export function ParameterLine({
  name,
  searched,
  onSearched,
  children,
}: {
  readonly name: ParameterName
  readonly searched: boolean
  readonly onSearched: (searched: boolean) => void
  readonly children: ComponentChildren
}) {
  const id = useId()
  const { title, text } = PARAMETER_WORDS[name]
  const options = [
    { word: 'Fixed', is: false },
    { word: 'Searched', is: true },
  ]
  return (
    <li class="parameter">
      <div>
        <h3 id={id}>{title}</h3>
        <p class="hint">{text}</p>
      </div>
      <div class="switch" role="radiogroup" aria-labelledby={id}>
        {options.map(({ word, is }) => (
          <label key={word}>
            <input type="radio" name={`${id}-searched`} checked={searched === is} onChange={() => onSearched(is)} />
            {word}
          </label>
        ))}
      </div>
      <div class="range">{children}</div>
    </li>
  )
}
