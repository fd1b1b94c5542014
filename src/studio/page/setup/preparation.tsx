// The step that splits, fills in and scales the rows.

import type { StudioConfig } from '../../config.ts'
import type { DataDescription } from '../../description.ts'
import { Choices, Select } from '../parts.tsx'
import { MISSING_WORDS, type Missing, SCALING_WORDS, type Scaling } from '../words.ts'
import { NumberField } from './number.tsx'

interface Props {
  readonly data: DataDescription
  readonly config: StudioConfig
  readonly onChange: (config: StudioConfig) => void
}

const optionsOf = <T extends string>(words: Readonly<Record<T, { readonly title: string; readonly text: string }>>) =>
  (Object.keys(words) as T[]).map((value) => ({ value, ...words[value] }))

/** What is done with the rows before a network sees them. */
export function Preparation({ data, config, onChange }: Props) {
  const { test, scaling, missing } = config.data
  const change = (part: Partial<StudioConfig['data']>): void => onChange({ ...config, data: { ...config.data, ...part } })
  return (
    <>
      <div class="fields">
        {data.testRows === 0 && (
          <NumberField
            label="Rows kept aside to test on"
            hint="Networks are judged on rows they have not seen (test split)."
            unit="%"
            low={1}
            high={90}
            value={Math.round(test.share * 100)}
            onChange={(percent) => change({ test: { ...test, share: percent / 100 } })}
          />
        )}
        {data.columns.some((column) => column.missing > 0) && (
          <Select
            label="Where a value is missing"
            hint="Learnt from the training rows alone."
            options={(Object.keys(MISSING_WORDS) as Missing[]).map((value) => ({ value, title: MISSING_WORDS[value] }))}
            value={missing}
            onChange={(value) => change({ missing: value })}
          />
        )}
      </div>
      <Choices<Scaling>
        legend="Scaling of the columns"
        options={optionsOf(SCALING_WORDS)}
        value={scaling}
        onChange={(value) => change({ scaling: value })}
      />
    </>
  )
}
