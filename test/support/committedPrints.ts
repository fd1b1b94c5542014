// The fingerprints of test/golden, which every host must have.

import { readFileSync } from 'node:fs'

export const printsFile = (arithmetic: string): URL => new URL(`../golden/fingerprints-${arithmetic}.json`, import.meta.url)

/** @param arithmetic as a backend says it */
export const committedPrints = (arithmetic: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(printsFile(arithmetic), 'utf8'))
