// How a file is read: what was guessed of it as a whole, and what may be said instead.

import { readingOf, type StudioConfig } from '../../config.ts'
import type { DataDescription } from '../../description.ts'
import type { Controller } from '../controller.ts'
import { Select } from '../parts.tsx'

/** What can be said by a click; `auto` leaves it to be found out. */
const SETTINGS = {
  header: { label: 'Its first line holds', options: { yes: 'names of the columns', no: 'data already' } },
  delimiter: {
    label: 'Between two cells stands',
    options: { ',': 'a comma', ';': 'a semicolon', '\t': 'a tab', '|': 'a bar', blanks: 'blanks' },
  },
  decimal: { label: 'Decimal sign', options: { '.': 'a point', ',': 'a comma' } },
  dateOrder: { label: '03/04/2020 means', options: { dmy: '3 April', mdy: 'March 4', ymd: 'year, month, day' } },
  encoding: { label: 'Its letters are in', options: { 'utf-8': 'UTF-8', 'windows-1252': 'Windows-1252', 'utf-16le': 'UTF-16' } },
} as const
type Name = keyof typeof SETTINGS

const WORDS: Readonly<Record<string, string>> = {
  ' ': 'a blank',
  '\t': 'a tab',
  ',': 'a comma',
  ';': 'a semicolon',
  true: 'yes',
  false: 'no',
}

export function Reading({
  data,
  config,
  controller,
}: {
  readonly data: DataDescription
  readonly config: StudioConfig
  readonly controller: Controller
}) {
  const { source } = config.data
  if (source.kind !== 'table') return null
  const reading = readingOf(source)
  const take = (name: Name, value: string): void => {
    const { [name]: _, ...others } = reading
    const said = value === 'auto' ? {} : { [name]: name === 'header' ? value === 'yes' : value }
    void controller.read({ ...others, ...said }, config)
  }
  const saidOf = (name: Name): string => {
    const said = reading[name]
    return said === undefined ? 'auto' : name === 'header' ? (said ? 'yes' : 'no') : String(said)
  }
  return (
    <details>
      <summary>How the file is read</summary>
      {data.guesses.length > 0 && (
        <ul class="guesses">
          {data.guesses.map(({ of, value, why }) => (
            <li key={of}>
              <b>{of}</b>: {WORDS[String(value)] ?? String(value)} <span class="hint">{why}</span>
            </li>
          ))}
        </ul>
      )}
      <div class="fields">
        {(Object.keys(SETTINGS) as Name[]).map((name) => (
          <Select
            key={name}
            label={SETTINGS[name].label}
            options={[
              { value: 'auto', title: 'found out' },
              ...Object.entries(SETTINGS[name].options).map(([value, title]) => ({ value, title })),
            ]}
            value={saidOf(name)}
            onChange={(value) => take(name, value)}
          />
        ))}
      </div>
    </details>
  )
}
