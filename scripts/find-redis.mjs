// Finds a Redis server.

import { execFileSync } from 'node:child_process'

/** What the tests of the journal in Redis start, by Debian's name. */
export const redisPackages = ['redis-server']

/** @param {string} program */
function runs(program) {
  try {
    execFileSync(program, ['--version'], { timeout: 60_000, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/**
 * A Redis server's program: the one named by ESPALIER_REDIS, or the one on the PATH.
 * @returns {string | undefined}
 */
export function findRedis() {
  return [process.env.ESPALIER_REDIS, 'redis-server', '/usr/bin/redis-server'].find((program) => program && runs(program))
}
