// Every source file opens with a comment that says what the file is for.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const repository = fileURLToPath(new URL('../..', import.meta.url))

const FOLDERS = ['src', 'assembly', 'scripts', 'bench', 'test/support']

/** A comment at the top that belongs to the file: a docstring of the first declaration has no blank line or import after it. */
const OPENING =
  /^(#![^\n]*\n)?(\/\*\*?[\s\S]*?\*\/\n|\/\/ [^\n]+\n(\/\/[^\n]*\n)*|# [^\n]+\n(#[^\n]*\n)*|"""[\s\S]*?"""\n)(\n|import |from |$)/

const opens = (text: string): boolean => OPENING.test(text)

/** The source files that git tracks or would track. */
function sources(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', ...FOLDERS], {
    cwd: repository,
  })
  return listed
    .toString()
    .split('\0')
    .filter((name) => /\.(ts|tsx|mjs|js|py)$/.test(name) && !/(^|\/)generated\//.test(name))
}

it('opens every source file with a line on its purpose', () => {
  const names = sources()
  expect(names.length).toBeGreaterThan(500)
  expect(names.filter((name) => !opens(readFileSync(`${repository}/${name}`, 'utf8')))).toEqual([])
})

it('tells such a line from the docstring of the first declaration, and from none', () => {
  expect(opens("// Reads CSV files.\n\nimport { cell } from './cell.ts'\n")).toBe(true)
  expect(opens("/** Reads\n * CSV files. */\n\nimport { cell } from './cell.ts'\n")).toBe(true)
  expect(opens('#!/usr/bin/env node\n// Builds.\nimport { build } from "esbuild"\n')).toBe(true)
  expect(opens('"""Talks to Python."""\nimport json\n')).toBe(true)
  expect(opens('/** The index of the largest value. */\nexport function argmax() {}\n')).toBe(false)
  expect(opens("import { cell } from './cell.ts'\n\n// Reads CSV files.\n")).toBe(false)
  expect(opens('//\n\nexport {}\n')).toBe(false)
})
