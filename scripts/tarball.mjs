/** What is in a package's tarball, as paths from the package. */

import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

/**
 * @param {string} tarball
 * @returns {{ name: string, bytes: number }[]} its files
 */
export function filesIn(tarball) {
  const lines = execFileSync('tar', ['-tvzf', tarball], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [, , bytes, , , ...name] = line.split(/\s+/)
    return { name: name.join(' ').replace(/^package\//, ''), bytes: Number(bytes) }
  })
}

/**
 * The declarations that the entries of a package are made of: theirs, and all that those import.
 * @param {string} folder of the package, built
 * @returns {ReadonlySet<string>} paths from it
 */
export function declarationsOf(folder) {
  /** @type {{ exports: Record<string, string | { types: string }> }} */
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const entries = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : [posix.normalize(entry.types)]))
  const found = new Set(entries)
  for (const name of found) {
    for (const [, path = ''] of readFileSync(join(folder, name), 'utf8').matchAll(/(?:from |import\(|import )['"](\.[^'"]*)['"]/g)) {
      found.add(posix.join(posix.dirname(name), path).replace(/(?<!\.d)\.[jt]s$/, '.d.ts'))
    }
  }
  return found
}

/**
 * What a user would download for nothing.
 * @param {{ name: string }[]} files
 * @param {ReadonlySet<string>} declarations what the entries are made of
 * @returns {string[]} the files, with the reason
 */
export function uselessOf(files, declarations) {
  return files.flatMap(({ name }) => {
    if (name.endsWith('.map')) return [`${name}: the code is readable as it is, and the sources are not in the package`]
    if (name.endsWith('.d.ts') && !declarations.has(name)) return [`${name}: no entry has these types`]
    if (!/^(dist|data|docs|examples)\/|^(LICENSE|README\.md|CHANGELOG\.md|package\.json)$/.test(name))
      return [`${name}: no user runs or reads it`]
    return []
  })
}

/**
 * The files of a tarball, a folder a line.
 * @param {string} tarball
 * @param {{ name: string, bytes: number }[]} files
 */
export function describe(tarball, files) {
  /** @type {Map<string, { count: number, bytes: number }>} */
  const folders = new Map()
  for (const { name, bytes } of files) {
    const [first = '', second] = name.split('/')
    const key =
      second === undefined
        ? name
        : first === 'dist'
          ? `dist/${name.split('/').length > 2 ? `${second}/` : `*${posix.extname(name)}`}`
          : `${first}/`
    const folder = folders.get(key) ?? { count: 0, bytes: 0 }
    folders.set(key, { count: folder.count + 1, bytes: folder.bytes + bytes })
  }
  const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(0)} KB`
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  return [
    `${files.length} files, ${kilobytes(statSync(tarball).size)} packed, ${kilobytes(total)} unpacked`,
    ...[...folders]
      .sort(([, a], [, b]) => b.bytes - a.bytes)
      .map(([name, { count, bytes }]) => `  ${name.padEnd(28)} ${String(count).padStart(4)} ${kilobytes(bytes).padStart(8)}`),
  ].join('\n')
}
