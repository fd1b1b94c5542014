/** The settings of boosted trees, with the defaults of LightGBM. */

import { InvalidSpecError } from '../../core/errors.ts'

export interface TreesSettings {
  /** How much of a tree's answer is added. */
  readonly learningRate: number
  /** Leaves a tree has at most. */
  readonly leaves: number
  /** Splits between a leaf and the root at most; 0 sets no limit. */
  readonly depth: number
  /** Rows that a leaf has at least. */
  readonly minRows: number
  /** The sum of second derivatives that a leaf has at least. */
  readonly minHessian: number
  /** Added to the sum of second derivatives: draws the values of leaves to 0. */
  readonly l2: number
  /** The share of rows, drawn anew each round, that a round learns from. */
  readonly rowFraction: number
  /** The share of features, drawn anew each tree, that a tree may use. */
  readonly featureFraction: number
  /** Whether each feature offers one random threshold a node in place of the best (Geurts, Ernst, Wehenkel: "Extremely randomized trees", 2006). */
  readonly extra: boolean
  /**
   * Whether all nodes of a depth ask the same question (Prokhorenkova et al., "CatBoost", NeurIPS 2018, section 5), which follows smooth functions better. Such
   * trees are `depth` deep, whatever `leaves`, `minRows` and `minHessian` say.
   */
  readonly symmetric: boolean
  readonly seed: number
}

export const DEFAULT_TREES: TreesSettings = {
  learningRate: 0.1,
  leaves: 31,
  depth: 0,
  minRows: 20,
  minHessian: 1e-3,
  l2: 0,
  rowFraction: 1,
  featureFraction: 1,
  extra: false,
  symmetric: false,
  seed: 0,
}

/** What each number must be. */
const RULES: Readonly<Record<Exclude<keyof TreesSettings, 'extra' | 'symmetric'>, { says: string; holds: (value: number) => boolean }>> = {
  learningRate: { says: 'above 0', holds: (value) => value > 0 && Number.isFinite(value) },
  leaves: { says: 'a whole number, 2 or more', holds: (value) => Number.isInteger(value) && value >= 2 },
  depth: { says: 'a whole number, 0 or more', holds: (value) => Number.isInteger(value) && value >= 0 },
  minRows: { says: '1 or more', holds: (value) => value >= 1 && Number.isFinite(value) },
  minHessian: { says: '0 or more', holds: (value) => value >= 0 && Number.isFinite(value) },
  l2: { says: '0 or more', holds: (value) => value >= 0 && Number.isFinite(value) },
  rowFraction: { says: 'above 0 and at most 1', holds: (value) => value > 0 && value <= 1 },
  featureFraction: { says: 'above 0 and at most 1', holds: (value) => value > 0 && value <= 1 },
  seed: { says: 'a whole number from 0 to 4294967295', holds: (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32 },
}

/** All settings, defaults filled in. @throws InvalidSpecError */
export function treesSettings(given: Partial<TreesSettings>): TreesSettings {
  const settings = { ...DEFAULT_TREES, ...given }
  for (const [name, { says, holds }] of Object.entries(RULES) as [keyof typeof RULES, (typeof RULES)[keyof typeof RULES]][])
    if (!holds(settings[name])) throw new InvalidSpecError(`${name} is ${settings[name]}; it must be ${says}`)
  return settings
}
