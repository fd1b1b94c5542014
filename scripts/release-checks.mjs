// What must be true before a release: each check that fails becomes one sentence.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Holds the commit that `npm test` has passed on, from the repository's root. */
export const TESTED = '.cache/tested'

/**
 * @param {string} folder
 * @param {string[]} args
 */
const git = (folder, ...args) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()

/**
 * @param {string} folder a git repository
 * @returns {string | undefined} its commit, where nothing in it is changed or new
 */
export function cleanCommit(folder) {
  return git(folder, 'status', '--porcelain') === '' ? git(folder, 'rev-parse', 'HEAD') : undefined
}

/**
 * @param {string} folder the repository of a package
 * @returns {string[]} why it cannot be released as it is; none where it can
 */
export function refusals(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { version } = manifest
  const changes = git(folder, 'status', '--porcelain')
  const branch = git(folder, 'rev-parse', '--abbrev-ref', 'HEAD')
  const [heading] = /^## .*$/m.exec(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8')) ?? ['no section at all']
  const tested = existsSync(join(folder, TESTED)) ? readFileSync(join(folder, TESTED), 'utf8').trim() : undefined
  const closed = new RegExp(`^## \\[?${version.replaceAll('.', '\\.')}\\]? - \\d{4}-\\d{2}-\\d{2}$`)
  return [
    ...(changes === '' ? [] : [`the tree has changes that are not committed:\n${changes}`]),
    ...(branch === 'main' ? [] : [`the branch is ${branch}; releases are made from main`]),
    ...(closed.test(heading)
      ? []
      : [`CHANGELOG.md begins with "${heading}"; for this version it must be "## ${version} - <year-month-day>"`]),
    ...['repository', 'bugs']
      .filter((field) => manifest[field] === undefined)
      .map((field) => `package.json has no "${field}": give its public address`),
    ...(tested === git(folder, 'rev-parse', 'HEAD')
      ? []
      : ['the tests have not passed on this commit: run `npm test`, with nothing left out']),
  ]
}
