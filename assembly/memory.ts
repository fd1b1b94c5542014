// One session's data in one linear memory: everything is allocated while the session is laid out, nothing while it runs, but for what
// `permutation` needs at the start of an epoch and gives back.
// `begin` makes the memory free for another session.

import { FULL, WIDE } from './full'
import { LayerKind, Loss } from './generated/names'
import { allocate_recurrent, recurrence, transpose_bytes, widest_of } from './recurrence'
import { connect } from './reads'
import { Batch, Layer, Member, MemberLayer, Numbers, Rows } from './structures'
import { allocate_small, shape_small, small, choose_small } from './small'
import { describe, shape } from './shapes'
import { numbersOf } from './tensors'
import { forget_windows, groups_of, measure_windows, MOST_WINDOWS, turnedBytes, windowBytes } from './windows'

export const LINE: usize = 64

/** Rows of the long products of a recurrent layer's gradient at a time: their deltas and a block of what they multiply stay in L1. */
export const RECURRENT_CHUNK: i32 = 256

let top: usize = __heap_base

/** Zeroed, on a cache line. Traps when the host refuses the memory. */
export function allocate(bytes: usize): usize {
  const start = (top + LINE - 1) & ~(LINE - 1)
  top = start + bytes
  const missing = <i32>((top + 0xffff) >> 16) - memory.size()
  if (missing > 0 && memory.grow(missing) < 0) unreachable()
  memory.fill(start, 0, bytes)
  return start
}

/** The end of what is allocated. */
export function mark(): usize { return top }

/** Frees what was allocated after `mark` answered `end`. */
export function release(end: usize): void { top = end }

// @ts-ignore: decorator
@inline export function padded(n: i32): i32 { return (n + 7) & ~7 }

// @ts-ignore: decorator
@inline function lines(bytes: usize): usize { return (bytes + LINE - 1) & ~(LINE - 1) }

/** Bytes between rows of n floats: an odd number of cache lines, so that a column does not fall into one cache set. */
// @ts-ignore: decorator
@inline export function rowStride(n: i32): usize { return ((((<usize>n * 4 + LINE - 1) / LINE)) | 1) * LINE }

// The topology.
export let layerCount: i32 = 0
export let batchSize: i32 = 0
export let loss: i32 = 0
/** What the loss's targets are: 0 numbers, 1 yes or no for each output, 2 a class a row. */
export let lossTask: i32 = 0
/** Whether the output layer leaves its sums to the loss, which finishes them unless they are wanted as they are. */
export let lossTakesSums: bool = false
export let fromLogits: bool = false
export let smoothing: f32 = 0
export let lossParameter: f64 = 0
export let lossGamma: f64 = 0
export let balanced: bool = false
/** Targets of a row of data. */
export let targetsPerRow: i32 = 0
/** The first layer that training moves; no gradient goes below it. */
export let firstTrained: i32 = 0
/** Rows the scratch buffers hold: a batch, or more for evaluation. */
export let scratchRows: i32 = 0
/** Bytes of a member's parameters, and of each slot of its optimizer, which follow them at this distance. */
export let parameterBytes: usize = 0

/** Bytes of a member's states. */
let stateBytes: usize = 0
/** Numbers of a member's states, in core's order. */
export let stateNumbers: i32 = 0

export let layerTable: usize = 0
export let memberTable: usize = 0
let memberCount: i32 = 0

// Scratch, shared by all members, which take turns.
export let inputs: usize = 0 // (scratchRows, inputSize), row stride inputStride
export let inputStride: usize = 0
/** Whether the first layer's weight gradient reads its inputs packed. */
export let packsInputs: bool = false
export let packedInputs: usize = 0 // (blocks of inputs, batchSize, height of the block)
export let zeroBias: usize = 0 // (8)
export let rowNumbers: usize = 0 // (scratchRows) u32: which rows of the data the batch holds
export let rowWeights: usize = 0 // (scratchRows) f32
export let rowLosses: usize = 0 // (scratchRows) f64: row weight x loss
export let rowsRight: usize = 0 // (scratchRows) i32
export let panelPenalties: usize = 0 // (panels of the widest layer) f64
export let wholeGradient: usize = 0 // as a member's parameters; 0 unless some member needs it
export let elementSums: usize = 0 // (scratchRows, outputs): binary cross-entropy, see loss.ts
export let elementTargets: usize = 0
export let elementDeltas: usize = 0
export let elementLosses: usize = 0
export let order: usize = 0 // (training rows) u32
export let transfer: usize = 0 // parameters, then states f32, core's flat orders
export let partials: usize = 0 // (groups of rows, parameters of a layer): gradients that windows.ts adds up
export let partialBytes: usize = 0
export let stepLosses: usize = 0 // (steps of an epoch) f32
export let batch: Batch = changetype<Batch>(0)
export let numbers: Numbers = changetype<Numbers>(0)

