// A journal in Redis, as Optuna writes it, shared by many workers.

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { CheckpointStore } from '../checkpoints.ts'
import { isEntry } from '../entries.ts'
import { CorruptJournalError } from '../errors.ts'
import type { JournalEntry, SharedJournal } from '../journal.ts'
import { parseJson, stringifyJson } from '../json.ts'
import { RedisCheckpoints } from './checkpoints.ts'
import { RedisConnection } from './connection.ts'

/** How the keys are named, and how long a worker or the server is waited for. */
export interface RedisJournalOptions {
  /** Before every key, as in Optuna's JournalRedisStorage: several journals on one server. Empty by default. */
  readonly prefix?: string
  /** Seconds without a sign of life after which a worker counts as gone, and others take over its trials; 30 by default. */
  readonly lease?: number
  /** How long to wait for a server that stops answering, in seconds; 60 by default. */
  readonly patience?: number
  /** Called with a sentence about a server that is being waited for, or about damaged checkpoints. */
  readonly onNotice?: (notice: string) => void
}

/**
 * Appends ARGV[4…] where the journal ends, if it has ARGV[2] entries (whatever it has, when that is empty), with Optuna's keys and log numbers
 * (`optuna/storages/_journal/redis.py`); a script runs alone and completely. The writer's key has the number of its last append, so one that is
 * repeated, because the connection broke before the response, is not done twice.
 */
const APPEND = `
if redis.call('GET', KEYS[2]) == ARGV[1] then return 1 end
local length = tonumber(redis.call('GET', KEYS[1]) or '-1') + 1
if ARGV[2] ~= '' and tonumber(ARGV[2]) ~= length then return 0 end
for i = 4, #ARGV do
  redis.call('SET', string.format('%s:log:%d', ARGV[3], length), ARGV[i])
  length = length + 1
end
redis.call('SET', KEYS[1], string.format('%d', length - 1))
redis.call('SET', KEYS[2], ARGV[1], 'EX', 86400)
return 1`

/** Entries asked for at once. */
const CHUNK = 1000
/** How long an entry that is counted but not there may be on its way, in seconds. */
const GAP = 2

/**
 * A journal on a Redis server, that any number of processes may share at the same time: workers of a study, and Optuna's
 * JournalStorage(JournalRedisStorage(url, prefix=…)). Entries survive the server as its own settings say: with `appendonly yes` and
 * `appendfsync always` every one. Needs the package `redis`. Optuna's snapshot, a pickle under `<prefix>:snapshot`, is left alone.
 */
export class RedisJournal implements SharedJournal {
  readonly description: string
  /** On the same server, under `<prefix>:espalier:checkpoints`, and closed with the journal. */
  readonly checkpoints: CheckpointStore
  readonly #connection: RedisConnection
  readonly #prefix: string
  readonly #lease: number
  readonly #writer = randomUUID()
  readonly #oneAtATime = pLimit(1)
  #appends = 0
  /** Entries there were at least. */
  #seen = 0

