/** The package as a user gets it: its tarball, which the vitest project `packed` packs once (packedSetup.ts), installed in folders of their own. */

import { join } from 'node:path'
import { inject } from 'vitest'
import { copyApp } from '../../scripts/packed.mjs'
import { embedding } from '../../scripts/tools.mjs'
import { temporaryFolder } from './bundle.ts'
import { npm } from './npm.ts'

/**
 * Copies an application's folder to a temporary one and installs there what its package.json asks for, with the tarball as `espalier`.
 * Whoever installs it removes it.
 */
export async function installPacked(folder: string): Promise<{ path: string; remove: () => Promise<void> }> {
  const app = await temporaryFolder()
  copyApp(folder, app.path)
  await npm(app.path, ['install', '--prefer-offline', inject('tarball')])
  return app
}

/** The path of the copy of a fixture of test/embedding, beside which its tools and the tarball are installed. */
export const fixture = (name: string): string => join(embedding, name)
