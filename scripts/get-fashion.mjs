// Finds the Fashion-MNIST files for the tests, or has the package's own command fetch them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNode } from './run.mjs'

const name = 'fashion-mnist'

/** The folders the package itself looks in, in its order. */
const folders = [process.env.ESPALIER_DATA, `/usr/share/datasets/${name}`, join(root, '.cache', name)]

/** @param {string | undefined} folder */
const holdsIt = (folder) =>
  folder !== undefined &&
  ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'].every((file) =>
    [file, `${file}.gz`].some((file) => existsSync(join(folder, file))),
  )

/**
 * Makes the data set available; the build must have run.
 * @returns {Promise<string>} where it was found, or what fetched it
 * @throws {Error} when it is nowhere and cannot be fetched
 */
export async function getFashion() {
  const found = folders.find(holdsIt)
  if (found !== undefined) return found
  await runNode(['dist/cli.js', 'data', 'fetch', name])
  return `espalier data fetch ${name}`
}
