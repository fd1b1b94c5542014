import { readFile, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { UnsupportedModelError } from '../formats/index.ts'
import { UsageError } from './exit.ts'

/**
 * Files that another file names as its own, by their names relative to its folder. Links are followed no further than the folder, and what is no
 * file (a device, a pipe) is not read.
 * @param owner the file that names them, for messages
 * @throws UnsupportedModelError where a name leads out of the folder; UsageError where there is no such file
 */
export async function readBeside(owner: string, folder: string, names: readonly string[]): Promise<Record<string, Uint8Array>> {
  const home = await realpath(folder)
  const read = async (name: string): Promise<readonly [string, Uint8Array]> => {
    const path = join(folder, name)
    const real = await realpath(path).catch((cause: unknown) => {
      throw new UsageError(`${owner}: needs the file ${name} beside it, which is not in ${folder}`, { cause })
    })
    if (!real.startsWith(home.endsWith(sep) ? home : home + sep) || !(await stat(real)).isFile())
      throw new UnsupportedModelError(`${owner}: names ${name} as a file beside it, which is no file in ${folder}`)
    return [name, await readFile(real)]
  }
  return Object.fromEntries(await Promise.all(names.map(read)))
}
