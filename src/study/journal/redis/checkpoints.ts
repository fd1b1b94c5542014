// Stores checkpoints in Redis.

import type { Checkpoint } from '../../../train/result.ts'
import type { CheckpointStore } from '../checkpoints.ts'
import { decodeCheckpoints, encodeCheckpoints } from '../file/checkpoint-format.ts'
import type { RedisConnection } from './connection.ts'

/** node-redis's RESP_TYPES.BLOB_STRING, a constant of the protocol: bulk strings begin with '$'. */
const BLOB_STRING = 36

/** Checkpoints in a hash of a Redis server, in the format of the file store (file/checkpoint-format.ts). */
export class RedisCheckpoints implements CheckpointStore {
  readonly #connection: RedisConnection
  readonly #hash: string
  readonly #onNotice: (notice: string) => void

  constructor(connection: RedisConnection, hash: string, onNotice: (notice: string) => void) {
    this.#connection = connection
    this.#hash = hash
    this.#onNotice = onNotice
  }

  /** @throws JournalError when the server cannot be reached, or refuses; the key has what it had before, or the new ones */
  async save(key: string, checkpoints: readonly Checkpoint[]): Promise<void> {
    const { buffer, byteOffset, byteLength } = encodeCheckpoints(checkpoints)
    await this.#connection.use((client) => client.hSet(this.#hash, key, Buffer.from(buffer, byteOffset, byteLength)))
  }

  async load(key: string): Promise<readonly Checkpoint[] | undefined> {
    const bytes = await this.#connection.use((client) => client.withTypeMapping({ [BLOB_STRING]: Buffer }).hGet(this.#hash, key))
    if (bytes == null) return undefined
    const name = `${this.#connection.description}, ${this.#hash}, ${key}`
    try {
      return decodeCheckpoints(bytes, name).checkpoints
    } catch (error) {
      this.#onNotice(`${error instanceof Error ? error.message : String(error)}; the trial begins anew`)
      return undefined
    }
  }

  async delete(key: string): Promise<void> {
    await this.#connection.use((client) => client.hDel(this.#hash, key))
  }

  keys(): Promise<string[]> {
    return this.#connection.use((client) => client.hKeys(this.#hash))
  }
}
