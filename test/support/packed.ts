/** The package as a user gets it: its tarball, which the vitest project `packed` packs once (packedSetup.ts), installed in folders of their own. */

import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { temporaryFolder } from './bundle.ts'
import { npm } from './npm.ts'

const cache = fileURLToPath(new URL('../../.cache/', import.meta.url))

/** The path of the tarball. */
const tarball = (): string => inject('tarball')

/** A copy of a folder with a package.json, without what was built or installed in it. */
function copyApp(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => !['node_modules', 'dist', '.next'].includes(basename(path)) })
}

/**
 * Copies an application's folder to a temporary one and installs there what its package.json asks for, with the tarball as `espalier`.
 * Whoever installs it removes it.
 */
export async function installPacked(folder: string): Promise<{ path: string; remove: () => Promise<void> }> {
  const app = await temporaryFolder()
  copyApp(folder, app.path)
  await npm(app.path, ['install', '--prefer-offline', tarball()])
  return app
}

const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

/** Does the work unless the file that remembers it says that it was done for the same inputs. */
async function once(stamp: string, inputs: string, work: () => Promise<void>): Promise<void> {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return
  rmSync(stamp, { force: true })
  await work()
  writeFileSync(stamp, inputs)
}

/**
 * Puts the fixtures of test/embedding into .cache/embedding, with their tools and the tarball installed: installing is left out when nothing changed.
 * @returns the path of a fixture's copy, by its name
 */
export async function installFixtures(): Promise<(fixture: string) => string> {
  const source = fileURLToPath(new URL('../embedding/', import.meta.url))
  const to = join(cache, 'embedding')
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(to)) if (name !== 'node_modules' && !name.endsWith('.stamp')) rmSync(join(to, name), { recursive: true })
  for (const name of readdirSync(source)) if (!name.endsWith('.test.ts')) copyApp(join(source, name), join(to, name))
  const [tools, packed] = [join(to, 'tools.stamp'), join(to, 'packed.stamp')]
  await once(tools, digest(join(source, 'package-lock.json')), async () => {
    rmSync(packed, { force: true })
    await npm(to, ['ci', '--prefer-offline'])
  })
  await once(packed, digest(tarball()), () => npm(to, ['install', '--no-save', '--prefer-offline', tarball()]))
  // Of Vite's dev server, which remembers dependencies by the lock file: the tarball is not in it.
  rmSync(join(to, 'node_modules/.vite'), { recursive: true, force: true })
  return (fixture) => join(to, fixture)
}