/** Threads that share this memory (team.ts). */
export let threads: i32 = 1
export function set_threads(count: i32): void { threads = count }

// What a piece of work (pieces.ts) is done in: each thread has its own, at this distance.
export let pieceBytes: usize = 0
export let transposedPanel: usize = 0 // (units, 8): 8 rows of a kernel
export let gradient: usize = 0 // (1 + inputs, 8): one panel's gradient, the bias first
export let deltaPanel: usize = 0 // (batchSize x positions, 8)
// Of wide builds, how far the second panel's are from the first's.
export let nextGradient: usize = 0
export let nextDeltaPanel: usize = 0
export let recurrentScratch: usize = 0 // a bias, a row of gates, the transpose of a recurrent kernel (layers/recurrent.ts)
export let targetRow: usize = 0 // (outputs, padded): a one-hot row
export let logits: usize = 0 // (outputs, padded): a row's sums, while its probabilities stand in their place
export let hot: usize = 0 // i32: the class that is 1 in targetRow
export let windows: usize = 0 // (rows, windowStride), see windows.ts
export let turned: usize = 0 // (depth / 8, width, 8): a convolution's kernel transposed; or an image of a depthwise one, and its gradient

/** Starts a session. Then `set_loss`, `set_layer` for each layer, `lay_out`, the rows, the members. `plain`: of small.ts's own networks. */
export function begin(layers: i32, rowsOfBatch: i32, lossCode: i32, plain: bool, special: bool): void {
  top = __heap_base
  layerCount = layers
  batchSize = rowsOfBatch
  loss = lossCode
  memberCount = 0
  layerTable = allocate(<usize>layers * offsetof<Layer>())
  partialBytes = 0
  forget_windows()
  plainLayers = plain
  specialMembers = special
}

let plainLayers: bool = false
let specialMembers: bool = false

export function set_loss(
  task: i32,
  targets: i32,
  takesSums: bool,
  logits: bool,
  smooth: f32,
  parameter: f64,
  gamma: f64,
  isBalanced: bool,
): void {
  lossTask = task
  targetsPerRow = targets
  lossTakesSums = takesSums
  fromLogits = logits
  smoothing = smooth
  lossParameter = parameter
  lossGamma = gamma
  balanced = isBalanced
}

// @ts-ignore: decorator
@inline export function layer(l: i32): Layer { return changetype<Layer>(layerTable + <usize>l * offsetof<Layer>()) }
// @ts-ignore: decorator
@inline export function member(m: i32): Member { return changetype<Member>(memberTable + <usize>m * offsetof<Member>()) }
// @ts-ignore: decorator
@inline export function memberLayer(m: Member, l: i32): MemberLayer {
  return changetype<MemberLayer>(m.layers + <usize>l * offsetof<MemberLayer>())
}
/** The activation of a recurrent layer's gates. */
// @ts-ignore: decorator
@inline export function memberGates(m: Member, l: i32): MemberLayer { return memberLayer(m, layerCount + l) }

export function set_layer(
  l: i32,
  kind: i32,
  inputs: i32,
  inputPositions: i32,
  units: i32,
  positions: i32,
  rows: i32,
  bias: bool,
  scale: bool,
  trained: bool,
  keepsSums: bool,
): void {
  const it = layer(l)
  it.index = l
  it.kind = kind
  it.inputs = inputs
  it.inputPositions = inputPositions
  it.units = units
  it.positions = positions
  it.rows = rows
  it.bias = bias
  it.scale = scale
  it.trained = trained
  it.keepsSums = keepsSums
}

export function set_groups(l: i32, groups: i32, matrices: i32): void {
  if (!FULL) return
  layer(l).groups = groups
  layer(l).matrices = matrices
}

/** What layer l reads, first; nothing may be written to its deltas but by l. */
// @ts-ignore: decorator
@inline export function belowOf(l: i32): Layer { return FULL ? layer(l).below : layer(l - 1) }

/** Rows of a layer's outputs and deltas that the batch of `rows` rows takes. */
// @ts-ignore: decorator
@inline export function rowsOf(it: Layer, rows: i32): i32 { return rows * it.positions }

// @ts-ignore: decorator
@inline export function isConv(it: Layer): bool { return FULL && (it.kind == LayerKind.CONV1D || it.kind == LayerKind.CONV2D) }

