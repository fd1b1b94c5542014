// The sliders of play mode.

import type { ComponentChildren } from 'preact'
import { at } from '../../../core/at.ts'
import { LIMITS, PLAY_ACTIVATIONS, PLAY_OPTIMIZERS, type PlaySettings, POINT_SETS, VARIED } from '../../playSettings.ts'
import { Field, Select } from '../parts.tsx'
import type { Play } from './usePlay.ts'

const POINT_WORDS: Readonly<Record<PlaySettings['points'], string>> = {
  circles: 'Circles',
  moons: 'Moons',
  spiral: 'Spiral',
  xor: 'Exclusive or (XOR)',
  gaussians: 'Two clouds (gaussians)',
  own: 'Your own, by clicking',
}

const VARY_WORDS: Readonly<Record<PlaySettings['vary'], string>> = {
  seed: 'The seed alone',
  activation: 'Activation',
  learningRate: 'Learning rate',
  batchSize: 'Batch size',
  units: 'Units per layer',
  layers: 'Hidden layers',
  optimizer: 'Optimizer',
}

/** The places of sliders that are not even. */
const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1]
const BATCHES = [1, 2, 5, 10, 16, 32, 64, 128]
const PENALTIES = [0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1]
const COUNTS = [1, 4, 8, 12, 16]

const even = ([low, high]: readonly [number, number], step: number): number[] =>
  Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => Number((low + i * step).toPrecision(6)))

const percent = (share: number): string => `${Math.round(100 * share)} %`

const optionsOf = <T extends string>(values: readonly T[], words?: Readonly<Record<T, string>>) =>
  values.map((value) => ({ value, title: words?.[value] ?? value }))

export function Controls({ settings, set }: Pick<Play, 'settings' | 'set'>) {
  const slider = (name: NumberName, label: string, values: readonly number[], say?: (value: number) => string) => (
    <Slider label={label} values={values} value={settings[name]} say={say} onChange={(value) => set({ [name]: value })} />
  )
  const { vary, points } = settings
  const fixed = (name: PlaySettings['vary']): boolean => vary !== name
  return (
    <div class="play-controls">
      <Group title="Points">
        <Select label="Shape" options={optionsOf(POINT_SETS, POINT_WORDS)} value={points} onChange={(value) => set({ points: value })} />
        {points !== 'own' && slider('rows', 'How many', even(LIMITS.rows, 20))}
        {points !== 'own' && slider('noise', 'Noise', even(LIMITS.noise, 0.05))}
        {slider('held', 'Held back to judge by', even(LIMITS.held, 0.1), percent)}
      </Group>
      <Group title="Network">
        {fixed('layers') && slider('layers', 'Hidden layers', even(LIMITS.layers, 1))}
        {fixed('units') && slider('units', 'Units per layer', even(LIMITS.units, 1))}
        {fixed('activation') && (
          <Select
            label="Activation"
            options={optionsOf(PLAY_ACTIVATIONS)}
            value={settings.activation}
            onChange={(activation) => set({ activation })}
          />
        )}
        {slider('l2', 'Weight penalty (L2)', PENALTIES)}
      </Group>
      <Group title="Learning">
        {fixed('optimizer') && (
          <Select
            label="Optimizer"
            options={optionsOf(PLAY_OPTIMIZERS)}
            value={settings.optimizer}
            onChange={(optimizer) => set({ optimizer })}
          />
        )}
        {slider('learningRate', 'Learning rate', RATES)}
        {fixed('batchSize') && slider('batchSize', 'Batch size', BATCHES)}
        {slider('speed', 'Epochs a frame', even(LIMITS.speed, 1))}
      </Group>
      <Group title="Side by side">
        <Select label="What differs" options={optionsOf(VARIED, VARY_WORDS)} value={vary} onChange={(value) => set({ vary: value })} />
        {slider('networks', 'Networks', COUNTS)}
        {slider('goal', 'Goal: right on', even(LIMITS.goal, 0.05), percent)}
        <button type="button" onClick={() => set({ seed: settings.seed + LIMITS.networks[1] })}>
          Other seeds, other points
        </button>
      </Group>
    </div>
  )
}

type NumberName = { [Name in keyof PlaySettings]: PlaySettings[Name] extends number ? Name : never }[keyof PlaySettings]

function Group({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <fieldset>
      <legend>{title}</legend>
      {children}
    </fieldset>
  )
}

function Slider({
  label,
  values,
  value,
  say = String,
  onChange,
}: {
  readonly label: string
  /** Its places, rising. */
  readonly values: readonly number[]
  /** Where it is none of them, the nearest place is shown. */
  readonly value: number
  readonly say?: ((value: number) => string) | undefined
  readonly onChange: (value: number) => void
}) {
  const nearest = values.reduce((best, one, i) => (Math.abs(one - value) < Math.abs(at(values, best) - value) ? i : best), 0)
  return (
    <Field
      label={label}
      control={(attributes) => (
        <span class="slider">
          <input
            {...attributes}
            type="range"
            min={0}
            max={values.length - 1}
            value={nearest}
            aria-valuetext={say(value)}
            onInput={({ currentTarget }) => onChange(values[currentTarget.valueAsNumber] ?? value)}
          />
          <output for={attributes.id}>{say(value)}</output>
        </span>
      )}
    />
  )
}
