// The structures that live in the module's memory: layers, members and the batch.

/** A layer's shapes and scratch, the same for all members. */
@unmanaged
export class Layer {
  /** Which kind of layer it is (kinds.ts). */
  kind: i32
  /** Numbers of an input's last axis, and how many times a row has it: steps of a sequence, 1 of a plain row. */
  inputs: i32
  inputPositions: i32
  /** The same of its outputs. */
  units: i32
  positions: i32
  /** Whether it has a bias (dense) or beta (batch normalization), and gamma. */
  bias: bool
  scale: bool
  /** Whether training moves it. */
  trained: bool
  /** Whether some member's activation has a derivative that is read off its sums, or off outputs that dropout takes away. */
  keepsSums: bool
  /** Rows of its parameters in core's order, where it is not dense: (rows, width). */
  rows: i32
  /** Rows of a kernel that lies in panels: inputs of a dense layer, numbers of a window of a convolution. */
  depth: i32
  /** units, padded to whole panels. The padding of kernels, biases and deltas is 0. */
  width: i32
  /** Kernel rows of a panel. Beyond the first layer the kernel is transposed in 8 x 8 blocks, so they are padded too. */
  height: i32
  /** Columns of a panel: 8, or all of a small network's layer (small.ts). */
  panelWidth: i32
  /** Bytes of a panel: a row of biases, then `height` rows of weights. */
  panelBytes: usize
  /** Bytes between rows of `outputs` and of `deltas`. */
  stride: usize
  /** Where the panels (width / panelWidth, 1 + height, panelWidth) start in a member's parameters. */
  offset: usize
  /** Where its numbers start in a member's states. */
  stateOffset: usize
  outputs: usize // (scratchRows x positions, width): after activation and dropout
  sums: usize // as outputs, before activation (of whole rows: before dropout); 0 unless keepsSums
  /** (batchSize x positions, width): derivative of the loss by a dense layer's sums, by another's outputs. */
  deltas: usize
  statistics: usize // (2, width): of a batch normalization, the batch's means and 1 / sqrt(variance + epsilon)
  /** Of kinds with windows (full.ts): a Window. */
  window: usize
  /** Bytes between windows that are laid side by side. */
  windowStride: usize
  tensors: usize // (tensorCount) Tensor, a cache line each
  tensorCount: i32
  /** Of a recurrent layer: its recurrences (recurrence.ts), what becomes of two, and whether every step's state goes on. */
  recurrence: usize
  recurrences: i32
  merge: i32
  sequences: bool
  /** 1 + the number of the embedding whose tokens mask its inputs, or 0. */
  maskedBy: i32
  /** Its number. */
  index: i32
  // Of the full builds (reads.ts).
  /** How many outputs it reads. */
  sources: i32
  reads: usize // (sources) i32: the numbers of their layers, -1 the network's inputs
  views: usize // (sources) Layer: these layers, their deltas where this one writes them
  /** The first of these. */
  below: Layer
  /** The first and the last layer that read its outputs; -1 before they are known. */
  firstReader: i32
  lastReader: i32
  /** Whether a gradient goes through it: to its own parameters, or those of a layer below. */
  reached: bool
  /** Of a view: whether others read the same outputs. */
  merged: bool
  /** Of a layer normalization: parts of a row that are normalised each by itself; then `statistics` is (scratchRows x groups, 2). */
  groups: i32
  /** And how many matrices its gamma is: of more than two axes the last two are one each. */
  matrices: i32
}

/** Where the windows of a layer lie in its images; a sequence is an image of one row. */
@unmanaged
export class Window {
  rows: i32
  columns: i32
  outColumns: i32
  /** Cells of a window. */
  height: i32
  width: i32
  strideY: i32
  strideX: i32
  dilationY: i32
  dilationX: i32
  /** Cells of padding before the first. */
  top: i32
  left: i32
}

