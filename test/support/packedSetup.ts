// Packs the package once for all tests of the project `packed`.

import type { TestProject } from 'vitest/node'
import { preparePacked } from '../../scripts/packed.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the packed package. */
    tarball: string
  }
}

/** Packs what is built and installs it for the fixtures of test/embedding, once for all tests of the project. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('tarball', await preparePacked())
}
