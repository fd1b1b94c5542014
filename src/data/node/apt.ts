// Fetches a Debian package and unpacks it without installing it.

import { execFile } from 'node:child_process'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { DownloadOptions } from '../download.ts'
import { DataUnavailableError } from '../errors.ts'
import { codeOf } from './system.ts'

const run = promisify(execFile)
const PACKAGE = 'dataset-fashion-mnist'
const TIMEOUT_MS = 300_000

/** The last output of a failed command, where apt and dpkg say why. */
function reasonOf(command: string, error: unknown): string {
  if (codeOf(error) === 'ENOENT') return `there is no ${command} on this machine`
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : ''
  return `${command}: ${said || (error instanceof Error ? error.message : String(error))}`
}

async function command(name: string, parameters: readonly string[], cwd: string, signal: AbortSignal | undefined): Promise<string> {
  try {
    const { stdout } = await run(name, parameters, {
      cwd,
      timeout: TIMEOUT_MS,
      env: { ...process.env, LC_ALL: 'C' },
      ...(signal && { signal }),
    })
    return stdout
  } catch (cause) {
    signal?.throwIfAborted()
    throw new DataUnavailableError(reasonOf(name, cause), { cause })
  }
}

/** Downloads the package into `folder`, and reports progress by watching the file grow. */
async function downloadPackage(apt: readonly string[], folder: string, { signal, onProgress }: DownloadOptions): Promise<string> {
  const [, file, size] =
    /^'[^']*' (\S+) (\d+)/m.exec(await command('apt-get', [...apt, 'download', '--print-uris', PACKAGE], folder, signal)) ?? []
  if (file === undefined) throw new DataUnavailableError(`apt-get: no package ${PACKAGE} in this machine's sources`)
  const path = join(folder, file)
  const watch = setInterval(() => {
    stat(path).then(
      ({ size: loaded }) => onProgress?.({ file, loaded, total: Number(size) }),
      () => undefined, // Nothing has come yet.
    )
  }, 200)
  try {
    await command('apt-get', [...apt, 'download', PACKAGE], folder, signal)
  } finally {
    clearInterval(watch)
  }
  return path
}

/**
 * Debian's and Ubuntu's package of Fashion-MNIST, downloaded into `folder` and unpacked there; nothing is installed and no root is
 * needed. Returns the folder with the four files. Throws DataUnavailableError where apt-get is not there or cannot get the package.
 */
export async function unpackDebianPackage(folder: string, options: DownloadOptions): Promise<string> {
  const { signal } = options
  // A fresh container has empty package lists, and only root may fill them: on failure, fill some of our own and ask again.
  const lists = join(folder, 'lists')
  const own = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${folder}`]
  const path = await downloadPackage([], folder, options).catch(async () => {
    signal?.throwIfAborted()
    await mkdir(join(lists, 'partial'), { recursive: true })
    await command('apt-get', [...own, 'update'], folder, signal)
    return downloadPackage(own, folder, options)
  })
  await command('dpkg-deb', ['-x', path, join(folder, 'unpacked')], folder, signal)
  const unpacked = join(folder, 'unpacked/usr/share/datasets/fashion-mnist')
  await readdir(unpacked).catch((cause: unknown) => {
    throw new DataUnavailableError(`${PACKAGE} no longer holds usr/share/datasets/fashion-mnist`, { cause })
  })
  return unpacked
}
