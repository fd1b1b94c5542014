// The step that chooses the search.

import type { ObjectiveName, StudioConfig } from '../../config.ts'
import type { DataDescription } from '../../description.ts'
import { objectiveWords } from '../../parameterWords.ts'
import { Choices, Select } from '../parts.tsx'
import { OBJECTIVES_OF, STRATEGY_WORDS, type Strategy } from '../words.ts'
import { NumberField } from './number.tsx'
import { Parameters } from './parameters.tsx'

interface Props {
  readonly data: DataDescription
  readonly config: StudioConfig
  readonly onChange: (config: StudioConfig) => void
}

/** What is searched, how, and for what. */
export function SearchStep({ config, onChange }: Props) {
  const { search, training } = config
  const change = (part: Partial<StudioConfig['search']>): void => onChange({ ...config, search: { ...search, ...part } })
  const objectives = OBJECTIVES_OF[config.data.task]
  return (
    <>
      <Parameters config={config} onChange={onChange} />
      <h3>How to search</h3>
      <Choices<Strategy>
        legend="Strategy"
        options={(Object.keys(STRATEGY_WORDS) as Strategy[]).map((value) => ({ value, ...STRATEGY_WORDS[value] }))}
        value={search.strategy}
        onChange={(strategy) => change({ strategy })}
      />
      <div class="fields">
        <Select<ObjectiveName>
          label="What is sought (objective)"
          hint={objectiveWords(search.objective).text}
          options={objectives.map((value) => ({ value, title: objectiveWords(value).title }))}
          value={search.objective}
          onChange={(objective) => change({ objective })}
        />
        <NumberField
          label="Configurations to try (trials)"
          hint="Ten at least, to say what matters; thirty say it better."
          low={1}
          high={100_000}
          value={search.trials}
          onChange={(trials) => change({ trials })}
        />
        <NumberField
          label="Trainings of each (repeats)"
          hint="Each from other random weights; more show how sure a result is."
          low={1}
          high={100}
          value={search.repeats}
          onChange={(repeats) => change({ repeats })}
        />
        <NumberField
          label="Passes through the rows (epochs)"
          hint="Longer trainings take longer."
          low={1}
          high={10_000}
          value={training.epochs}
          onChange={(epochs) => onChange({ ...config, training: { ...training, epochs } })}
        />
        <NumberField
          label="Random seed"
          hint="The same seed gives the same study."
          low={0}
          high={4_294_967_295}
          value={search.seed}
          onChange={(seed) => change({ seed })}
        />
      </div>
    </>
  )
}
