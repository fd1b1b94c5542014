// What people call the hyper-parameters of a study, and what it seeks.

import type { ObjectiveName } from './config.ts'

export const PARAMETER_WORDS = {
  layers: { title: 'Hidden layers', text: 'Steps of computing between the data and the answer.' },
  units: { title: 'Units per layer', text: 'Numbers that each step computes. More can learn finer patterns, or learn by heart.' },
  activation: { title: 'Activation', text: 'The curve that bends what a unit has summed.' },
  initializer: { title: 'Initial weights', text: 'How the random numbers are drawn that learning starts from (initializer).' },
  dropout: { title: 'Dropout', text: 'Share of units switched off at random while learning, against learning by heart.' },
  l2: { title: 'Weight penalty (L2)', text: 'Keeps weights small, against learning by heart.' },
  optimizer: { title: 'Optimizer', text: 'The rule that turns errors into corrections.' },
  learningRate: { title: 'Learning rate', text: 'How large each correction is. Often the setting that matters most.' },
  batchSize: { title: 'Batch size', text: 'Rows looked at before each correction.' },
  weightDecay: { title: 'Weight decay', text: 'How much every correction shrinks the weights, against learning by heart.' },
  encoding: { title: 'Encoding of numbers', text: 'How a number becomes what a network reads.' },
  epochs: { title: 'Epochs', text: 'How often each network goes through all training rows.' },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly text: string }>>

/** `units2` is the width of the second layer. */
export function parameterTitle(name: string): string {
  const layer = /^units(\d+)$/.exec(name)?.[1]
  if (layer !== undefined) return `Units of layer ${layer}`
  return Object.hasOwn(PARAMETER_WORDS, name) ? PARAMETER_WORDS[name as keyof typeof PARAMETER_WORDS].title : name
}

const OBJECTIVE_WORDS: Readonly<Partial<Record<ObjectiveName, { readonly title: string; readonly text: string }>>> = {
  testAccuracy: { title: 'Accuracy', text: 'share of test rows answered right' },
  testLoss: { title: 'Loss', text: 'the error that learning makes smaller, on test rows' },
  auc: { title: 'AUC', text: 'how well the classes are ranked apart' },
  balancedAccuracy: { title: 'Balanced accuracy', text: 'share of test rows answered right, every class counting alike' },
  logLoss: { title: 'Log loss', text: 'how far the probabilities are from the truth' },
  r2: { title: 'R²', text: 'share of the variance that is explained: 1 is perfect, 0 no better than the mean' },
  rootMeanSquaredError: { title: 'RMSE', text: 'root of the mean squared error, in units of the target' },
  meanAbsoluteError: { title: 'MAE', text: 'mean absolute error, in units of the target' },
  f1: { title: 'F1', text: 'balance of precision and recall, of the rarer class; of more than two classes the mean' },
  precision: { title: 'Precision', text: 'share of alarms that are right, of the rarer class; of more than two classes the mean' },
  recall: { title: 'Recall', text: 'share of cases that are found, of the rarer class; of more than two classes the mean' },
}

/** Also of `f1 of sick` and `macro f1`; a journal that others wrote may seek anything. */
export function objectiveWords(name: string): { readonly title: string; readonly text?: string } {
  return OBJECTIVE_WORDS[name.replace(/^macro | of .*$/g, '') as ObjectiveName] ?? { title: name }
}
