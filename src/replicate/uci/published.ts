// The nine sets of the UCI regression benchmark, and what was published on their splits.

/** A mean over splits as printed, two decimals, with its standard deviation over splits. NaN where none was printed. */
export interface Printed {
  readonly mean: number
  readonly deviation: number
}

/** A mean over splits as printed, without its spread. */
type Columns = Readonly<Record<Method, number>>

/** Methods that only their means are taken of, in the order of the report's columns. */
export const METHODS = ['PBP', 'MC dropout', 'NGBoost', 'concrete dropout', 'deep evidential', 'evidential boosting'] as const
type Method = (typeof METHODS)[number]

export interface UciSet {
  /** The folder of the published files. */
  readonly folder: string
  readonly hidden: number
  readonly splits: number
  /** Table 1 of Lakshminarayanan, Pritzel and Blundell 2017, deep ensembles: ± is a standard deviation over the splits. */
  readonly ensemble: { readonly rmse: Printed; readonly nll: Printed }
  readonly rmse: Columns
  readonly nll: Columns
}

const printed = (mean: number, deviation = Number.NaN): Printed => ({ mean, deviation })
const columns = (...values: readonly number[]): Columns =>
  Object.fromEntries(METHODS.map((method, i) => [method, values[i] ?? Number.NaN])) as Columns
const { NaN: none } = Number

/**
 * PBP: Hernández-Lobato and Adams 2015; MC dropout: Gal and Ghahramani 2016; both as table 1 of Lakshminarayanan and others has them. The other columns
 * are quoted by a preprint of 2024 on Wasserstein gradient boosting, table 1, on the same splits.
 */
export const UCI_SETS = {
  boston: {
    folder: 'bostonHousing',
    hidden: 50,
    splits: 20,
    ensemble: { rmse: printed(3.28, 1.0), nll: printed(2.41, 0.25) },
    rmse: columns(3.01, 2.97, 2.94, 2.65, 3.06, 2.78),
    nll: columns(2.57, 2.46, 2.43, 2.72, 2.35, 2.47),
  },
  concrete: {
    folder: 'concrete',
    hidden: 50,
    splits: 20,
    ensemble: { rmse: printed(6.03, 0.58), nll: printed(3.06, 0.18) },
    rmse: columns(5.67, 5.23, 5.06, 4.46, 5.85, 4.15),
    nll: columns(3.16, 3.04, 3.04, 3.51, 3.01, 2.83),
  },
  energy: {
    folder: 'energy',
    hidden: 50,
    splits: 20,
    ensemble: { rmse: printed(2.09, 0.29), nll: printed(1.38, 0.22) },
    rmse: columns(1.8, 1.66, 0.46, 0.46, 2.06, 0.42),
    nll: columns(2.04, 1.99, 0.6, 2.3, 1.39, 0.53),
  },
  kin8nm: {
    folder: 'kin8nm',
    hidden: 50,
    splits: 20,
    ensemble: { rmse: printed(0.09), nll: printed(-1.2, 0.02) },
    rmse: columns(0.1, 0.1, 0.16, 0.07, 0.09, 0.15),
    nll: columns(-0.9, -0.95, -0.49, -0.65, -1.24, -0.44),
  },
  naval: {
    folder: 'naval-propulsion-plant',
    hidden: 50,
    splits: 20,
    ensemble: { rmse: printed(0.0), nll: printed(-5.63, 0.05) },
    rmse: columns(0.01, 0.01, none, none, none, none),
    nll: columns(-3.73, -3.8, none, none, none, none),
  },
  power: {
    folder: 'power-plant',
    hidden: 50,
    splits: 20,
    ensemble: { rmse: printed(4.11, 0.17), nll: printed(2.79, 0.04) },
    rmse: columns(4.12, 4.02, 3.79, 3.7, 4.23, 3.19),
    nll: columns(2.84, 2.8, 2.79, 2.75, 2.81, 2.6),
  },
  protein: {
    folder: 'protein-tertiary-structure',
    hidden: 100,
    splits: 5,
    ensemble: { rmse: printed(4.71, 0.06), nll: printed(2.83, 0.02) },
    rmse: columns(4.73, 4.36, 4.33, 3.85, 4.64, 4.09),
    nll: columns(2.97, 2.89, 2.81, 2.81, 2.63, 2.7),
  },
  wine: {
    folder: 'wine-quality-red',
    hidden: 50,
    splits: 20,
    ensemble: { rmse: printed(0.64, 0.04), nll: printed(0.94, 0.12) },
    rmse: columns(0.64, 0.62, 0.63, 0.62, 0.61, 0.61),
    nll: columns(0.97, 0.93, 0.91, 1.7, 0.89, 0.95),
  },
  yacht: {
    folder: 'yacht',
    hidden: 50,
    splits: 20,
    ensemble: { rmse: printed(1.58, 0.48), nll: printed(1.18, 0.21) },
    rmse: columns(1.02, 1.11, 0.5, 0.57, 1.57, 0.48),
    nll: columns(1.63, 1.55, 0.2, 1.75, 1.03, 0.16),
  },
} as const satisfies Readonly<Record<string, UciSet>>

/** The names of the sets. */
export const UCI_NAMES = Object.keys(UCI_SETS) as readonly UciName[]
/**
 * A set of the UCI regression benchmark.
 * @useDeclaredType
 */
export type UciName = keyof typeof UCI_SETS
