// The section of the report on the joint searches.

import { quantileSorted } from 'simple-statistics'
import { formatP } from '../../report/format.ts'
import type { BarsBlock, Block, Section, TableBlock } from '../../report/model.ts'
import { parallelBlocks } from '../../report/study/parameters.ts'
import { resultsOf } from '../../report/study/results.ts'
import type { Params } from '../../study/space/distributions.ts'
import { ACCURACY, spread, TEST_ACCURACY } from '../blocks.ts'
import { type Curves, finals } from '../curves.ts'
import { SHARE } from '../quantity.ts'
import { JOINT_SAMPLER } from './protocol.ts'
import type { ControlResult, Importance, JointResult, StagedResult } from './result.ts'

/** Which search finds the better network, by how much, and how sure that is. */
export function controlSection(control: ControlResult, staged: StagedResult, importances: readonly Importance[]): Section {
  return {
    title: 'A control: everything at once',
    paragraphs: [
      `Joint searches (${JOINT_SAMPLER}) over the same choices, each with as many epochs as the staged search trained. All winners were trained again on ${control.seeds} seeds that no search had seen, because the best of many trials owes a part of its value to luck.`,
      ...control.searches.map((search) => outcome(search, control.seeds)),
    ],
    blocks: [comparison(control, staged), ...control.searches.flatMap(parallel), ...(importances.length === 0 ? [] : [bars(importances)])],
  }
}

const nameOf = ({ seeds }: JointResult): string => (seeds === 1 ? 'one seed a trial' : `${seeds} seeds a trial`)

function outcome(search: JointResult, seeds: number): string {
  const { value, low, high, p } = search.difference
  const numbers = `joint less staged ${value.toFixed(4)}, 95 % interval ${low.toFixed(4)} to ${high.toFixed(4)}, ${formatP(p)}, paired t-test over ${seeds} seeds`
  const found = `With ${nameOf(search)} `
  if (low > 0) return `${found}the joint search found the better network: ${numbers}.`
  if (high < 0) return `${found}the staged search found the better network: ${numbers}.`
  return `${found}it cannot be told which of the two is better: ${numbers}.`
}

function comparison({ searches, stagedRepeats }: ControlResult, staged: StagedResult): TableBlock {
  const row = (name: string, value: number, repeats: readonly Curves[], epochs: number, seconds: number, params: Params) => [
    ...[name, value, spread(finals(repeats, 'testAccuracy'), SHARE), spread(finals(repeats, 'testLoss'))],
    ...[epochs, seconds / 60, networkText(params)],
  ]
  return {
    kind: 'table',
    name: 'control',
    caption: 'What the searches found: the value each saw in its own search, and what new seeds make of it (mean, 95 % interval).',
    columns: [
      { name: 'search' },
      { name: 'value in the search', format: ACCURACY },
      { name: 'test accuracy on new seeds', format: ACCURACY },
      { name: 'test loss on new seeds', format: ACCURACY },
      { name: 'epochs trained' },
      { name: 'time', unit: 'min', format: { decimals: 1 } },
      { name: 'network' },
    ],
    rows: [
      row(
        'staged',
        staged.report.at(-1)?.winner?.mean ?? Number.NaN,
        stagedRepeats,
        staged.networkEpochs,
        staged.seconds,
        staged.winner ?? {},
      ),
      ...searches.map((search) =>
        row(`joint, ${nameOf(search)}`, search.value, search.repeats, search.networkEpochs, search.seconds, search.winner),
      ),
    ],
  }
}

/** `512-256-256, orthogonal, selu, adamax, batches of 32, 30 epochs`. */
function networkText(params: Params): string {
  const widths = Array.from({ length: Number(params.layers) }, (_, i) => params[`units${i + 1}`])
  const { initializer, activation, optimizer, batchSize, epochs } = params
  return [widths.join('-'), initializer, activation, optimizer, `batches of ${batchSize ?? 32}`, `${epochs} epochs`].join(', ')
}

function parallel(search: JointResult): Block[] {
  const { trials, seeds } = search
  const results = resultsOf({ name: 'joint', trials, directions: ['maximize'] }, [TEST_ACCURACY.label])
  // The epochs are the same in all of them.
  const parameters = results.parameters.filter((name) => name !== 'epochs')
  return parallelBlocks({ ...results, parameters }).map((block) => ({
    ...block,
    name: seeds === 1 ? 'joint-trials' : 'joint-trials-repeated',
    caption: `All trials of the joint search with ${nameOf(search)} over their hyper-parameters, coloured by test accuracy${seeds === 1 ? '' : ', the mean over the seeds'}.`,
  }))
}

function bars(importances: readonly Importance[]): BarsBlock {
  return {
    kind: 'bars',
    name: 'importances',
    caption:
      'How much of the variance of test accuracy each hyper-parameter explains alone: functional ANOVA over a random forest of the networks of the joint search with one seed a trial (zeros and ones left out) after a quarter, half and all of their epochs; 95 % intervals from bootstrapped networks.',
    value: { label: 'share of the variance', format: { percent: 1 } },
    label: 'hyper-parameter',
    bars: importances.map(({ name, fraction, resampled }) => {
      const sorted = [...resampled].sort((a, b) => a - b)
      return { name, value: fraction, low: quantileSorted(sorted, 0.025), high: quantileSorted(sorted, 0.975) }
    }),
  }
}
