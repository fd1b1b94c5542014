// Cuts long work into submissions of about one length, so that an abort is heard and no watchdog bites.

/** A submission should take about this long, in ms: far from the watchdogs' 2 s, and two of them are an abort's longest wait. */
const SLICE_MS = 30

/** What a submission can hold, as the last ones cost: an item is a batch of one member. */
export interface Pace {
  items: number
}

/** What one submission does: batches `from` … `to` - 1 of members `first` … `first + members - 1`. */
export interface Block {
  readonly first: number
  readonly members: number
  readonly from: number
  readonly to: number
}

export interface Cut {
  readonly members: number
  /** Of each member. */
  readonly batches: number
  /** Batches a submission may hold. */
  readonly most: number
  /** Before batches are cut into shorter runs than this, members are divided among submissions. Without it they never are. */
  readonly run?: number | undefined
}

/** Deals out members x batches: every call answers the next block of about so many items, or undefined after the last. */
export function blocksOf({ members: all, batches, most, run }: Cut): (budget: number) => Block | undefined {
  let first = 0
  let from = 0
  let members = all
  return (budget) => {
    if (first >= all) return undefined
    let length = Math.max(1, Math.min(most, Math.floor(budget / members)))
    if (run !== undefined && length < Math.min(run, batches)) {
      length = Math.ceil(batches / Math.ceil(batches / run))
      // A block of members that has begun goes on to its last batch.
      if (from === 0) members = Math.max(1, Math.min(members, Math.floor(budget / length)))
    }
    const block = { first, members, from, to: Math.min(batches, from + length) }
    from = block.to
    if (from === batches) {
      first += members
      members = all - first
      from = 0
    }
    return block
  }
}

/**
 * Runs the blocks of `next` as submissions sized by what the last one cost, two in flight. `submit` sends one and answers how to read its
 * sums; `collect` takes these in order.
 * @throws the signal's reason, after what was sent has ended
 */
export async function runSlices(
  pace: Pace,
  signal: AbortSignal | undefined,
  next: (budget: number) => Block | undefined,
  submit: (block: Block) => () => Promise<Float32Array>,
  collect: (block: Block, sums: Float32Array) => void,
): Promise<void> {
  const inFlight: { block: Block; read: Promise<Float32Array> }[] = []
  let settled = performance.now()
  const settle = async (): Promise<void> => {
    const oldest = inFlight.shift()
    if (oldest === undefined) return
    const { block, read } = oldest
    collect(block, await read)
    const now = performance.now()
    const items = block.members * (block.to - block.from)
    const fitting = Math.floor((items * SLICE_MS) / Math.max(0.01, now - settled))
    pace.items = Math.max(1, Math.min(Math.max(items, pace.items) * 2, fitting))
    settled = now
  }
  while (signal?.aborted !== true) {
    const block = next(pace.items)
    if (block === undefined) break
    const read = submit(block)()
    // When an earlier one fails nobody waits for this one.
    read.catch(() => undefined)
    inFlight.push({ block, read })
    if (inFlight.length > 1) await settle()
  }
  while (inFlight.length > 0) await settle()
  signal?.throwIfAborted()
}
