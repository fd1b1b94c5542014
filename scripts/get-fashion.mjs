// Finds the Fashion-MNIST files for the tests with the built package, or has its own command fetch them.
import { runNode } from './run.mjs'

/**
 * Makes the data set available; the build must have run.
 * @returns {Promise<string>} the folder that holds it
 * @throws {Error} when it is nowhere and cannot be fetched
 */
export async function getFashion() {
  /** @type {typeof import('../src/data/node.ts')} */
  const { findFashionMnist } = await import(new URL('../dist/node.js', import.meta.url).href)
  const found = await findFashionMnist()
  if (found !== undefined) return found
  await runNode(['dist/cli.js', 'data', 'fetch', 'fashion-mnist'])
  const fetched = await findFashionMnist()
  if (fetched === undefined) throw new Error('espalier data fetch fashion-mnist left nothing where the package looks for it')
  return fetched
}
