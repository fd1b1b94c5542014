// Tools that the package itself does without, each in a folder of its own: what builds the documentation site, and what test/embedding builds and runs pages with.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNpm } from './run.mjs'

const QUIET = ['--no-audit', '--no-fund', '--loglevel', 'error']

/** Where the fixtures of test/embedding are run, with their tools. */
export const embedding = join(root, '.cache/embedding')

/** @param {string} path */
export const digestOf = (path) => createHash('sha256').update(readFileSync(path)).digest('hex')

/**
 * Does the work unless the file that remembers it says that it was done for the same inputs.
 * @param {string} stamp
 * @param {string} inputs
 * @param {() => Promise<void>} work
 */
export async function once(stamp, inputs, work) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return
  rmSync(stamp, { force: true })
  await work()
  writeFileSync(stamp, inputs)
}

/** Installs the site's tools when they are missing or out of date. */
export async function installSiteTools() {
  const site = join(root, 'site')
  const installed = join(site, 'node_modules/.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(join(site, 'package-lock.json')).mtimeMs) return
  await runNpm(['ci', '--prefix', 'site', ...QUIET])
}

/** Installs what the fixtures of test/embedding are built and run with; whoever does so installs the package anew. */
export async function installEmbeddingTools() {
  const source = join(root, 'test/embedding')
  mkdirSync(embedding, { recursive: true })
  await once(join(embedding, 'tools.stamp'), digestOf(join(source, 'package-lock.json')), async () => {
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(source, name), join(embedding, name))
    await runNpm(['ci', '--prefix', embedding, '--prefer-offline', ...QUIET])
    rmSync(join(embedding, 'packed.stamp'), { force: true })
  })
}

/** @param {string} tarball of the package, which is installed beside the tools when it is another than before */
export const installTarball = (tarball) =>
  once(join(embedding, 'packed.stamp'), digestOf(tarball), () =>
    runNpm(['install', tarball, '--prefix', embedding, '--no-save', '--prefer-offline', ...QUIET]),
  )
