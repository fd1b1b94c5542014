// Wide kernels for the command line, whose process is its own: a flag of V8 may be set in it, and reaches its workers.

import { setFlagsFromString } from 'node:v8'

/** V8 before that of Node 24 has the flag, and does not merge what the kernels need. */
const FIRST_NODE = 24

/** @returns what openBackend is asked, with V8 told to merge vectors where --wide asks for it */
export function allowWide(wide: boolean | undefined): { wide?: true } {
  if (wide !== true) return {}
  if (Number.parseInt(process.versions.node, 10) >= FIRST_NODE) setFlagsFromString('--experimental-wasm-revectorize')
  return { wide }
}
