// Finds a Python with Optuna for the comparison tests, or installs Debian's.
import { aptInstall } from './apt.mjs'
import { findOptuna, optunaPackages } from './find-optuna.mjs'
import { StepError } from './run.mjs'

/**
 * @returns {Promise<string>} the interpreter
 * @throws {StepError} saying what to install
 */
export async function getOptuna() {
  const found = findOptuna()
  if (found !== undefined) return found
  let tried = 'they are installed now, and still not found'
  try {
    await aptInstall(...optunaPackages)
    const installed = findOptuna()
    if (installed !== undefined) return installed
  } catch (error) {
    tried = error instanceof Error ? error.message : String(error)
  }
  throw new StepError(
    `no Python with Optuna, scikit-learn and redis (apt-get install ${optunaPackages.join(' ')}: ${tried}).\n` +
      'Install them, for example by `pip install optuna scikit-learn redis`, and name the interpreter in ESPALIER_PYTHON.',
  )
}
