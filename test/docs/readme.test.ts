import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** The README's programs, run as a reader would: from a file of their own, the package by its name. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const programs = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code)

it('has programs', () => {
  expect(programs.length).toBeGreaterThanOrEqual(2)
})

it.each(programs.map((code, i) => ({ code, number: i + 1 })))('program $number runs', async ({ code, number }) => {
  // Inside the package's own folder its name resolves to itself.
  const folder = mkdtempSync(join(root, 'build/readme-'))
  try {
    const file = join(folder, `program${number}.mjs`)
    writeFileSync(file, code)
    const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: root })
    expect(stdout.trim()).not.toBe('')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
