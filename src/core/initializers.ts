// The table of weight initialisers: names, scaling, distribution and parameters.

import { FINITE, type FieldRules, NON_NEGATIVE } from './rules.ts'

const SCALINGS = {
  lecunNormal: { scale: 1, mode: 'fanIn', distribution: 'truncatedNormal' },
  lecunUniform: { scale: 1, mode: 'fanIn', distribution: 'uniform' },
  glorotNormal: { scale: 1, mode: 'fanAvg', distribution: 'truncatedNormal' },
  glorotUniform: { scale: 1, mode: 'fanAvg', distribution: 'uniform' },
  heNormal: { scale: 2, mode: 'fanIn', distribution: 'truncatedNormal' },
  heUniform: { scale: 2, mode: 'fanIn', distribution: 'uniform' },
} as const

export const plainNames = ['zeros', 'ones', ...(Object.keys(SCALINGS) as (keyof typeof SCALINGS)[])] as const

export const INITIALIZERS = [
  ...plainNames,
  'constant',
  'randomNormal',
  'randomUniform',
  'truncatedNormal',
  'orthogonal',
  'varianceScaling',
] as const

export const MODES = ['fanIn', 'fanOut', 'fanAvg'] as const
/** `normal` is Keras 2's older name for truncatedNormal, and Keras 3 still reads it that way. */
export const DISTRIBUTIONS = ['truncatedNormal', 'normal', 'untruncatedNormal', 'uniform'] as const

/** The parameters of those that have any, in TensorFlow.js's spelling. */
export const INITIALIZER_FIELDS = {
  constant: { value: FINITE },
  randomNormal: { mean: FINITE, stddev: NON_NEGATIVE },
  randomUniform: { minval: FINITE, maxval: FINITE },
  truncatedNormal: { mean: FINITE, stddev: NON_NEGATIVE },
  orthogonal: { gain: FINITE },
} as const satisfies Partial<Record<(typeof INITIALIZERS)[number], FieldRules>>

type Numbers<N extends keyof typeof INITIALIZER_FIELDS> = { [K in keyof (typeof INITIALIZER_FIELDS)[N]]?: number | undefined }
/** A name, or the name with its parameters. */
export type InitializerSpec =
  | (typeof INITIALIZERS)[number]
  | { name: (typeof plainNames)[number] }
  | { [N in keyof typeof INITIALIZER_FIELDS]: { name: N } & Numbers<N> }[keyof typeof INITIALIZER_FIELDS]
  | {
      name: 'varianceScaling'
      scale?: number | undefined
      mode?: (typeof MODES)[number] | undefined
      distribution?: (typeof DISTRIBUTIONS)[number] | undefined
    }

/** What a kernel is filled from, with numbers computed from the fans. When truncated, normal draws beyond two `stddev` are repeated. */
export type Initializer =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal' | 'truncatedNormal'; readonly mean: number; readonly stddev: number }
  | { readonly kind: 'orthogonal'; readonly gain: number }
  | Patched

/** Numbers first … last - 1 are of another value. */
interface Patched {
  readonly kind: 'patched'
  readonly whole: Initializer
  readonly first: number
  readonly last: number
  readonly value: number
}

/** The standard deviation of a unit normal truncated at +-2: scipy.stats.truncnorm.std(-2, 2), as in Keras. */
const TRUNCATED_STDDEV = 0.87962566103423978

interface Scaling {
  readonly scale: number
  readonly mode: (typeof MODES)[number]
  readonly distribution: (typeof DISTRIBUTIONS)[number]
}

/** Glorot & Bengio 2010, He et al. 2015, as Keras's VarianceScaling computes them (`keras/src/initializers/random_initializers.py`). */
function varianceScaling({ scale, mode, distribution }: Scaling, fanIn: number, fanOut: number): Initializer {
  const fan = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[mode]
  const variance = scale / Math.max(1, fan)
  if (distribution === 'uniform') return { kind: 'uniform', low: -Math.sqrt(3 * variance), high: Math.sqrt(3 * variance) }
  if (distribution === 'untruncatedNormal') return { kind: 'normal', mean: 0, stddev: Math.sqrt(variance) }
  return { kind: 'truncatedNormal', mean: 0, stddev: Math.sqrt(variance) / TRUNCATED_STDDEV }
}

/** For a bias both fans are its length, as in Keras's `compute_fans`. */
export function resolveInitializer(given: InitializerSpec, fanIn: number, fanOut: number): Initializer {
  const spec = typeof given === 'string' ? { name: given } : given
  switch (spec.name) {
    case 'zeros':
      return { kind: 'constant', value: 0 }
    case 'ones':
      return { kind: 'constant', value: 1 }
    case 'constant':
      return { kind: 'constant', value: ('value' in spec ? spec.value : undefined) ?? 0 }
    case 'randomNormal':
    case 'truncatedNormal': {
      const { mean = 0, stddev = 0.05 } = spec as { mean?: number; stddev?: number }
      return { kind: spec.name === 'randomNormal' ? 'normal' : 'truncatedNormal', mean, stddev }
    }
    case 'randomUniform': {
      const { minval = -0.05, maxval = 0.05 } = spec as { minval?: number; maxval?: number }
      return { kind: 'uniform', low: minval, high: maxval }
    }
    case 'orthogonal':
      return { kind: 'orthogonal', gain: ('gain' in spec ? spec.gain : undefined) ?? 1 }
    case 'varianceScaling': {
      const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal' } = spec as Partial<Scaling>
      return varianceScaling({ scale, mode, distribution }, fanIn, fanOut)
    }
    default:
      return varianceScaling(SCALINGS[spec.name], fanIn, fanOut)
  }
}
