/** What espalier is to reach, as plain data. Ratios to others are of one run on one machine. */

export type Quantity =
  | 'ceiling'
  | 'tensorflow'
  | 'jax'
  | 'pytorch'
  | 'alone'
  | 'seconds'
  | 'stepMicroseconds'
  | 'dispatches'
  | 'submissionMilliseconds'
  | 'oneMember'
  | 'kilobytes'
  | 'milliseconds'

export interface Criterion {
  readonly quantity: Quantity
  /** Whether more is better ('least') or less ('most'). */
  readonly at: 'least' | 'most'
  readonly target: number
  readonly stretch?: number
  /** Shown where the target is missed: what is in the way, and what it would take. */
  readonly why: string
}

export interface Target {
  readonly id: `P${number}`
  /** What is measured for it: a workload's id, or the name of another measurement. */
  readonly subject: string
  readonly title: string
  readonly criteria: readonly Criterion[]
}

const atLeast = (quantity: Quantity, target: number, stretch: number | undefined, why: string): Criterion => ({
  quantity,
  at: 'least',
  target,
  ...(stretch !== undefined && { stretch }),
  why,
})
const atMost = (quantity: Quantity, target: number, stretch: number | undefined, why: string): Criterion => ({
  ...atLeast(quantity, target, stretch, why),
  at: 'most',
})

const NATIVE =
  'PyTorch multiplies with 512-bit vectors on a processor that has them; WebAssembly has 128. Where it is ahead, only wider vectors in the browser ' +
  'would change it.'
const PEER = 'The peer has become faster, or this machine favours it: see its column, and bench/NOTES.md for the form it is given.'

/** W1 with either optimizer. */
const beside = [atLeast('pytorch', 1, undefined, NATIVE), atLeast('tensorflow', 12, 15, PEER), atLeast('jax', 2.5, 3.2, PEER)]

