// The list of hyper-parameters.

import { INITIALIZERS } from '../../../core/initializers.ts'
import { HIDDEN_ACTIVATIONS, OPTIMIZER_NAMES, type StudioConfig } from '../../config.ts'
import { parameterTitle } from '../../parameterWords.ts'
import { startOf } from '../../points.ts'
import { formatValue } from '../format.ts'
import { ListParameter } from './listParameter.tsx'
import { RangeParameter } from './rangeParameter.tsx'

interface Props {
  readonly config: StudioConfig
  readonly onChange: (config: StudioConfig) => void
}

/** Every hyper-parameter: fixed at a value, or searched. */
export function Parameters({ config, onChange }: Props) {
  const { network, training, search } = config
  const setNetwork = (part: object): void => onChange({ ...config, network: { ...network, ...part } })
  const setTraining = (part: object): void => onChange({ ...config, training: { ...training, ...part } })
  const { strategy } = search
  const listing = strategy === 'grid' || strategy === 'winnerTakesAll'
  const range = { listing }
  return (
    <>
      <p class="hint">
        Searched settings take many values, and you learn which of them matter; fixed ones stay at theirs.
        {strategy === 'pyramid' && ` The pyramid searches layers and units alone; the others stay: ${fixedOf(config)}.`}
      </p>
      <ul class="parameters">
        <RangeParameter name="layers" {...range} low={1} high={8} value={network.layers} onChange={(layers) => setNetwork({ layers })} />
        <RangeParameter name="units" {...range} low={1} high={4096} value={network.units} onChange={(units) => setNetwork({ units })} />
        {strategy !== 'pyramid' && (
          <>
            <ListParameter
              name="activation"
              choices={HIDDEN_ACTIVATIONS}
              values={network.activations}
              onChange={(activations) => setNetwork({ activations })}
            />
            <RangeParameter
              name="learningRate"
              {...range}
              fraction
              low={1e-7}
              high={100}
              value={training.learningRate}
              onChange={(learningRate) => setTraining({ learningRate })}
            />
            <ListParameter
              name="optimizer"
              choices={OPTIMIZER_NAMES}
              values={training.optimizers}
              onChange={(optimizers) => setTraining({ optimizers })}
            />
            <ListParameter
              name="batchSize"
              choices={batchSizes(training.batchSizes)}
              values={training.batchSizes.map(String)}
              onChange={(values) => setTraining({ batchSizes: values.map(Number) })}
            />
            <RangeParameter
              name="dropout"
              {...range}
              fraction
              low={0}
              high={0.95}
              value={network.dropout}
              onChange={(dropout) => setNetwork({ dropout })}
            />
            <RangeParameter name="l2" {...range} fraction low={0} high={10} value={network.l2} onChange={(l2) => setNetwork({ l2 })} />
            <ListParameter
              name="initializer"
              choices={INITIALIZERS}
              values={network.initializers}
              onChange={(initializers) => setNetwork({ initializers })}
            />
          </>
        )}
      </ul>
    </>
  )
}

/** The settings that a pyramid does not search, at the values that it takes. */
const fixedOf = ({ training, network }: StudioConfig): string =>
  [
    ['batchSize', training.batchSizes[0]],
    ['activation', network.activations[0]],
    ['initializer', network.initializers[0]],
    ['optimizer', training.optimizers[0]],
    ['learningRate', startOf(training.learningRate)],
    ['dropout', startOf(network.dropout)],
    ['l2', startOf(network.l2)],
  ]
    .map(([name, value]) => `${parameterTitle(String(name))} ${formatValue(value)}`)
    .join(', ')

const USUAL_BATCHES = [4, 8, 16, 32, 64, 128, 256, 512]

/** The usual ones, and those that a link brought. */
const batchSizes = (chosen: readonly number[]): string[] => [...new Set([...USUAL_BATCHES, ...chosen])].sort((a, b) => a - b).map(String)