/** Whether its parameters lie in panels of 8 columns, each a row of biases and then `depth` rows of weights. */
// @ts-ignore: decorator
@inline export function hasPanels(it: Layer): bool { return it.kind == LayerKind.DENSE || isConv(it) }

/** Whether it has an activation of its own. */
// @ts-ignore: decorator
@inline export function hasActivation(it: Layer): bool { return hasPanels(it) || (FULL && it.kind == LayerKind.DEPTHWISE_CONV2D) }

/** Works out shapes and allocates scratch. `trainRows` is 0 for a session that only predicts; `whole`: some member needs the whole gradient. */
export function lay_out(members: i32, evaluationRows: i32, trainRows: i32, whole: bool): void {
  const first = layer(0)
  const outputs = layer(layerCount - 1).units
  scratchRows = max(batchSize, evaluationRows)
  let parameters = 0
  let largestPanel: usize = 0
  let widest = 0
  parameterBytes = 0
  stateBytes = 0
  stateNumbers = 0
  firstTrained = layerCount
  let recurrentBytes: usize = 0
  choose_small(first.inputs, plainLayers, specialMembers)
  for (let l = 0; l < layerCount; l++) {
    const it = layer(l)
    it.depth = it.inputs
    if (small) {
      shape_small(it, l)
      it.panelBytes = <usize>((1 + it.height) * it.panelWidth) * 4
    } else {
      shape(it, l)
    }
    const panels = hasPanels(it)
    it.offset = parameterBytes
    parameterBytes += it.panelBytes * <usize>(it.width / it.panelWidth)
    describe(it)
    parameters += numbersOf(it)
    // The last row of a small layer may be half of 8 numbers.
    const cells = <usize>(scratchRows * it.positions)
    it.outputs = allocate(cells * it.stride + 16)
    it.sums = it.keepsSums ? allocate(cells * it.stride) : 0
    it.deltas = trainRows > 0 ? allocate(<usize>(batchSize * it.positions) * it.stride + 16) : 0
    if (it.kind == LayerKind.BATCH_NORMALIZATION) {
      it.statistics = allocate(<usize>it.width * 8)
      it.stateOffset = stateBytes
      stateBytes += <usize>it.width * 8
      stateNumbers += 2 * it.units
    }
    if (FULL) if (it.groups > 0) it.statistics = allocate(<usize>(scratchRows * it.groups) << 3)
    if (panels) largestPanel = max(largestPanel, it.panelBytes)
    widest = max(widest, it.width)
    if (FULL && it.kind == LayerKind.EMBEDDING) largestPanel = max(largestPanel, it.panelBytes)
    if (FULL && it.recurrences > 0) {
      allocate_recurrent(it, scratchRows, trainRows > 0 ? batchSize : 0)
      const its = recurrence(it, 0)
      largestPanel = max(largestPanel, its.panelBytes)
      widest = max(widest, it.recurrences * widest_of(its))
      recurrentBytes = max(recurrentBytes, lines(32 + <usize>its.slots * its.width4 + transpose_bytes(its)))
    }
    if (it.trained && firstTrained == layerCount && it.tensorCount > 0) firstTrained = l
    if (FULL) if (it.window != 0) {
      measure_windows(it, l, trainRows > 0)
      if (it.trained) partialBytes = max(partialBytes, it.panelBytes * <usize>(it.width / it.panelWidth))
    }
  }
  if (small) allocate_small()
  // Slots at a distance of whole pages would share cache sets with their parameters.
  parameterBytes = ((parameterBytes + 4095) & ~4095) + 5 * LINE
  memberTable = allocate(<usize>members * offsetof<Member>())
  inputStride = rowStride(first.inputs)
  // A convolution copies no more than it needs; of all others rows are whole vectors.
  if (FULL) if (first.window != 0) inputStride = <usize>(isConv(first) ? first.inputs : padded(first.inputs)) * 4
  inputs = allocate(<usize>(scratchRows * first.inputPositions) * inputStride)
  if (FULL) connect(trainRows > 0)
  rowNumbers = allocate(<usize>scratchRows * 4)
  rowWeights = allocate(<usize>scratchRows * 4)
  rowLosses = allocate(<usize>scratchRows * 8)
  rowsRight = allocate(<usize>scratchRows * 4)
  batch = changetype<Batch>(allocate(offsetof<Batch>()))
  numbers = changetype<Numbers>(allocate(offsetof<Numbers>()))
  zeroBias = allocate(32)
  const elementBytes = loss == Loss.BINARY_CROSSENTROPY ? <usize>scratchRows * outputs * 4 + 16 : 0
  elementSums = allocate(elementBytes)
  elementTargets = allocate(elementBytes)
  elementDeltas = allocate(elementBytes)
  elementLosses = allocate(elementBytes)
  transfer = allocate(<usize>(parameters + stateNumbers) * 4)
  const targetBytes = lines(<usize>padded(outputs) * 4)
  const transposedBytes: usize = trainRows > 0 ? <usize>widest * 32 : 0
  const gradientBytes: usize = trainRows > 0 ? lines(max(largestPanel, 64)) : 0
  let deltaRows = batchSize * mostPositions()
  if (FULL) {
    if (recurrentBytes > 0) deltaRows = max(deltaRows, RECURRENT_CHUNK)
    if (windowBytes > 0) deltaRows = max(deltaRows, MOST_WINDOWS)
  }
  const deltaBytes: usize = trainRows > 0 || (FULL && windowBytes > 0) ? lines(<usize>deltaRows * 32) : 0
  const copies: usize = WIDE ? 2 : 1
  nextGradient = gradientBytes
  nextDeltaPanel = deltaBytes
  pieceBytes = 2 * targetBytes + LINE + copies * (transposedBytes + gradientBytes + deltaBytes)
  if (FULL) pieceBytes += recurrentBytes + lines(windowBytes) + lines(turnedBytes)
  targetRow = allocate(pieceBytes * <usize>threads)
  logits = targetRow + targetBytes
  hot = logits + targetBytes
  transposedPanel = hot + LINE
  gradient = transposedPanel + copies * transposedBytes
  deltaPanel = gradient + copies * gradientBytes
  if (FULL) {
    recurrentScratch = deltaPanel + copies * deltaBytes
    windows = recurrentScratch + recurrentBytes
    turned = windows + lines(windowBytes)
  }
  if (trainRows == 0) return
  packsInputs = !small && first.kind == LayerKind.DENSE && first.trained
  packedInputs = allocate(packsInputs ? <usize>(batchSize * first.inputPositions * first.inputs) * 4 : 0)
  panelPenalties = allocate(<usize>widest)
  wholeGradient = whole ? allocate(parameterBytes) : 0
  if (FULL) partials = allocate(partialBytes * <usize>groups_of(batchSize))
  order = allocate(<usize>trainRows * 4)
  stepLosses = allocate(<usize>((trainRows + batchSize - 1) / batchSize) * 4)
}

