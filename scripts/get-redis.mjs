// Finds a Redis server for the tests of the journal in Redis, or installs Debian's.
import { aptInstall } from './apt.mjs'
import { findRedis, redisPackages } from './find-redis.mjs'
import { StepError } from './run.mjs'

/**
 * @returns {Promise<string>} the program
 * @throws {StepError} saying what to install
 */
export async function getRedis() {
  const found = findRedis()
  if (found !== undefined) return found
  let tried = 'it is installed now, and still not found'
  try {
    await aptInstall(...redisPackages)
    const installed = findRedis()
    if (installed !== undefined) return installed
  } catch (error) {
    tried = error instanceof Error ? error.message : String(error)
  }
  throw new StepError(
    `no Redis server (apt-get install ${redisPackages.join(' ')}: ${tried}).\nInstall one, and name its program in ESPALIER_REDIS.`,
  )
}
