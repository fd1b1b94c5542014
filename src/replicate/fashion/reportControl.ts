import { quantileSorted } from 'simple-statistics'
import type { BarsBlock, ParallelCoordinatesBlock, ParameterAxis, Section, TableBlock } from '../../report/model.ts'
import type { Distribution, ParamValue } from '../../study/space/distributions.ts'
import { ACCURACY, spread, TEST_ACCURACY } from '../blocks.ts'
import { finals } from '../curves.ts'
import type { ControlResult, Importance, StagedResult } from './result.ts'

/** Which search finds the better network, by how much, and how sure that is. */
export function controlSection(control: ControlResult, staged: StagedResult, importances: readonly Importance[]): Section {
  return {
    title: 'A control: everything at once',
    paragraphs: [
      `A joint search (${control.sampler}, one seed a trial) over the same choices, with as many epochs as the staged search trained. Both winners were trained again on ${control.seeds} seeds that neither search had seen, because the best of many trials owes a part of its value to luck.`,
      outcome(control),
    ],
    blocks: [comparison(control, staged), parallel(control), ...(importances.length === 0 ? [] : [bars(importances)])],
  }
}

function outcome({ difference: { value, low, high, p }, seeds }: ControlResult): string {
  const numbers = `joint less staged ${value.toFixed(4)}, 95 % interval ${low.toFixed(4)} to ${high.toFixed(4)}, p ${p < 1e-4 ? '< 0.0001' : `= ${p.toPrecision(2)}`}, paired t-test over ${seeds} seeds`
  if (low > 0) return `The joint search found the better network: ${numbers}.`
  if (high < 0) return `The staged search found the better network: ${numbers}.`
  return `Which of the two is better cannot be told: ${numbers}.`
}

function comparison({ joint, stagedRepeats, jointRepeats }: ControlResult, staged: StagedResult): TableBlock {
  const found = staged.report.at(-1)?.winner?.mean ?? Number.NaN
  const row = (name: string, value: number, repeats: ControlResult['jointRepeats'], epochs: number, seconds: number, params: unknown) => [
    ...[name, value, spread(finals(repeats, 'testAccuracy')), spread(finals(repeats, 'testLoss'))],
    ...[epochs, seconds / 60, paramsText(params as Readonly<Record<string, ParamValue>>)],
  ]
  return {
    kind: 'table',
    name: 'control',
    caption: 'What the two searches found: the value each saw in its own search, and what new seeds make of it (mean, 95 % interval).',
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
      row('staged', found, stagedRepeats, staged.networkEpochs, staged.seconds, staged.winner ?? {}),
      row('joint', joint.value, jointRepeats, joint.networkEpochs, joint.seconds, joint.params),
    ],
  }
}

const paramsText = (params: Readonly<Record<string, ParamValue>>): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${value === null ? 'none (32)' : String(value)}`)
    .join(', ')

function parallel({ trials }: ControlResult): ParallelCoordinatesBlock {
  const distributions = new Map<string, Distribution>()
  for (const trial of trials) for (const [name, one] of Object.entries(trial.distributions)) distributions.set(name, one)
  // The epochs are the same in all of them.
  distributions.delete('epochs')
  const axes = [...distributions].map(
    ([name, one]): ParameterAxis =>
      one.type === 'categorical' ? { name, choices: one.choices.map(String) } : { name, ...(one.log ? { log: true } : {}) },
  )
  const place = (name: string, value: ParamValue | undefined): number | string | null => {
    if (value === undefined) return null
    return distributions.get(name)?.type === 'categorical' ? String(value) : Number(value)
  }
  return {
    kind: 'parallelCoordinates',
    name: 'joint-trials',
    caption: 'All networks of the joint search over their hyper-parameters, coloured by test accuracy.',
    axes,
    value: TEST_ACCURACY,
    direction: 'maximize',
    lines: trials
      .filter(({ state }) => state === 'complete')
      .map(({ number, params, values }) => ({
        name: `trial ${number}`,
        at: axes.map(({ name }) => place(name, params[name])),
        value: values?.[0] ?? Number.NaN,
      })),
  }
}

function bars(importances: readonly Importance[]): BarsBlock {
  return {
    kind: 'bars',
    name: 'importances',
    caption:
      "How much of the variance of test accuracy each hyper-parameter explains alone: functional ANOVA over a random forest of the joint search's networks (zeros and ones left out) after a quarter, half and all of their epochs; 95 % intervals from bootstrapped networks.",
    value: { label: 'share of the variance', format: { percent: 1 } },
    label: 'hyper-parameter',
    bars: importances.map(({ name, fraction, resampled }) => {
      const sorted = [...resampled].sort((a, b) => a - b)
      return { name, value: fraction, low: quantileSorted(sorted, 0.025), high: quantileSorted(sorted, 0.975) }
    }),
  }
}
