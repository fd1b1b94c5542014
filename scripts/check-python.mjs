// Writes every file of test/golden that a script of test/support/python made once more, with the Python at hand, and compares: `npm run check:python`.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const python = process.env.ESPALIER_PYTHON ?? 'python3'

/** Which script writes which file, and what it must be able to import. */
const COMPARISONS = [
  { script: 'prepare.py', file: 'sklearn-prepare.json', needs: ['numpy', 'scipy', 'sklearn'] },
  { script: 'linear.py', file: 'sklearn-linear.json', needs: ['numpy', 'sklearn'] },
  { script: 'statistics.py', file: 'scipy-statistics.json', needs: ['numpy', 'scipy'] },
  { script: 'pruners.py', file: 'optuna-pruners.json', needs: ['optuna'] },
  { script: 'tpe.py', file: 'optuna-tpe.json', needs: ['optuna'] },
  { script: 'evolution.py', file: 'cmaes.json', needs: ['numpy', 'cmaes'] },
  { script: 'importances.py', file: 'optuna-importances.json', needs: ['optuna', 'sklearn'] },
]

/** What no script of this repository writes, and why. */
const NOT_REPEATED = [
  ['keras-cases.json, layers-cases.json', 'they came as data, without the program that wrote them'],
  ['optuna-constraints.json', 'constraints.py needs Optuna 5, and writes a journal with times and names of its machine'],
  [
    'test/formats/foreign, test/formats/onnx',
    'their make.py write files of TensorFlow, Keras and PyTorch, which name the day they were made',
  ],
]

/** Numbers of other versions of a library differ in their last digits. */
const TOLERANCE = 1e-9

/**
 * Where two values differ first; undefined where they do not. Versions of libraries are not compared.
 * @param {any} before
 * @param {any} now
 * @param {string} path
 * @returns {string | undefined}
 */
function difference(before, now, path) {
  if (/\.(sklearn|scipy|optuna|cmaes|numpy)$/.test(path)) return undefined
  if (typeof before === 'number' && typeof now === 'number')
    return Object.is(before, now) || Math.abs(before - now) <= TOLERANCE * (1 + Math.abs(before))
      ? undefined
      : `${path} was ${before} and is ${now}`
  if (typeof before !== 'object' || typeof now !== 'object' || before === null || now === null)
    return before === now ? undefined : `${path} was ${JSON.stringify(before)} and is ${JSON.stringify(now)}`
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const found = difference(before[key], now[key], `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

/** @param {readonly string[]} args */
const run = (args) => spawnSync(python, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 })

const version = run(['--version'])
if (version.status !== 0) {
  console.error(`${python} cannot be run: set ESPALIER_PYTHON to a Python 3 with numpy, scipy, scikit-learn and optuna`)
  process.exit(1)
}
console.log(`${version.stdout.trim()} (${python})`)

let failed = 0
for (const { script, file, needs } of COMPARISONS) {
  const absent = needs.filter((name) => run(['-c', `import ${name}`]).status !== 0)
  if (absent.length > 0) {
    console.log(`not repeated  ${file}: this Python has no ${absent.join(', ')}`)
    continue
  }
  const { status, stdout, stderr } = run([`test/support/python/${script}`])
  // Python's NaN and Infinity are no JSON; both files write them alike.
  const parse = (/** @type {string} */ text) =>
    JSON.parse(text.replace(/\bNaN\b/g, '"NaN"').replace(/-?\bInfinity\b/g, (word) => JSON.stringify(word)))
  const found =
    status === 0
      ? difference(parse(readFileSync(join(root, 'test/golden', file), 'utf8')), parse(stdout), '')
      : stderr.trim().split('\n').at(-1)
  if (found !== undefined) failed++
  console.log(found === undefined ? `the same      ${file}` : `DIFFERENT     ${file}: ${found}`)
}
for (const [what, why] of NOT_REPEATED) console.log(`not repeated  ${what}: ${why}`)
process.exit(failed === 0 ? 0 : 1)
