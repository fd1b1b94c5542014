import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

const dist = fileURLToPath(new URL('../../dist', import.meta.url))

it('declares types by packages alone that are installed with it: of others TypeScript makes any, without a word', () => {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts'))
  const imported = files.flatMap((name) => {
    const text = readFileSync(join(dist, name), 'utf8')
    return [...text.matchAll(/(?:\bfrom|\bimport)[\s(]*['"]([^.'"][^'"]*)['"]/g)].map(
      ([, path = '']) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path,
    )
  })
  expect(imported).not.toHaveLength(0)
  const installed = { ...manifest.dependencies, ...manifest.peerDependencies }
  expect([...new Set(imported)].filter((name) => !(name in installed))).toEqual([])
})