/** Parts of the time: of a sampling profile of the module in Node (bench/NOTES.md). */
export const targets: readonly Target[] = [
  {
    id: 'P1',
    subject: 'W1-sgd',
    title: 'W1 with SGD, an epoch',
    criteria: [
      atLeast(
        'ceiling',
        0.9,
        0.95,
        'Only products count as work. They are 0.94 of the time, the update of the weights within them, so they would have to run at 0.96 of the ceiling: ' +
          'what is left are blocks of 5 rows, whose fewer multiply-adds wait longer for each other, and the loads and stores of the update.',
      ),
      ...beside,
    ],
  },
  {
    id: 'P1',
    subject: 'W1-adamax',
    title: 'W1 with Adamax, an epoch',
    criteria: [
      atLeast(
        'ceiling',
        0.8,
        0.95,
        'Only products count as work, and they are 0.80 of the time. The update of the weights is 0.11: a division, three loads and three stores for each, ' +
          '471,000 a step. It would take a reciprocal in place of the division, which changes the bits, or the update within the tile, as with SGD.',
      ),
      ...beside,
    ],
  },
  {
    id: 'P2',
    subject: 'W1b',
    title: 'W1b (batch 32), an epoch',
    criteria: [
      atLeast(
        'ceiling',
        0.85,
        0.95,
        'Only products count as work. At batch 32 they are 0.92 of the time, and the update of 471,000 weights within them comes four times as often as at 128. ' +
          'Two thirds of the rows go in blocks of 5, whose fewer multiply-adds wait longer for each other: it would take a tile that cuts 32 rows evenly, ' +
          'with as many of them under way.',
      ),
      atLeast('pytorch', 1, undefined, NATIVE),
    ],
  },
  {
    id: 'P3',
    subject: 'W2-5',
    title: 'W2 at batch 5, a step',
    criteria: [
      atMost(
        'stepMicroseconds',
        0.6,
        0.4,
        'The floor is 0.26 µs (bench/NOTES.md, tiny networks): a division and a square root for every weight, products padded to 4, one loss after the other. ' +
          'What stands between are calls and loops over layers and tiles; it would take kernels written out for the one topology.',
      ),
      atLeast('pytorch', 470, undefined, PEER),
      atLeast('tensorflow', 1000, undefined, 'What is missing to 0.6 us a step is missing here as well; see there.'),
      atLeast('jax', 800, undefined, 'What is missing to 0.6 us a step is missing here as well; see there.'),
    ],
  },
  {
    id: 'P4',
    subject: 'W3',
    title: 'W3, 48 trials, two workers',
    criteria: [
      atMost('seconds', 0.5, 0.2, 'The time of a step decides (P3).'),
      atLeast('pytorch', 150, undefined, PEER),
      atLeast('jax', 30, undefined, PEER),
    ],
  },
  {
    id: 'P5',
    subject: 'W4',
    title: 'W4, 12 trials, two workers',
    criteria: [
      atLeast(
        'alone',
        1.9,
        undefined,
        'The trials are dealt evenly and share nothing, so two workers are slower than twice one only by what the cores share (cache, memory, clock rate) or by ' +
          'what else runs on the machine: compare the share of the ceiling with that of one worker, and try a machine with nothing else to do.',
      ),
      atLeast('pytorch', 1, undefined, NATIVE),
    ],
  },
  {
    id: 'P6',
    subject: 'W1-threads',
    title: 'one network (W1 with Adamax) on two threads, an epoch',
    criteria: [
      atLeast(
        'alone',
        1.6,
        1.8,
        'What one network costs two threads: they wait for each other after every piece of a step, each reads what the other wrote from its cache, and what is ' +
          'not cut into pieces one does alone (bench/NOTES.md).',
      ),
      atLeast('pytorch', 1, undefined, NATIVE),
    ],
  },
  {
    id: 'P7',
    subject: 'gpu-step',
    title: 'WebGPU: W1 with SGD, a step',
    criteria: [
      atLeast('tensorflow', 5, 8, PEER),
      atLeast('jax', 1.5, 2.5, PEER),
      atMost(
        'dispatches',
        12,
        2,
        'A step of L layers is 2L + 3 dispatches, and one more for every further optimizer among the members (docs/architecture.md).',
      ),
      atLeast(
        'submissionMilliseconds',
        50,
        undefined,
        'Submissions are as many steps as take about 30 ms, two in flight, because an abort waits for both; longer ones gain nothing once a ' +
          'submission costs a thousandth of its time.',
      ),
    ],
  },
  {
    id: 'P8',
    subject: 'gpu-epoch',
    title: 'WebGPU, a GPU: W1 with SGD, an epoch',
    criteria: [atMost('seconds', 0.15, 0.05, 'See the kernels of `npm run bench:gpu` beside their floors: the slowest of them decides.')],
  },
  {
    id: 'P8',
    subject: 'gpu-twelve',
    title: 'WebGPU, a GPU: 12 members of W1 beside one',
    criteria: [atMost('oneMember', 3, 1.5, 'One member already fills this device; what 12 can gain is what one leaves idle.')],
  },
  {
    id: 'P8',
    subject: 'gpu-thousand',
    title: 'WebGPU, a GPU: 1,000 members of 8-12-8-1, 100 epochs',
    criteria: [atMost('seconds', 1, 0.2, 'See `npm run bench:gpu`: time a step of 1,000 members over that of one, and their floors.')],
  },
  {
    id: 'P9',
    subject: 'size-wasm',
    title: 'what a page downloads to train on WASM',
    criteria: [
      atMost(
        'kilobytes',
        60,
        40,
        'See bench/NOTES.md, "What a page downloads": the kernels, the validation of what users say, and the rest.',
      ),
    ],
  },
  {
    id: 'P9',
    subject: 'size-webgpu',
    title: 'what a page downloads to train on WebGPU',
    criteria: [
      atMost(
        'kilobytes',
        60,
        40,
        'See bench/NOTES.md, "What a page downloads": shaders, their encoder, and the WASM module that computes initial weights.',
      ),
    ],
  },
  {
    id: 'P10',
    subject: 'start-workers',
    title: 'cold start to the first finished step, a worker',
    criteria: [
      atMost(
        'milliseconds',
        100,
        30,
        'A worker is what it waits for: Node takes 30 ms of processor time to start an empty one. It would take ' +
          'the first worker started while the kernels are loaded, 10 ms less, before it is known to be needed. `workers: 0` waits for none.',
      ),
    ],
  },
  {
    id: 'P10',
    subject: 'start-calling-thread',
    title: 'cold start to the first finished step, `workers: 0`',
    criteria: [
      atMost(
        'milliseconds',
        100,
        30,
        'What is left are importing the backend, decompressing and compiling the kernels, and the validation of the spec.',
      ),
    ],
  },
]