  /** @param url redis://user:password@host:port/database, or rediss:// with TLS */
  constructor(url: string, { prefix = '', lease = 30, patience = 60, onNotice = () => {} }: RedisJournalOptions = {}) {
    this.#connection = new RedisConnection(url, { patience, onNotice })
    this.description = this.#connection.description + (prefix && `?prefix=${encodeURIComponent(prefix)}`)
    this.checkpoints = new RedisCheckpoints(this.#connection, `${prefix}:espalier:checkpoints`, onNotice)
    this.#prefix = prefix
    this.#lease = lease
  }

  /** @throws CorruptJournalError naming the log number; JournalError when the server cannot be reached */
  async read(from: number): Promise<JournalEntry[]> {
    const last = await this.#connection.use((client) => client.get(`${this.#prefix}:log_number`))
    const length = Number(last ?? -1) + 1
    if (length < this.#seen)
      throw new CorruptJournalError(
        `${this.description}: has ${length} entries where it had ${this.#seen}; a server that must forget nothing has appendonly yes and appendfsync always`,
      )
    this.#seen = length
    const entries: JournalEntry[] = []
    for (let number = from; number < length; number += CHUNK) {
      const numbers = Array.from({ length: Math.min(CHUNK, length - number) }, (_, i) => number + i)
      entries.push(...(await this.#readEntries(numbers)))
    }
    return entries
  }

  /** @throws JournalError when the server cannot be reached, or refuses; the entries may be in it then, all or none */
  async append(entries: readonly JournalEntry[]): Promise<void> {
    await this.#append('', entries)
  }

  /** @throws JournalError as `append` */
  appendAt(length: number, entries: readonly JournalEntry[]): Promise<boolean> {
    return this.#append(String(length), entries)
  }

  /** A key that the server drops if it is not renewed. */
  async announce(worker: string): Promise<() => Promise<void>> {
    const key = this.#leaseKey(worker)
    const renew = () =>
      this.#connection.use((client) =>
        client.set(key, `${hostname()} ${process.pid}`, { expiration: { type: 'PX', value: 1000 * this.#lease } }),
      )
    await renew()
    const stop = new AbortController()
    const renewing = this.#renew(renew, stop.signal)
    return async () => {
      stop.abort()
      await renewing
      await this.#connection.attempt((client) => client.del(key))
    }
  }

  async living(workers: readonly string[]): Promise<ReadonlySet<string>> {
    if (workers.length === 0) return new Set()
    const leases = await this.#connection.use((client) => client.mGet(workers.map((worker) => this.#leaseKey(worker))))
    return new Set(workers.filter((_, i) => leases[i] != null))
  }

  async close(): Promise<void> {
    // After what is being appended.
    await this.#oneAtATime(async () => {
      if (this.#appends > 0) await this.#connection.attempt((client) => client.del(this.#writerKey))
    })
    await this.#connection.close()
  }

  get #writerKey(): string {
    return `${this.#prefix}:espalier:writer:${this.#writer}`
  }

  #leaseKey(worker: string): string {
    return `${this.#prefix}:espalier:worker:${worker}`
  }

  async #append(length: string, entries: readonly JournalEntry[]): Promise<boolean> {
    if (entries.length === 0) return true
    return this.#oneAtATime(async () => {
      const keys = [`${this.#prefix}:log_number`, this.#writerKey]
      const argv = [String(++this.#appends), length, this.#prefix, ...entries.map(stringifyJson)]
      return (await this.#connection.use((client) => client.eval(APPEND, { keys, arguments: argv }))) === 1
    })
  }

  async #renew(renew: () => Promise<unknown>, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await sleep((1000 * this.#lease) / 3, undefined, { signal: stop }).catch(() => undefined)
      // If the server is gone, the next read or append reports it.
      if (!stop.aborted) await renew().catch(() => undefined)
    }
  }

  async #readEntries(numbers: readonly number[]): Promise<JournalEntry[]> {
    const keys = numbers.map((number) => `${this.#prefix}:log:${number}`)
    for (const started = performance.now(); ; ) {
      const texts = await this.#connection.use((client) => client.mGet(keys))
      const missing = texts.findIndex((text) => text == null)
      if (missing < 0) return texts.map((text, i) => this.#parse(String(text), numbers[i]))
      // Optuna writes to a cluster in two steps.
      if (performance.now() - started > 1000 * GAP)
        throw new CorruptJournalError(
          `${this.description}: ${keys[missing]} is missing; its writer was stopped before it wrote the entry it had counted`,
        )
      await sleep(100)
    }
  }

  #parse(text: string, number: number | undefined): JournalEntry {
    const entry = this.#json(text)
    if (entry !== undefined && isEntry(entry)) return entry
    throw new CorruptJournalError(
      `${this.description}: ${this.#prefix}:log:${number} is no journal entry: ${JSON.stringify(text.slice(0, 60))}`,
    )
  }

  #json(text: string) {
    try {
      return parseJson(text)
    } catch {
      return undefined
    }
  }
}
