// Finds a Python that has given modules.

import { execFileSync } from 'node:child_process'

/**
 * @param {string} python
 * @param {string[]} modules
 */
function hasModules(python, modules) {
  const code = `import importlib.util as u, sys; sys.exit(not all(u.find_spec(name) for name in ${JSON.stringify(modules)}))`
  try {
    execFileSync(python, ['-c', code], { timeout: 60_000, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/**
 * A Python interpreter that has the modules: the one named by ESPALIER_PYTHON, the system's, or the one on the PATH.
 * @param {string[]} modules
 * @returns {string | undefined}
 */
export function findPython(...modules) {
  return [process.env.ESPALIER_PYTHON, '/usr/bin/python3', 'python3'].find((python) => python && hasModules(python, modules))
}
