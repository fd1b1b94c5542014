// Corrects how a CSV file is read.

import { useState } from 'preact/hooks'
import type { Controller } from '../controller.ts'
import { Select } from '../parts.tsx'

const HEADERS = [
  { value: 'auto', title: 'Found out' },
  { value: 'yes', title: 'Names of the columns' },
  { value: 'no', title: 'Data already' },
] as const

const DELIMITERS = [
  { value: 'auto', title: 'Found out' },
  { value: ',', title: 'Comma' },
  { value: ';', title: 'Semicolon' },
  { value: '\t', title: 'Tab' },
  { value: '|', title: 'Bar' },
] as const

type Header = (typeof HEADERS)[number]['value']
type Delimiter = (typeof DELIMITERS)[number]['value']

/** Reads the same file again, if the form of a CSV file was detected wrongly. */
export function CsvReading({ files, controller }: { readonly files: readonly File[]; readonly controller: Controller }) {
  const [header, setHeader] = useState<Header>('auto')
  const [delimiter, setDelimiter] = useState<Delimiter>('auto')
  const read = (first: Header, between: Delimiter): void => {
    setHeader(first)
    setDelimiter(between)
    const reading = { header: first === 'auto' ? null : first === 'yes', delimiter: between === 'auto' ? null : between }
    void controller.describe({ kind: 'files', files, ...reading }, 'Reading the file again')
  }
  return (
    <details>
      <summary>How the file is read</summary>
      <div class="fields">
        <Select label="Its first line holds" options={HEADERS} value={header} onChange={(first) => read(first, delimiter)} />
        <Select label="Between two cells stands" options={DELIMITERS} value={delimiter} onChange={(between) => read(header, between)} />
      </div>
    </details>
  )
}
