// Packs the package once for all tests of the project `packed`.

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import manifest from '../../package.json' with { type: 'json' }
import { npm } from './npm.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the packed package. */
    tarball: string
  }
}

/** Packs what is built, once for all tests of the project. */
export default async function setup(project: TestProject): Promise<void> {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const folder = join(root, '.cache/packed')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await npm(root, ['pack', '--ignore-scripts', '--pack-destination', folder])
  project.provide('tarball', join(folder, `${manifest.name}-${manifest.version}.tgz`))
}
