// A connection to a Redis server that survives restarts.

import { setTimeout as sleep } from 'node:timers/promises'
import { DisposedError } from '../../../core/errors.ts'
import { JournalError } from '../errors.ts'

export interface ConnectionOptions {
  /** How long to wait for a server that does not answer, for example while it restarts, in seconds. */
  readonly patience: number
  readonly onNotice: (notice: string) => void
}

/** Milliseconds between two attempts; pings, by which a server is found that is gone without a word; and how long they may take. */
const PAUSE = 100
const PING = 10_000
const SILENCE = 30_000

/** The client is an optional peer dependency, so it is loaded when a connection is opened. @throws JournalError saying how to get it */
async function loadClient() {
  try {
    return await import('redis')
  } catch (cause) {
    throw new JournalError('a journal in Redis needs the package redis: npm i redis', { cause })
  }
}

/** Servers of every version speak RESP2. A command without a connection is tried again here, not queued by the client. */
function createClient({ createClient }: Awaited<ReturnType<typeof loadClient>>, url: string, reconnectStrategy: () => number | false) {
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    pingInterval: PING,
    socket: { reconnectStrategy, socketTimeout: SILENCE },
  })
}
type Client = ReturnType<typeof createClient>

/** Checks what the client would only notice when connecting. No message shows the address, because it may hold a password. @throws JournalError */
function parseAddress(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || parsed.host === '')
    throw new JournalError(
      'the address of a Redis server is redis://host:port/database, or rediss:// with TLS; this one is none (in a password, signs such as / @ : # are written %2F %40 %3A %23)',
    )
  const { pathname, username, password } = parsed
  if (!/^\/?\d*$/.test(pathname))
    throw new JournalError('the database of a Redis server is a number, as in redis://host:6379/0; this address has something else there')
  if (!isEncoded(username) || !isEncoded(password))
    throw new JournalError('user or password in the address of the Redis server has a % that encodes nothing; write %25')
  return parsed
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** One connection to a Redis server, opened when it is first used. */
export class RedisConnection {
  /** The address, without user and password. */
  readonly description: string
  readonly #url: string
  readonly #options: ConnectionOptions
  #client: Promise<Client> | undefined
  #closed = false

  /** @throws JournalError when the address is none */
  constructor(url: string, options: ConnectionOptions) {
    const { protocol, host, pathname } = parseAddress(url)
    this.description = `${protocol}//${host}${pathname}`
    this.#url = url
    this.#options = options
  }

  /**
   * Runs a command, and repeats it if the connection broke before the response: so the command must be safe to run twice.
   * @throws JournalError when the server cannot be reached, or refuses
   */
  async use<T>(command: (client: Client) => Promise<T>): Promise<T> {
    const { ErrorReply } = await loadClient()
    const { patience, onNotice } = this.#options
    const started = performance.now()
    for (let noted = false; ; noted = true) {
      try {
        return await command(await this.#connect())
      } catch (cause) {
        if (this.#closed || !(cause instanceof Error) || cause instanceof TypeError) throw cause
        // A server that has just started reads its data first.
        if (cause instanceof ErrorReply && !cause.message.startsWith('LOADING'))
          throw new JournalError(`${this.description}: the server refuses: ${cause.message}`, { cause })
        if (performance.now() - started > 1000 * patience)
          throw new JournalError(
            `${this.description}: the server has not answered for ${patience} s (${cause.message}); start it, and then this again`,
            {
              cause,
            },
          )
        if (!noted) onNotice(`${this.description}: the server does not answer (${cause.message}); waiting for it up to ${patience} s`)
        await sleep(PAUSE)
      }
    }
  }

  /** Runs a command that does not have to succeed. */
  async attempt(command: (client: Client) => Promise<unknown>): Promise<void> {
    try {
      await command(await this.#connect())
    } catch {
      // As said: the server forgets it by itself.
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const client = await this.#client?.catch(() => undefined)
    client?.destroy()
  }

  #connect(): Promise<Client> {
    if (this.#closed) throw new DisposedError(`the journal ${this.description} was closed`)
    this.#client ??= this.#start().catch((error: unknown) => {
      this.#client = undefined
      throw error
    })
    return this.#client
  }

  async #start(): Promise<Client> {
    let connected = false
    // Until it is connected it gives up at once, and `use` starts again.
    const client = createClient(await loadClient(), this.#url, () => connected && PAUSE)
    // Without a listener, losing the connection would end the process; its users notice the loss themselves.
    client.on('error', () => {})
    await client.connect()
    connected = true
    return client
  }
}
