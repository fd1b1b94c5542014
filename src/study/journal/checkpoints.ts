import type { Checkpoint } from '../../train/result.ts'

/**
 * Where networks wait while their study is not running: by a key, the checkpoints of a trial's repeats. An implementation must keep:
 * - what `load` gives has the bits that `save` was given, typed arrays and NaN included;
 * - `save` replaces what the key held, whole or not at all, whenever the process ends;
 * - what cannot be read as it was written counts as absent: it can be trained again.
 */
export interface CheckpointStore {
  save(key: string, checkpoints: readonly Checkpoint[]): Promise<void>
  load(key: string): Promise<readonly Checkpoint[] | undefined>
  /** A key that holds nothing is no error. */
  delete(key: string): Promise<void>
  keys(): Promise<string[]>
}
