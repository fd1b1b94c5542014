// The rules for fields of a spec, as plain data.

/**
 * What a field of a spec may hold, as plain data. The tables of kinds, activations, losses and optimizers are made of these rules, and workers load them;
 * schemas.ts turns them into zod's schemas, which workers do not need.
 */
export type FieldRule = (
  | { readonly is: 'whole'; readonly low: number; readonly high: number }
  | { readonly is: 'between'; readonly low: number; readonly high: number }
  /** A number for every direction, or one for each. */
  | { readonly is: 'sizes'; readonly axes: number }
  | { readonly is: 'oneOf'; readonly names: readonly string[] }
  | {
      readonly is:
        | 'fraction'
        | 'nonNegative'
        | 'positive'
        | 'finite'
        | 'flag'
        | 'words'
        | 'axes'
        | 'signedAxes'
        | 'shape'
        | 'sides'
        | 'lastAxis'
        | 'activation'
        | 'initializer'
        | 'layer'
        | 'layers'
        | 'branches'
    }
) & {
  readonly required?: true
  /** For the JSON Schema. */
  readonly description?: string
}

export type FieldRules = Readonly<Record<string, FieldRule>>

/** The rules that layers, activations, losses, optimizers and initialisers use most often. */
export const FLAG: FieldRule = { is: 'flag' }
export const FRACTION: FieldRule = { is: 'fraction' }
export const NON_NEGATIVE: FieldRule = { is: 'nonNegative' }
export const POSITIVE: FieldRule = { is: 'positive' }
export const FINITE: FieldRule = { is: 'finite' }
export const INITIALIZER: FieldRule = { is: 'initializer' }

export const MAX_UNITS = 65535
/** Features of a row. */
export const MAX_INPUTS = 1_000_000
