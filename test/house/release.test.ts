// `npm run release` refuses what is not ready, in a repository of the test's own, and packs what is.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/release.mjs', import.meta.url))
const READY = { name: 'thing', version: '1.2.3', repository: 'example/thing', bugs: 'https://example.com/bugs' }
const CHANGELOG = '# Changelog\n\n## 1.2.3 - 2026-01-31\n\n- First.\n'

let folder = ''

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder, encoding: 'utf8' }).trim()
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)

function commit(): void {
  git('add', '-A')
  git('commit', '-qm', 'Change')
}

const tested = (): void => write('.cache/tested', `${git('rev-parse', 'HEAD')}\n`)

/** A stand-in for npm writes down what it is asked for. */
function release(...args: string[]): { code: number | null; output: string; asked: string[][] } {
  const noted = join(folder, '.cache/asked')
  write('.cache/npm.js', `require('node:fs').appendFileSync(${JSON.stringify(noted)}, JSON.stringify(process.argv.slice(2)) + '\\n')`)
  const env = { ...process.env, npm_execpath: join(folder, '.cache/npm.js') }
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: folder, env, encoding: 'utf8' })
  const lines = existsSync(noted) ? readFileSync(noted, 'utf8').trim().split('\n') : []
  return { code: status, output: stdout + stderr, asked: lines.map((line) => JSON.parse(line) as string[]) }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'espalier-release-'))
  mkdirSync(join(folder, '.cache'))
  git('init', '-q', '-b', 'main')
  write('.gitignore', '.cache\n')
  write('package.json', JSON.stringify(READY))
  write('CHANGELOG.md', CHANGELOG)
  commit()
  tested()
})

afterEach(() => rmSync(folder, { recursive: true }))

const tarball = (): string => join(folder, '.cache/release/thing-1.2.3.tgz')

it('packs what is ready, and says how to publish it', () => {
  const { code, output, asked } = release()
  expect(output).toContain(`npm publish ${tarball()}`)
  expect(output).toContain('git tag v1.2.3')
  expect(code).toBe(0)
  expect(asked).toEqual([['pack', '--pack-destination', join(folder, '.cache/release')]])
})

it('publishes where it is told to', () => {
  expect(release('--publish').asked.at(-1)).toEqual(['publish', tarball()])
})

/** Refused with this reason alone, and nothing packed. */
function expectRefused(reason: string): void {
  const { code, output, asked } = release('--publish')
  expect(code).toBe(1)
  expect(output.match(/^- /gm)).toHaveLength(1)
  expect(output).toContain(reason)
  expect(asked).toEqual([])
}

it('refuses a tree with changes', () => {
  write('new.txt', '')
  expectRefused('?? new.txt')
})

it('refuses another branch', () => {
  git('checkout', '-qb', 'side')
  expectRefused('the branch is side')
})

it.each(['## 1.2.3', '## 1.2.3 - unreleased', '## 1.2.4 - 2026-02-01', '## 1x2.3 - 2026-01-31'])(
  'refuses a changelog that begins with %s',
  (heading) => {
    write('CHANGELOG.md', `# Changelog\n\n${heading}\n\n- More.\n\n${CHANGELOG.slice(13)}`)
    commit()
    tested()
    expectRefused(`CHANGELOG.md begins with "${heading}"`)
  },
)

it.each(['repository', 'bugs'])('refuses a package without %s', (field) => {
  write('package.json', JSON.stringify({ ...READY, [field]: undefined }))
  commit()
  tested()
  expectRefused(`package.json has no "${field}"`)
})

it('refuses a commit that the tests have not passed on', () => {
  write('CHANGELOG.md', `${CHANGELOG}- Second.\n`)
  commit()
  expectRefused('the tests have not passed on this commit')
  rmSync(join(folder, '.cache/tested'))
  expectRefused('the tests have not passed on this commit')
})

it('says all that is wrong at once', () => {
  git('checkout', '-qb', 'side')
  write('package.json', '{ "name": "thing", "version": "1.2.3" }')
  const { output } = release()
  expect(output.match(/^- /gm)).toHaveLength(4)
})