/** A tensor of a layer, as a matrix of core's flat order, and where its numbers lie in a block like a member's parameters. */
@unmanaged
export class Tensor {
  rows: i32
  columns: i32
  /** Columns that lie in panels of their own: those of a gate, or all. */
  group: i32
  panelWidth: i32
  /** The first panel's first row, in bytes from the block's start; bytes between panels, and between rows of a panel. */
  start: usize
  distance: usize
  rowBytes: usize
  /** Whether it has two axes or more, as adafactor counts. */
  matrix: bool
  // Of the full builds: of more than two axes the last two are a matrix each, `matrices` of which lie one below the other, or, cut into `splits` rows,
  // a matrix is a row.
  matrices: i32
  splits: i32
}

@unmanaged
export class MemberLayer {
  /** Of a layer that moves images, what lies outside of them. */
  activation: i32
  /** What the activation's derivative is read off (names.ts: Reads). */
  reads: i32
  /** The activation's numbers, or those of a layer without one. */
  a: f32
  b: f32
  c: f32
  l1: f32
  l2: f32
  /** Part of the outputs that dropout keeps; an output stays where its random word is at least `threshold`. */
  keep: f32
  threshold: u32
  /** Of a batch normalization. */
  momentum: f32
  epsilon: f32
  /** Bit t: weight decay takes nothing off tensor t. */
  undecayed: u32
}

@unmanaged
export class Member {
  layers: usize
  parameters: usize
  /** Numbers that are kept and not trained, layer by layer. */
  states: usize
  slots: i32
  /** Whether its steps need the gradient of the whole network (whole.ts). */
  whole: bool
  centered: bool
  amsgrad: bool
  clipValue: f32
  clipNorm: f32
  globalClipNorm: f32
  /** Batches whose gradients are one update's. */
  accumulated: i32
  beta2Decay: f64
  epsilon1: f32
  epsilon2: f32
  clipThreshold: f32
  optimizer: i32
  seed: u32
  /** Keras 2.2: cross-entropies of clipped probabilities, and weights averaged over the rows that have one. */
  clip: bool
  shuffle: bool
  nesterov: bool
  epsilonInsideRoot: bool
  classWeights: usize // (classes) f32, or 0
  learningRate: f64
  momentum: f64
  rho: f64
  beta1: f64
  beta2: f64
  epsilon: f64
  /** 0.96^scheduleDecay, whose powers are nadam's schedule. */
  scheduleBase: f64
  weightDecay: f64
  // State, beside parameters and slots.
  /** Updates, and batches since the last one. */
  steps: f64
  pending: i32
  product1: f64
  product2: f64
  product3: f64
  // Sums over the rows of the epoch or evaluation under way.
  lossSum: f64
  correctSum: f64
}

/** The batch under way. */
@unmanaged
export class Batch {
  member: Member
  data: Rows
  rows: i32
  training: bool
  epoch: u32
  step: u32
  /** What makes the weighted sum of its rows' losses the batch's. */
  inverse: f32
}

/** What the optimizer does a step with, the same for every parameter. */
@unmanaged
export class Numbers {
  /** Learning rate, bias corrections included. */
  rate: f32
  /** -rate, in wide builds. */
  fall: f32
  momentum: f32
  rho: f32
  /** 1 - rho, and so on. */
  restOfRho: f32
  beta1: f32
  restOfBeta1: f32
  beta2: f32
  restOfBeta2: f32
  epsilon: f32
  /** What weight decay leaves of a parameter: 1 but for adamw. */
  decayed: f32
  // nadam
  gradientFactor: f32
  momentFactor: f32
  /** 1 / (1 - beta2^t). */
  secondFactor: f32
}

/** A data set. */
@unmanaged
export class Rows {
  rows: i32
  columns: i32
  featureBytes: i32
  scale: f32
  /** Whether targets are class numbers. */
  classes: bool
  features: usize // (rows, columns) u8 or f32
  targets: usize // (rows) i32, or (rows, outputs) f32
  weights: usize // (rows) f32, or 0
  classOfRow: usize // (rows) i32, or 0: for class weights
  predictions: usize // (rows, outputs) f32, or 0
}
