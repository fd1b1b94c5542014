/**
 * Threads that train one member together, on one memory (assembly/team.ts): a leader, which holds the session, and its helpers. Loaded when it is
 * needed, in workers alone.
 */

import { EspalierError } from '../../core/errors.ts'
import type { Exports } from './exports.ts'
import type { MessageListener } from './messageListener.ts'

/** What a thread needs to lead. */
export interface TeamPlan {
  /** A build whose memory is shared. */
  readonly module: WebAssembly.Module
  /** Whether it is a full one. */
  readonly full: boolean
  readonly threads: number
  /** Names the memory that is made for it, in its backend. */
  readonly id: number
}

/** What a leader's helpers need: its memory, and the globals of its instance, which say where in it things are. */
export interface SharedInstance {
  readonly id: number
  readonly memory: WebAssembly.Memory
  readonly globals: Readonly<Record<string, number>>
}

export interface HelpOrder extends SharedInstance {
  readonly module: WebAssembly.Module
  /** From 1: the leader is 0. */
  readonly thread: number
  /** The call to train that it helps with. */
  readonly turn: number
}

/** What the builds with a shared memory export besides. */
interface TeamExports extends Exports {
  /** Before `lay_out`. */
  set_threads(count: number): void
  /** After `lay_out`. */
  gather_team(): void
  /** A helper begins. */
  join(thread: number): void
  /** Helps for a few milliseconds; 0 when the turn is over. */
  help(thread: number, turn: number): number
  end_turn(turn: number): void
}

/** The whole address space of 32 bits, in pages of 64 KiB; some hosts reserve all of it at once, and refuse. */
const MOST_PAGES = 2 ** 16
const LEAST_PAGES = 2 ** 10

/** @throws EspalierError where the host has no room for any */
function sharedMemory(maximum = MOST_PAGES): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum, shared: true })
  } catch (cause) {
    if (maximum > LEAST_PAGES) return sharedMemory(maximum / 2)
    throw new EspalierError('the host refused a shared memory; open the backend with threads: 1', { cause })
  }
}

/** An instance of a build with a shared memory. */
export interface TeamInstance {
  readonly id: number
  readonly exports: TeamExports
  /** As of now: once a session is laid out, the globals stay. */
  share(): SharedInstance
}

const globalsOf = (exports: TeamExports): [string, WebAssembly.Global][] =>
  Object.entries(exports).filter((entry) => entry[1] instanceof WebAssembly.Global)

async function instantiate(id: number, module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<TeamInstance> {
  const instance = await WebAssembly.instantiate(module, { env: { memory } })
  const exports = instance.exports as unknown as TeamExports
  const share = () => ({ id, memory, globals: Object.fromEntries(globalsOf(exports).map(([name, { value }]) => [name, value as number])) })
  return { id, exports, share }
}

export const createLeader = ({ id, module }: TeamPlan): Promise<TeamInstance> => instantiate(id, module, sharedMemory())

/** Helps other threads, and keeps its last instance: most often it helps the same leader again and again. */
export class Helper {
  #instance: TeamInstance | undefined

  /** Helps until the turn is over, or `leaves` says so. */
  async help({ id, module, memory, globals, thread, turn }: HelpOrder, listener: MessageListener, leaves: () => boolean): Promise<void> {
    const known = this.#instance
    const instance = known?.id === id ? known : await instantiate(id, module, memory)
    this.#instance = instance
    const { exports } = instance
    for (const [name, global] of globalsOf(exports)) global.value = globals[name]
    exports.join(thread)
    while (exports.help(thread, turn) !== 0 && !leaves()) if (listener.due) await listener.listen()
  }
}
