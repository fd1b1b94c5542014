// Layers that move images in training: how they are written and read. TensorFlow.js has none, and is written with what they do when a network predicts: nothing.

import { FILL_MODES, type FillMode, FLIP_MODES, type FlipMode } from '../../core/layers/augment.ts'
import { TFJS } from '../layers/convention.ts'
import { type LayerToRead, type Refusal, refuse } from '../layers/step.ts'
import type { Part } from '../layers/write.ts'
import { type KindReader, one } from './layer.ts'
import { kerasOnly, part, type ToWrite } from './part.ts'

type AugmentType = 'randomFlip' | 'randomTranslation' | 'randomRotation' | 'randomZoom' | 'randomCrop'

const FLIPS: Readonly<Record<FlipMode, string>> = {
  horizontalAndVertical: 'horizontal_and_vertical',
  horizontal: 'horizontal',
  vertical: 'vertical',
}

const CHANNELS = { data_format: 'channels_last' }
const filling = ({ fillMode, fillValue }: { readonly fillMode: FillMode; readonly fillValue: number }) => ({
  ...{ fill_mode: fillMode, fill_value: fillValue, interpolation: 'bilinear' },
  ...CHANNELS,
})

export const AUGMENT_WRITERS: { readonly [K in AugmentType]: (given: ToWrite<K>) => readonly Part[] } = {
  randomFlip: ({ own, convention }) => (convention === TFJS ? [] : [part('RandomFlip', { mode: FLIPS[own.mode], ...CHANNELS })]),
  randomTranslation: ({ own, convention }) =>
    convention === TFJS
      ? []
      : [part('RandomTranslation', { height_factor: own.heightFactor, width_factor: own.widthFactor, ...filling(own) })],
  randomRotation: ({ own, convention }) => (convention === TFJS ? [] : [part('RandomRotation', { factor: own.factor, ...filling(own) })]),
  randomZoom: ({ own, convention }) =>
    convention === TFJS
      ? []
      : [part('RandomZoom', { height_factor: own.heightFactor, width_factor: own.widthFactor ?? null, ...filling(own) })],
  randomCrop: (given) => {
    kerasOnly(given, 'a randomCrop')
    const { height, width } = given.layer
    return [part('RandomCrop', { height, width, ...CHANNELS })]
  },
}

/** A factor that is the same both ways; Keras also writes it as [-factor, factor]. */
function factorOf({ field }: LayerToRead, key: string): number | Refusal | undefined {
  const given = field(key, 'nested')
  if (given === undefined || typeof given === 'number') return given
  const [low, high] = given
  if (given.length === 2 && typeof high === 'number' && low === -high) return high
  return refuse(`has a ${key} that is not the same both ways`)
}

const isRefusal = (given: number | Refusal | undefined): given is Refusal => typeof given === 'object'

function refusalOf({ field, layer }: LayerToRead): Refusal | undefined {
  if (layer.training) return refuse('is called with training=True, so that every prediction is another one')
  if (field('data_format', 'text') === 'channels_first') return refuse('has its channels first; here they are last')
  const interpolation = field('interpolation', 'text') ?? 'bilinear'
  return interpolation === 'bilinear' ? undefined : refuse(`moves images by the interpolation "${interpolation}"; here it is bilinear`)
}

/** @param keys of Keras's config, with the names of the spec's numbers */
const moving =
  (type: 'randomTranslation' | 'randomRotation' | 'randomZoom', keys: Readonly<Record<string, string>>): KindReader =>
  (given) => {
    const refused = refusalOf(given)
    if (refused !== undefined) return refused
    const numbers: Record<string, number> = {}
    for (const [key, name] of Object.entries(keys)) {
      const factor = factorOf(given, key)
      if (isRefusal(factor)) return factor
      if (factor !== undefined) numbers[name] = factor
    }
    const fillMode = given.field('fill_mode', 'text') ?? 'reflect'
    if (!Object.hasOwn(FILL_MODES, fillMode)) return refuse(`has the fill_mode "${fillMode}"`)
    const fillValue = given.field('fill_value', 'number') ?? 0
    return one({ type, ...numbers, fillMode: fillMode as FillMode, fillValue } as Parameters<typeof one>[0])
  }

export const AUGMENT_READERS: Readonly<Record<string, KindReader>> = {
  RandomFlip: (given) => {
    const word = given.field('mode', 'text') ?? FLIPS.horizontalAndVertical
    const mode = FLIP_MODES.find((name) => FLIPS[name] === word)
    return refusalOf(given) ?? (mode === undefined ? refuse(`has the mode "${word}"`) : one({ type: 'randomFlip', mode }))
  },
  RandomTranslation: moving('randomTranslation', { height_factor: 'heightFactor', width_factor: 'widthFactor' }),
  RandomRotation: moving('randomRotation', { factor: 'factor' }),
  RandomZoom: moving('randomZoom', { height_factor: 'heightFactor', width_factor: 'widthFactor' }),
  RandomCrop: (given) =>
    refusalOf(given) ??
    one({ type: 'randomCrop', height: given.field('height', 'number') ?? 0, width: given.field('width', 'number') ?? 0 }),
}
