// Locks a journal file the way Optuna does.

import { randomUUID } from 'node:crypto'
import { lstat, open, rename, stat, symlink, unlink } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { JournalError } from '../errors.ts'
import { codeOf, unlessAbsent } from './system.ts'

/**
 * Optuna's two locks (`optuna/storages/_journal/file.py`; from 4.0 `optuna/storages/journal/_file.py`): 'symlink' makes a symbolic link to
 * the journal, which even NFSv2 does for one of many at a time; 'open' makes an empty file that must be new, for where links are not
 * allowed, as on Windows. Both have the same name, so that either keeps the other out.
 */
export type LockKind = 'symlink' | 'open'

export interface LockOptions {
  readonly kind: LockKind
  /**
   * Seconds after which a lock is taken from its holder, when neither it nor the journal has changed in that time: a process that was killed
   * leaves its lock. 30 in Optuna from 4.3 on; before, it waits forever.
   */
  readonly gracePeriod: number
  readonly onNotice: (notice: string) => void
}

export interface FileLock {
  release(): Promise<void>
}

/** The longest time between two looks at the lock, and the time until a notice about the wait, in ms. */
const LONGEST_PAUSE = 20
const TELL_AFTER = 2000

const lockPath = (journal: string): string => `${journal}.lock`

export async function isLocked(journal: string): Promise<boolean> {
  return (await unlessAbsent(lstat(lockPath(journal)), undefined)) !== undefined
}

/** Waits for the lock of a journal. @throws the system's error if none can be created */
export async function acquireLock(journal: string, { kind, gracePeriod, onNotice }: LockOptions): Promise<FileLock> {
  const path = lockPath(journal)
  const started = performance.now()
  let pause = 1 // ms
  let noted = false
  let seen = { state: '', since: started }
  while (!(await tryCreate(path, journal, kind))) {
    const state = await stateOf(path, journal)
    if (state !== seen.state) seen = { state, since: performance.now() }
    const waited = (performance.now() - seen.since) / 1000
    if (state !== '' && waited > gracePeriod) {
      await remove(path)
      onNotice(`${path}: its holder has not moved for ${waited.toFixed(1)} s; the lock was taken from it`)
      continue
    }
    if (!noted && performance.now() - started > TELL_AFTER) {
      onNotice(`${path}: waiting for another process; if it is gone, its lock will be taken from it after ${gracePeriod} s`)
      noted = true
    }
    await sleep(pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }
  const own = await identityOf(path)
  return {
    release: async () => {
      // It belongs to another if this process was stopped for longer than the grace period.
      if ((await identityOf(path)) === own && (await remove(path))) return
      onNotice(`${path}: another process took the lock while this one held it`)
    },
  }
}

async function tryCreate(path: string, journal: string, kind: LockKind): Promise<boolean> {
  try {
    // Optuna follows the link to see whether the journal grows, so a relative one would mislead it.
    if (kind === 'symlink') await symlink(resolve(journal), path)
    else await (await open(path, 'wx')).close()
    return true
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false
    if (codeOf(cause) === 'EPERM' && kind === 'symlink')
      throw new JournalError(`${path}: symbolic links are not permitted here; use the lock 'open', in Optuna JournalFileOpenLock`, {
        cause,
      })
    throw cause
  }
}

/** Changes when the lock changes hands and when the journal grows; '' when there is no lock. */
async function stateOf(path: string, journal: string): Promise<string> {
  const grown = await unlessAbsent(stat(journal, { bigint: true }), undefined)
  const identity = await identityOf(path)
  return identity === '' ? '' : `${identity} ${grown?.mtimeNs}`
}

async function identityOf(path: string): Promise<string> {
  const found = await unlessAbsent(lstat(path, { bigint: true }), undefined)
  return found === undefined ? '' : `${found.ino} ${found.ctimeNs}`
}

/** As Optuna does: of several that want it gone, the one whose renaming succeeds has removed it. */
async function remove(path: string): Promise<boolean> {
  const removed = `${path}${randomUUID()}.rename`
  try {
    await rename(path, removed)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
  await unlink(removed)
  return true
}
