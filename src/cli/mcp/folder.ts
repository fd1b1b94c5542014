// Keeps what a client names within the folder that the server was given.

import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { reasonOf, unlessAbsent } from '../../data/node/system.ts'
import { UsageError } from '../exit.ts'

/** The one folder that is read and written, links followed. */
export class Folder {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** @throws UsageError where there is no such folder */
  static async open(path: string): Promise<Folder> {
    const real = await realpath(path).catch((cause: unknown) => {
      throw new UsageError(`the folder ${path}: ${reasonOf(cause) ?? String(cause)}`, { cause })
    })
    return new Folder(real)
  }

  /** Where a file is that is there. @throws UsageError where it is not, or leads out of the folder */
  async existing(path: string): Promise<string> {
    const real = await this.#real(path)
    if ((await unlessAbsent(realpath(real), undefined)) === undefined)
      throw new UsageError(`there is no file ${JSON.stringify(path)} in ${this.path}; paths are from that folder`)
    return real
  }

  /** Where a file may be written. @throws UsageError where that leads out of the folder */
  writable(path: string): Promise<string> {
    return this.#real(path)
  }

  /** As a client names it. */
  named(path: string): string {
    return relative(this.path, path).split(sep).join('/')
  }

  async #real(path: string): Promise<string> {
    if (path === '' || path.includes('\0')) throw new UsageError(`the path ${JSON.stringify(path)} is none`)
    const real = await realOf(resolve(this.path, path))
    const way = relative(this.path, real)
    if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
      throw new UsageError(
        `${JSON.stringify(path)} leads out of the folder ${this.path}, which is all that this server reads and writes; name a file in it`,
      )
    return real
  }
}

/** Where a path leads through links, though the last parts of it may not be there yet. */
async function realOf(path: string): Promise<string> {
  const real = await unlessAbsent(realpath(path), undefined)
  if (real !== undefined) return real
  const parent = dirname(path)
  return parent === path ? path : join(await realOf(parent), basename(path))
}
