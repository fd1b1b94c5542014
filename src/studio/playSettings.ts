/** Play mode's settings as plain data: what the sliders reach, and the networks that they come to. */

import * as z from 'zod/mini'
import { between, MAX_SEED, whole } from '../core/fields.ts'
import { parseExact } from '../core/validate.ts'

export const POINT_SETS = ['circles', 'moons', 'spiral', 'xor', 'gaussians', 'own'] as const
export const PLAY_ACTIVATIONS = ['relu', 'leakyRelu', 'tanh', 'sigmoid', 'linear'] as const
export const PLAY_OPTIMIZERS = ['sgd', 'rmsprop', 'adam', 'adamax'] as const
/** What differs between the networks beside their seeds. */
export const VARIED = ['seed', 'activation', 'learningRate', 'batchSize', 'units', 'layers', 'optimizer'] as const
type Varied = (typeof VARIED)[number]

export const LIMITS = {
  rows: [40, 400],
  noise: [0, 0.5],
  held: [0.1, 0.9],
  layers: [0, 4],
  units: [1, 12],
  learningRate: [0.0001, 1],
  batchSize: [1, 128],
  l2: [0, 0.1],
  networks: [1, 16],
  goal: [0.6, 1],
  speed: [1, 20],
} as const

/** Own points, from -1 to 1, a class each. */
const MOST_POINTS = 400
const ownPoint = z.tuple([between(-1, 1), between(-1, 1), whole(0, 1)])
export type OwnPoint = z.infer<typeof ownPoint>

const schema = z.strictObject({
  points: z.enum(POINT_SETS),
  rows: whole(...LIMITS.rows),
  noise: between(...LIMITS.noise),
  /** Part of the points that is kept aside to judge by. */
  held: between(...LIMITS.held),
  own: z.array(ownPoint).check(z.maxLength(MOST_POINTS)),
  /** Hidden ones. */
  layers: whole(...LIMITS.layers),
  units: whole(...LIMITS.units),
  activation: z.enum(PLAY_ACTIVATIONS),
  optimizer: z.enum(PLAY_OPTIMIZERS),
  learningRate: between(...LIMITS.learningRate),
  batchSize: whole(...LIMITS.batchSize),
  l2: between(...LIMITS.l2),
  vary: z.enum(VARIED),
  networks: whole(...LIMITS.networks),
  /** The first seed: of the points, of the networks' weights and of the order of their rows. */
  seed: whole(0, MAX_SEED - LIMITS.networks[1]),
  /** Part of the held points to be right about. */
  goal: between(...LIMITS.goal),
  /** Epochs a frame. */
  speed: whole(...LIMITS.speed),
})
export type PlaySettings = z.infer<typeof schema>

/** @throws InvalidSpecError naming what is not allowed */
export const parsePlaySettings = (value: unknown): PlaySettings => parseExact(schema, value, '', 'the link')

export const PLAY_DEFAULTS: PlaySettings = {
  ...{ points: 'circles', rows: 200, noise: 0.1, held: 0.5, own: [] },
  ...{ layers: 2, units: 4, activation: 'tanh', optimizer: 'adam', learningRate: 0.01, batchSize: 10, l2: 0 },
  ...{ vary: 'seed', networks: 16, seed: 1, goal: 0.95, speed: 1 },
}

/** What several networks have in common that differ in nothing but their seeds. */
export interface Variant {
  /** Of the varied setting; empty where nothing but the seed varies. */
  readonly title: string
  readonly settings: PlaySettings
}

/** One network of the population. */
export interface PlayNetwork {
  /** Which of the variants. */
  readonly variant: number
  readonly seed: number
}

const RATES = [0.1, 0.3, 1, 3]
const rounded = (value: number): number => Number(Math.min(LIMITS.learningRate[1], Math.max(LIMITS.learningRate[0], value)).toPrecision(2))

/** A value of what varies, in words. */
const WORDS: Readonly<Record<Exclude<Varied, 'seed'>, (value: unknown) => string>> = {
  activation: String,
  optimizer: String,
  learningRate: (rate) => `rate ${rate}`,
  batchSize: (size) => `batches of ${size}`,
  units: (count) => (count === 1 ? '1 unit' : `${count} units`),
  layers: (count) => (count === 1 ? '1 layer' : `${count} layers`),
}

/** The values of what varies; each the settings' own elsewhere. */
function valuesOf({ vary, learningRate }: PlaySettings): readonly Partial<PlaySettings>[] {
  switch (vary) {
    case 'seed':
      return [{}]
    case 'activation':
      return (['sigmoid', 'tanh', 'relu', 'leakyRelu'] as const).map((activation) => ({ activation }))
    case 'learningRate':
      return [...new Set(RATES.map((factor) => rounded(factor * learningRate)))].map((rate) => ({ learningRate: rate }))
    case 'batchSize':
      return [1, 5, 16, 64].map((batchSize) => ({ batchSize }))
    case 'units':
      return [1, 2, 4, 8].map((units) => ({ units }))
    case 'layers':
      return [1, 2, 3, 4].map((layers) => ({ layers }))
    case 'optimizer':
      return PLAY_OPTIMIZERS.map((optimizer) => ({ optimizer }))
  }
}

/** The variants, and the networks of each: as many seeds for every value, at least one. */
export function populationOf(settings: PlaySettings): { readonly variants: readonly Variant[]; readonly networks: readonly PlayNetwork[] } {
  const { vary } = settings
  const variants = valuesOf(settings).map((changed): Variant => {
    const own = { ...settings, ...changed }
    return { title: vary === 'seed' ? '' : WORDS[vary](own[vary]), settings: own }
  })
  const seeds = Math.max(1, Math.floor(settings.networks / variants.length))
  const networks = variants.flatMap((_, variant) => Array.from({ length: seeds }, (_, i) => ({ variant, seed: settings.seed + i })))
  return { variants, networks }
}
