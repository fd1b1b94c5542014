// The package ships the licence texts of the code that is bundled into it.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { bundledPackages, LICENCES } from '../../scripts/licences.mjs'

const built = (name: string): string => readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8')

it('names the packages whose code was written, and no others', () => {
  const inputs = {
    'src/index.ts': { bytesInOutput: 10 },
    'node_modules/zod/v4/mini/parse.js': { bytesInOutput: 10 },
    'node_modules/zod/v4/locales/de.js': { bytesInOutput: 0 },
    'node_modules/dropped/index.js': { bytesInOutput: 0 },
    'node_modules/@observablehq/plot/src/plot.js': { bytesInOutput: 1 },
    'node_modules/a/node_modules/b/index.js': { bytesInOutput: 1 },
  }
  const output = { bytes: 0, imports: [], exports: [], inputs }
  expect(bundledPackages([{ outputs: { 'dist/index.js': output } }])).toEqual([
    'node_modules/@observablehq/plot',
    'node_modules/a/node_modules/b',
    'node_modules/zod',
  ])
})

it('has the text of every package in the studio and of what the kernels are derived from', () => {
  const text = built(`dist/${LICENCES}`)
  const packages = bundledPackages([JSON.parse(built('build/studio-meta.json'))])
  expect(packages.length).toBeGreaterThan(10)
  for (const folder of packages) {
    const { name, version } = JSON.parse(built(`${folder}/package.json`)) as { name: string; version: string }
    expect(text).toContain(`\n${name} ${version} (`)
  }
  for (const holder of [
    'Sun Microsystems',
    'Rich Felker',
    'Arm Limited',
    'Apache License',
    'Observable, Inc.',
    'Jason Miller',
    'Colin McDonnell',
  ])
    expect(text).toContain(holder)
})
