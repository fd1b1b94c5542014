/** Words that a spec may use and how people spell them. */

export const DIALECTS = ['keras3', 'keras2.2'] as const
/**
 * Whose defaults and formulas: Keras 3's or those of Keras 2.2.
 * @useDeclaredType
 */
export type Dialect = (typeof DIALECTS)[number]

export const METRICS = [
  'meanAbsoluteError',
  'rootMeanSquaredError',
  'r2',
  'precision',
  'recall',
  'f1',
  'auc',
  'balancedAccuracy',
  'logLoss',
] as const
/**
 * What is computed of the test rows when asked for. Precision, recall, F1 and AUC are of one class against the others: the rarer of two
 * unless `positiveClass` names one, and means over all of more. Errors are in the target's own units where the data say how it was scaled.
 * @useDeclaredType
 */
export type MetricName = (typeof METRICS)[number]

/** Other spellings people type: Keras's short names. Compared after `plain`. */
const ALIASES: Readonly<Record<string, string>> = {
  uniform: 'randomUniform',
  normal: 'randomNormal',
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
  rmse: 'rootMeanSquaredError',
  r2score: 'r2',
  f1score: 'f1',
  mape: 'meanAbsolutePercentageError',
  msle: 'meanSquaredLogarithmicError',
  kldivergence: 'kullbackLeiblerDivergence',
  swish: 'silu',
  hardsilu: 'hardSwish',
}

/** `he_normal`, `HeNormal`, `he-normal` and `heNormal` are one name. */
const plain = (name: string): string => name.replace(/[_\-\s]/g, '').toLowerCase()

/** The name among `allowed` that was meant, or the word as it came (for the validation to refuse). */
export function canonicalName(word: string, allowed: readonly string[]): string {
  if (allowed.includes(word)) return word
  const wanted = plain(word)
  const alias = ALIASES[wanted]
  if (alias !== undefined && allowed.includes(alias)) return alias
  return allowed.find((name) => plain(name) === wanted) ?? word
}

/** `batch_size` -> `batchSize`, for the keys of a spec. */
export const camelCase = (key: string): string => key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
