// Threads that share one memory share the pieces of a batch. One of them leads: it does what goes in order, and offers kind after kind of
// pieces; the others help, each with an instance of the module of its own whose globals are the leader's (engine.ts copies them). The
// leader never waits for a helper to come: whoever is free takes the next piece, and the leader waits only for pieces that were taken.
// So a helper may be late, suspended or gone between two pieces. Whoever did a piece, its bits are the same (pieces.ts).

import { allocate, LINE, share_scratch, threads } from './memory'
import { run } from './pieces'

/** Multiply-adds below which offering costs more than helping saves (bench/NOTES.md). */
const LEAST_WORK: i64 = 1 << 15
/** A helper goes to listen after this many multiply-adds, a few milliseconds, or when it slept for so many nanoseconds. */
const LONG_WORK: i64 = 1 << 27
const NAP: i64 = 5_000_000
/** Looks before sleeping, a few tens of microseconds: what the leader does alone between two offers mostly takes less. */
const LOOKS = 1 << 15

// In shared memory, a cache line each.
let offer: usize = 0 // u32: the number of the offer, and what is offered
let done: usize = 0 // i32: how many of its pieces are done; whether the leader sleeps until all are
let helpers: usize = 0 // i32: how many threads help; how many of them sleep
let turn: usize = 0 // i32: turns of the leader that are over
let tickets: usize = 0 // (threads) u64: the offer's number, and how many pieces of the thread's part of them are left

// Beside the number of the offer.
const KIND: usize = 4
const LAYER: usize = 8
const COUNT: usize = 12
const WORK: usize = 16
const ASLEEP: usize = 4

/** Once the session is laid out. */
export function gather_team(): void {
  offer = allocate(LINE)
  done = allocate(LINE)
  helpers = allocate(LINE)
  turn = allocate(LINE)
  tickets = allocate(<usize>threads * LINE)
}

export { done, helpers, offer, tickets, turn }

/** Does all pieces of a kind; `work` is about how many multiply-adds they are. */
export function perform(kind: i32, l: i32, count: i32, work: i64): void {
  if (ASC_FEATURE_THREADS) {
    if (work >= LEAST_WORK && threads > 1 && atomic.load<i32>(helpers) > 0) {
      lead(kind, l, count, work)
      return
    }
  }
  run(kind, l, 0, count)
}

// @ts-ignore: decorator
@inline function ticket(thread: i32): usize { return tickets + <usize>thread * LINE }

/** The first piece of a thread's part. */
// @ts-ignore: decorator
@inline function partOf(thread: i32, count: i32): i32 { return count * thread / threads }

function lead(kind: i32, l: i32, count: i32, work: i64): void {
  const number = atomic.load<u32>(offer) + 1
  store<i32>(offer, kind, KIND)
  store<i32>(offer, l, LAYER)
  store<i32>(offer, count, COUNT)
  store<i64>(offer, work, WORK)
  atomic.store<i32>(done, 0)
  for (let t = 0; t < threads; t++) {
    atomic.store<u64>(ticket(t), (<u64>number << 32) | <u64>(partOf(t + 1, count) - partOf(t, count)))
  }
  announce(number)
  take(0, number)
  for (let look = 0; look < LOOKS; look++) if (atomic.load<i32>(done) == count) return
  atomic.store<i32>(done, 1, ASLEEP)
  for (let now = atomic.load<i32>(done); now != count; now = atomic.load<i32>(done)) atomic.wait<i32>(done, now, NAP)
  atomic.store<i32>(done, 0, ASLEEP)
}

function announce(number: u32): void {
  atomic.store<u32>(offer, number)
  if (atomic.load<i32>(helpers, ASLEEP) > 0) atomic.notify(offer, -1)
}

/**
 * Takes pieces until all are taken, the thread's own part first: what it wrote the last time is in its cache. Of an offer that is over no
 * ticket is left, so whoever got one knows that all it read of the offer holds.
 */
function take(thread: i32, number: u32): void {
  const kind = load<i32>(offer, KIND)
  const l = load<i32>(offer, LAYER)
  const count = load<i32>(offer, COUNT)
  let own = 0
  for (let i = 0; i < threads; i++) {
    const t = (thread + i) % threads
    const at = ticket(t)
    const end = partOf(t + 1, count)
    let seen = atomic.load<u64>(at)
    while (<u32>(seen >> 32) == number && <u32>seen > 0) {
      const before = atomic.cmpxchg<u64>(at, seen, seen - 1)
      if (before == seen) {
        const piece = end - <i32>seen
        run(kind, l, piece, piece + 1)
        own++
        seen = atomic.load<u64>(at)
      } else {
        seen = before
      }
    }
  }
  if (own == 0) return
  atomic.add<i32>(done, own)
  if (thread > 0 && atomic.load<i32>(done, ASLEEP) != 0) atomic.notify(done, 1)
}

/** A helper, whose globals are the leader's by now, takes scratch memory of its own. */
export function join(thread: i32): void { share_scratch(thread) }

/** Helps for a few milliseconds. Answers false when the turn is over. */
export function help(thread: i32, ofTurn: i32): bool {
  atomic.add<i32>(helpers, 1)
  const goesOn = helpOn(thread, ofTurn)
  atomic.sub<i32>(helpers, 1)
  return goesOn
}

function helpOn(thread: i32, ofTurn: i32): bool {
  let work: i64 = 0
  let seen = atomic.load<u32>(offer) - 1
  for (let look = 0; work < LONG_WORK; look++) {
    const number = atomic.load<u32>(offer)
    if (number != seen) {
      if (atomic.load<i32>(turn) > ofTurn) return false
      work += load<i64>(offer, WORK)
      take(thread, number)
      seen = number
      look = 0
    } else if (look == LOOKS) {
      atomic.add<i32>(helpers, 1, ASLEEP)
      atomic.wait<i32>(offer, seen, NAP)
      atomic.sub<i32>(helpers, 1, ASLEEP)
      return atomic.load<i32>(turn) <= ofTurn
    }
  }
  return true
}

/** Sends the helpers home. */
export function end_turn(ofTurn: i32): void {
  atomic.store<i32>(turn, ofTurn + 1)
  announce(atomic.load<u32>(offer) + 1)
}
