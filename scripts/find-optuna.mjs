// Finds a Python that has Optuna.

import { findPython } from './find-python.mjs'

/** What the comparison tests need, by Debian's names. scikit-learn is what Optuna computes importances with, redis its client. */
export const optunaPackages = ['python3-optuna', 'python3-sklearn', 'python3-redis']

/** A Python interpreter that has Optuna, scikit-learn and Redis's client. */
export const findOptuna = () => findPython('optuna', 'sklearn', 'redis')
