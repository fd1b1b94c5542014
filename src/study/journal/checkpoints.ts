// The contract for storing checkpoints of unfinished trials.

import type { Checkpoint } from '../../train/result.ts'

/**
 * The state of unfinished trials, stored beside a journal: one list of checkpoints under each key. An implementation must keep:
 * - `save` replaces what the key had as a whole: after a crash at any moment the key has the old list or the new one;
 * - what is loaded is equal to what was saved, bit for bit, and shares no memory with it;
 * - a list that is damaged nevertheless is treated as absent, with a notice.
 */
export interface CheckpointStore {
  /** Resolves when the checkpoints would survive the process. */
  save(key: string, checkpoints: readonly Checkpoint[]): Promise<void>
  load(key: string): Promise<readonly Checkpoint[] | undefined>
  /** Does nothing if there is no such key. */
  delete(key: string): Promise<void>
  /** In no particular order. */
  keys(): Promise<string[]>
}