function mostPositions(): i32 {
  let most = 1
  for (let l = 0; l < layerCount; l++) {
    if (FULL) if (layer(l).window != 0) continue
    most = max(most, layer(l).positions)
  }
  return most
}

/** Takes a thread from the first one's part of the pieces' scratch memory to its own. */
export function share_scratch(thread: i32): void {
  const distance = <usize>thread * pieceBytes
  targetRow += distance
  logits += distance
  hot += distance
  transposedPanel += distance
  gradient += distance
  deltaPanel += distance
  if (FULL) {
    recurrentScratch += distance
    windows += distance
    turned += distance
  }
}

/** A member with room for its parameters and `slots` times as much optimizer state. Returns its number. */
export function add_member(slots: i32): i32 {
  const m = member(memberCount)
  m.slots = slots
  m.layers = allocate(<usize>(FULL ? 2 * layerCount : layerCount) * offsetof<MemberLayer>())
  m.parameters = allocate(parameterBytes * <usize>(1 + slots))
  m.states = stateBytes > 0 ? allocate(stateBytes) : 0
  m.product1 = 1
  m.product2 = 1
  m.product3 = 1
  return memberCount++
}

/** Rows of data: features of 1 or 4 bytes, targets as classes (i32, one a row) or as numbers (f32, outputs a row). */
export function add_rows(rows: i32, inputSize: i32, featureBytes: i32, scale: f32, classes: bool, weighted: bool, classified: bool): Rows {
  const it = changetype<Rows>(allocate(offsetof<Rows>()))
  it.rows = rows
  it.columns = inputSize
  it.featureBytes = featureBytes
  it.scale = scale
  it.classes = classes
  it.features = allocate(<usize>rows * inputSize * featureBytes + 16)
  it.targets = allocate(<usize>rows * (classes ? 1 : targetsPerRow) * 4 + 16)
  it.weights = weighted ? allocate(<usize>rows * 4) : 0
  it.classOfRow = classified ? allocate(<usize>rows * 4) : 0
  it.predictions = 0
  return it
}

export function add_predictions(it: Rows): void {
  it.predictions = allocate(<usize>it.rows * layer(layerCount - 1).units * 4)
}
