import { execFileSync } from 'node:child_process'

/** What the comparison tests need, by Debian's names. scikit-learn is what Optuna computes importances with, redis its client. */
export const optunaPackages = ['python3-optuna', 'python3-sklearn', 'python3-redis']

const code = 'import importlib.util as u, sys; sys.exit(not all(u.find_spec(name) for name in ("optuna", "sklearn", "redis")))'

/** @param {string} python */
function hasOptuna(python) {
  try {
    execFileSync(python, ['-c', code], { timeout: 60_000, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/**
 * A Python interpreter that has Optuna, scikit-learn and Redis's client: the one named by ESPALIER_PYTHON, the system's, or the one on the PATH.
 * @returns {string | undefined}
 */
export function findOptuna() {
  return [process.env.ESPALIER_PYTHON, '/usr/bin/python3', 'python3'].find((python) => python && hasOptuna(python))
}
