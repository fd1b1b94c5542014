// Starts Redis servers for tests.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe } from 'vitest'
import { findRedis, redisPackages } from '../../scripts/find-redis.mjs'
import { temporaryFolder } from './bundle.ts'

const program = findRedis()
const reason = `no Redis server: apt-get install ${redisPackages.join(' ')}, or name its program in ESPALIER_REDIS`
const runs = program !== undefined || process.env.CI === 'true'

/** A Redis server of a test's own, on loopback. */
export interface RedisServer {
  readonly url: string
  /** Kills it, as a power cut would, and starts it again on the same data. */
  restart(pause?: number): Promise<void>
  stop(): Promise<void>
}

/** `describe` for tests that need a Redis server: where there is none they are skipped, saying why; with CI=true they fail. */
export function describeWithRedis(name: string, tests: (server: () => RedisServer) => void): void {
  if (!runs) {
    describe.skip(`${name} (REDIS TESTS NOT RUN: ${reason})`, () => tests(() => missing()))
    return
  }
  describe(name, () => {
    let server: RedisServer | undefined
    beforeAll(async () => {
      server = await startRedis()
    })
    afterAll(() => server?.stop())
    tests(() => server ?? missing())
  })
}

function missing(): never {
  throw new Error(reason)
}

/** A server that has written to its file what it has answered. */
async function startRedis(): Promise<RedisServer> {
  const { path, remove } = await temporaryFolder()
  const port = await freePort()
  const options = { port, bind: '127.0.0.1', dir: path, save: '', appendonly: 'yes', appendfsync: 'always' }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const start = async () => {
    const child = spawn(program ?? missing(), args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const kill = () => child.kill('SIGKILL')
    process.once('exit', kill)
    child.once('exit', () => process.off('exit', kill))
    const lines: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line)
      if (line.includes('Ready to accept connections')) {
        child.stdout.resume()
        return child
      }
    }
    throw new Error(lines.join('\n'))
  }
  let child = await start()
  const end = async (): Promise<void> => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    async restart(pause = 0) {
      await end()
      await new Promise((resolve) => setTimeout(resolve, pause))
      child = await start()
    },
    async stop() {
      await end()
      await remove()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : missing()
}
