/** A layer's shapes and scratch, the same for all members. */
@unmanaged
export class Layer {
  inputs: i32
  units: i32
  /** units, padded to whole panels. The padding of kernels, biases and deltas is 0. */
  width: i32
  /** Kernel rows of a panel. Beyond the first layer the kernel is transposed in 8 x 8 blocks, so they are padded too. */
  height: i32
  /** Columns of a panel: 8, or all of a tiny network's layer (tiny.ts). */
  panelWidth: i32
  /** Bytes of a panel: a row of biases, then `height` rows of weights. */
  panelBytes: usize
  /** Bytes between rows of `outputs` and of `deltas`. */
  stride: usize
  /** Where the panels (width / panelWidth, 1 + height, panelWidth) start in a member's parameters. */
  offset: usize
  outputs: usize // (scratchRows, width): after activation and dropout
  deltas: usize // (batchSize, width): derivative of the loss by the layer's sums
}

@unmanaged
export class MemberLayer {
  activation: i32
  parameter: f32
  l1: f32
  l2: f32
  /** Part of the outputs that dropout keeps; an output stays where its random word is at least `threshold`. */
  keep: f32
  threshold: u32
}

@unmanaged
export class Member {
  layers: usize
  parameters: usize
  slots: i32
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
  steps: f64
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
