// What people call what a study seeks.

import type { ObjectiveName } from './config.ts'

export const OBJECTIVE_WORDS: Readonly<Partial<Record<ObjectiveName, { readonly title: string; readonly text: string }>>> = {
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

/** Of a journal that others wrote it may be anything. */
export const objectiveTitle = (name: string): string => OBJECTIVE_WORDS[name as ObjectiveName]?.title ?? name
